package tfree.example;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.checkpoint.Checkpoint;
import tfree.trigram.SlotTable;
import tfree.trigram.TokenizerConfig;

class LibraryExampleTest {
    @Test
    void splitsAndJoins() {
        assertEquals(List.of("[Grüße, ,, <|ws|>, 4, 2, Mal, !]", "Grüße, 42 Mal!"), LibraryExample.split());
    }

    @Test
    void spellingsShareMoreThanOtherWords() {
        double[] shares = LibraryExample.match();
        assertTrue(shares[0] > 0.5 && shares[1] < 0.1, Arrays.toString(shares));
    }

    @Test
    void saysOneOfTheChoices() {
        float[] logits = new float[8000];
        Arrays.fill(logits, -8);
        SlotTable slots = new SlotTable(TokenizerConfig.of(8000, 10, 2));
        for (int slot : slots.pattern("42").targets()) {
            logits[slot] = 8; // not of letters
        }
        for (int slot : slots.pattern("maybe").targets()) {
            logits[slot] = 4;
        }
        assertEquals("maybe", LibraryExample.choose(logits));
    }

    @Test
    void trains(@TempDir Path folder) throws IOException {
        assertEquals(20, Checkpoint.open(LibraryExample.train(folder)).state().iterations());
    }

    @Test
    void standsInThePageAsItIsCompiled() throws IOException {
        String source = Files.readString(Path.of("src/test/java/tfree/example/LibraryExample.java"));
        List<String> compiled = new ArrayList<>();
        for (String region : source.split(" *// library: (split|match|choose|train)\\n", -1)) {
            int end = region.indexOf("        // library: end");
            if (end >= 0) {
                compiled.add(region.substring(0, end).stripTrailing().stripIndent());
            }
        }
        String page = Files.readString(Path.of("..", "docs", "library.md"));
        List<String> shown = new ArrayList<>();
        for (int from = page.indexOf("```java\n"); from >= 0; from = page.indexOf("```java\n", from + 1)) {
            shown.add(page.substring(from + "```java\n".length(), page.indexOf("\n```", from)));
        }
        assertArrayEquals(compiled.toArray(), shown.toArray());
    }
}
