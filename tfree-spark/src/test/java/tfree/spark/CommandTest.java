package tfree.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.data.DocumentStore;
import tfree.data.Manifest;
import tfree.dictionary.DictionaryFile;
import tfree.dictionary.WordList;
import tfree.text.SpecialWords;

/** The command as a process of its own, as the script {@code tfree} starts it. */
@Tag("spark")
class CommandTest {
    @TempDir
    private Path folder;

    @Test
    void countsWordsAndSaysNothingElse() throws Exception {
        String dictionary = folder.resolve("words").toString();
        Call call = Call.of("count-words", "--input", corpus(), "--format", "json", "--output", dictionary, "--top",
                "18",
                "--master", "local[2]");
        assertEquals(new Call(0, "18 words\n", ""), call);
        WordList words = DictionaryFile.read(Path.of(dictionary));
        assertEquals(List.of("b", "a"), words.words().subList(SpecialWords.ALWAYS_KNOWN.size(), 18));
    }

    @Test
    void preparesWhatTrainingReads() throws Exception {
        Path output = folder.resolve("out");
        Call call = Call.of("prepare", "--input", corpus(), "--format", "json", "--output", output.toString(),
                "--shards", "1");
        assertEquals(new Call(0, "2 documents, 7 bytes, 1 items in 1 memory maps\n1 records had no text and were passed"
                + " over\n", ""), call);
        try (DocumentStore store = DocumentStore.open(Manifest.prefixes(output).getFirst())) {
            assertEquals("b a", store.text(0));
            assertEquals("é b", store.text(1));
        }
        assertWrong(output + ": is there already and is not overwritten; move it away", "prepare", "--input", corpus(),
                "--format", "json", "--output", output.toString());
    }

    @Test
    void aWrongCallIsOneLine() throws Exception {
        assertWrong("Missing required option: '--output=FILE' (see tfree spark count-words --help)", "count-words",
                "--input", "x");
        String output = folder.resolve("out").toString();
        assertWrong("expected --master local, local[N] or local[*] but was yarn; use spark-submit for a cluster",
                "prepare", "--input", corpus(), "--output", output, "--master", "yarn");
        assertWrong("expected a column \"body\" but was [text]; choose one with --column", "prepare", "--input",
                corpus(), "--format", "json", "--column", "body", "--output", output);
        assertFalse(Files.exists(Path.of(output)));
    }

    @Test
    void aBrokenRecordIsTheInputsFault() throws Exception {
        Path broken = Files.write(folder.resolve("broken"), new byte[]{'a', '\n', 'b', (byte) 0xff});
        Path output = folder.resolve("out");
        assertWrong("broken: expected UTF-8 but was the byte 0xFF at byte 1 of a document; convert the text", "prepare",
                "--input", broken.toString(), "--format", "text", "--output", output.toString());
        assertFalse(Files.exists(output));
    }

    private String corpus() throws IOException {
        return Files.writeString(folder.resolve("corpus.jsonl"),
                "{\"text\": \"b a\"}\n{\"text\": null}\n{\"text\": \"é b\"}\n").toString();
    }

    private static void assertWrong(String message, String... args) throws Exception {
        Call call = Call.of(args);
        assertEquals(2, call.exitCode, call.err);
        assertEquals("", call.out);
        assertEquals(1, call.err.lines().count(), call.err);
        assertTrue(call.err.startsWith("tfree: ") && call.err.contains(message), call.err);
    }

    private record Call(int exitCode, String out, String err) {
        static Call of(String... args) throws Exception {
            List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java",
                    "@jvm.options", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                    TfreeSpark.class.getName()));
            command.addAll(Arrays.asList(args));
            Process process = new ProcessBuilder(command).start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Call(process.waitFor(), out, err);
        }
    }
}
