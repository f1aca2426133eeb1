package tfree.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.text.SpecialWords;

/** {@code tfree dictionary}, scoring aside. */
class DictionaryCommandTest {
    private static final int SPECIAL = SpecialWords.ALWAYS_KNOWN.size();

    @TempDir
    private Path folder;

    @Test
    void buildsFromTextSpecialWordsFirst() {
        String output = path("a");
        assertEquals("19 words, 16 of them special, seen 6 times\n",
                Call.withInput("b a b c\n\nb\n", "dictionary", "build",
                        "--text", "-", "--output", output).output());
        List<String> lines = Call.of("dictionary", "export", output).lines();
        assertEquals("<|\\n|>\t0", lines.get(0));
        assertEquals("<|2<-\\n->|>\t1", lines.get(8));
        assertEquals(List.of("b\t3", "a\t1", "c\t1"), lines.subList(SPECIAL, lines.size()));
    }

    @Test
    void buildsFromMemoryMapsAndFilesTogether() throws IOException {
        Call.withInput("x y", "data", "import", path("store"), "--text", "-").output();
        Path text = Files.writeString(folder.resolve("text"), "Y");
        Call.of("dictionary", "build", "--data", path("store"), "--text", text.toString(), "--lowercase", "--output",
                path("a"), "--top", "17").output();
        assertEquals(List.of("y"), Call.of("dictionary", "export", path("a"), "--format", "words").lines());
    }

    @Test
    void exportedTsvIsImportedToTheSameFile() throws IOException {
        Call.withInput("\\ \t <|custom|> \r b\nb", "dictionary", "build", "--text", "-", "--output", path("a"))
                .output();
        Call.of("dictionary", "export", path("a"), "--output", path("tsv")).output();
        Call.of("dictionary", "import", path("tsv"), "--output", path("b")).output();
        assertArrayEquals(Files.readAllBytes(folder.resolve("a")), Files.readAllBytes(folder.resolve("b")));
    }

    @Test
    void readsEveryFormatInItsOrder() throws IOException {
        Files.writeString(folder.resolve("words"), "b\na\n\n\u00e9\n");
        Files.writeString(folder.resolve("tsv"), "b\t1\na\t5\n\u00e9\t0\n");
        Files.writeString(folder.resolve("json"), "[[\"b\", 1],\n [\"a\", 5], [\"\\u00e9\", 0]]");
        Call.of("dictionary", "import", path("words"), "--output", path("own")).output();
        for (String format : List.of("words", "tsv", "json", "own")) {
            assertEquals(List.of("b", "a", "\u00e9"),
                    Call.of("dictionary", "export", path(format), "--format", "words").lines(), format);
        }
        assertEquals(List.of("b\t1", "a\t5", "\u00e9\t0"), Call.of("dictionary", "export", path("json")).lines());
        assertEquals(3 + SPECIAL - 4, Call.of("dictionary", "export", path("own")).lines().size());
    }

    @Test
    void exchangesPickledCountersByFallingCount() throws IOException {
        Files.writeString(folder.resolve("tsv"), "<|ws|>\t2\nb\t1\na\t5\n\u00e9\t1\n");
        Call.of("dictionary", "export", path("tsv"), "--format", "pickle", "--output", path("pickle")).output();
        assertEquals(List.of("a\t5", "<|ws|>\t2", "b\t1", "\u00e9\t1"),
                Call.of("dictionary", "export", path("pickle")).lines());
        Call.of("dictionary", "import", path("pickle"), "--output", path("own")).output();
        List<String> imported = Call.of("dictionary", "export", path("own")).lines();
        assertEquals(List.of("a\t5", "<|ws|>\t2", "b\t1", "\u00e9\t1", "<|\\n|>\t0"), imported.subList(0, 5));
        Files.writeString(folder.resolve("old"), "(dp0\nVb\np1\nI1\nsVa\np2\nI2\ns.");
        assertEquals(List.of("a\t2", "b\t1"), Call.of("dictionary", "export", path("old")).lines());
    }

    @Test
    void tellsAWordListThatBeginsWithBracketsFromJson() throws IOException {
        Files.writeString(folder.resolve("words"), "[\n]\nword\n");
        assertEquals(List.of("[", "]", "word"),
                Call.of("dictionary", "export", path("words"), "--format", "words").lines());
    }

    @Test
    void mergesByTakingTurns() throws IOException {
        Files.writeString(folder.resolve("a"), "x\t5\ny\t4\nz\t3\n");
        Files.writeString(folder.resolve("b"), "y\t9\nw\t1\n");
        Call.of("dictionary", "merge", path("a"), path("b"), "--output", path("c")).output();
        assertEquals(List.of("x\t5", "y\t13", "w\t1", "z\t3"), Call.of("dictionary", "export", path("c")).lines());
        Call.of("dictionary", "top", path("c"), "2", "--output", path("d")).output();
        assertEquals(List.of("x\t5", "y\t13"), Call.of("dictionary", "export", path("d")).lines());
    }

    @Test
    void showsSizeCoverageAndFirstWords() throws IOException {
        Files.writeString(folder.resolve("a"), "<|ws|>\t2\nx\t5\ny\t3\n");
        assertEquals("""
                3 words, 1 of them special, seen 10 times
                the first         3 cover 100.00 %
                        0             2  <|ws|>
                        1             5  x
                """, Call.of("dictionary", "show", path("a"), "--top", "2").output());
    }

    @Test
    void neverReplacesAFile() throws IOException {
        Path there = Files.writeString(folder.resolve("a"), "x\n");
        for (List<String> args : List.of(List.of("build", "--text", path("a")), List.of("import", path("a")),
                List.of("merge", path("a"), path("a")), List.of("top", path("a"), "1"),
                List.of("export", path("a")))) {
            Call call = Call.of(("dictionary " + String.join(" ", args) + " --output " + there).split(" "));
            assertEquals(2, call.exitCode());
            assertEquals("tfree: " + there + ": is there already and is not overwritten; move it away\n", call.err());
        }
        assertEquals("x\n", Files.readString(there));
    }

    @Test
    void namesWhatIsWrongWithAFile() throws IOException {
        Call.withInput("a b c d e f g", "dictionary", "build", "--text", "-", "--output", path("a")).output();
        byte[] sound = Files.readAllBytes(folder.resolve("a"));
        sound[sound.length - 1] ^= 1;
        Files.write(folder.resolve("damaged"), sound);
        assertWrong("damaged", "expected the CRC-32C");
        Files.write(folder.resolve("cut"), Arrays.copyOf(sound, 40));
        assertWrong("cut", "expected " + (sound.length - 24) + " bytes after the header but was 16");
        Files.write(folder.resolve("magic"), new byte[]{'T', 'F', 0, 1});
        assertWrong("magic", "expected " + DictionarySource.FORMATS + " but was binary data");
        Files.writeString(folder.resolve("empty"), "\n");
        assertWrong("empty", "but was empty");
        Files.writeString(folder.resolve("tsv"), "a\t5\nb\tmany\n");
        assertWrong("tsv", "expected word, tab and count but was \"b\tmany\" at line 2");
        Files.writeString(folder.resolve("json"), "[[\"a\", 5], [\"b\"]]");
        assertWrong("json", "expected [word, count] but was");
        Files.write(folder.resolve("pickle"), "\u0080\u0002cos\nsystem\nX\u0002\0\0\0ls\u0085R.".getBytes(ISO_8859_1));
        assertWrong("pickle", "expected only names that hold data but was os.system");
    }

    private void assertWrong(String name, String message) {
        Call call = Call.of("dictionary", "show", path(name));
        assertEquals(2, call.exitCode());
        assertEquals("", call.out());
        assertEquals(1, call.err().lines().count());
        assertEquals("tfree: " + path(name) + ": ", call.err().substring(0, path(name).length() + 9));
        assertTrue(call.err().contains(message), call.err());
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }
}
