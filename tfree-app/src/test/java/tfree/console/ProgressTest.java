package tfree.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The line that a long job shows. */
class ProgressTest {
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);

    @Test
    void isDrawnOnATerminal() {
        try (Progress progress = new Progress("download", 4_000_000, out, true)) {
            progress.add(3_000_000);
            progress.state("1 of 2 shards");
            progress.say("a shard was slow");
        }
        String text = shown.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("a shard was slow" + System.lineSeparator()), text);
        assertTrue(text.contains("download  75% |"), text);
        assertTrue(text.contains("3/4 MB"), text);
        assertTrue(text.contains(", 1 of 2 shards"), text);
    }

    @Test
    void saysNothingOfAShortJobElsewhere() {
        try (Progress progress = new Progress("download", 4, out, false)) {
            progress.add(4);
        }
        assertEquals("", shown.toString(StandardCharsets.UTF_8));
    }
}
