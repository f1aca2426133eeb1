package tfree.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.golden.Golden;

/** {@code tfree data}. */
class DataCommandTest {
    @TempDir
    private Path folder;
    private String prefix;

    @BeforeEach
    void name() {
        prefix = folder.resolve("store").toString();
    }

    @Test
    void importsDocumentsBetweenSeparators() {
        Call.withInput("one\nmore\n\n\ntwo \"é\"\n", "data", "import", prefix, "--text", "-", "--separator", "")
                .output();
        assertEquals(List.of("\"one\\nmore\"", "\"two \\\"é\\\"\""), Call.of("data", "cat", prefix, "--jsonl").lines());
        assertEquals("{\"documents\":2,\"bytes\":16,\"shortest\":8,\"longest\":8,\"dtype\":\"uint8\"}\n",
                Call.of("data", "info", prefix, "--jsonl").output());
    }

    @Test
    void importsFilesAndFoldersADocumentEach() throws IOException {
        Path texts = Files.createDirectory(folder.resolve("texts"));
        Files.writeString(texts.resolve("b"), "second\n\nstill\n");
        Files.writeString(texts.resolve("a"), "first\n");
        Path more = Files.writeString(folder.resolve("more"), "third");
        Call.of("data", "import", prefix, "--text", texts.toString(), more.toString()).output();
        assertEquals(List.of("\"first\"", "\"second\\n\\nstill\"", "\"third\""),
                Call.of("data", "cat", prefix).lines());
    }

    @Test
    void neverReplacesAStore() {
        Call.withInput("one", "data", "import", prefix, "--text", "-").output();
        Call again = Call.withInput("two", "data", "import", prefix, "--text", "-");
        assertEquals(2, again.exitCode());
        assertEquals("tfree: " + prefix + ".bin: is there already and is not overwritten; move it away\n", again.err());
        assertEquals(List.of("\"one\""), Call.of("data", "cat", prefix).lines());
    }

    @Test
    void leavesNothingBehindWhenTheTextIsNoUtf8() throws IOException {
        Path text = Files.write(folder.resolve("text"), new byte[]{'a', '\n', '\n', (byte) 0xe9});
        Call call = Call.of("data", "import", prefix, "--text", text.toString(), "--separator", "");
        assertEquals(2, call.exitCode());
        assertEquals("tfree: " + text + ": expected UTF-8 but was the byte 0xE9 at byte offset 3 (line 3)\n",
                call.err());
        assertFalse(Files.exists(folder.resolve("store.bin")));
        assertFalse(Files.exists(folder.resolve("store.bin.partial")));
    }

    @Test
    void wantsText() {
        Call none = Call.withInput("\n\n", "data", "import", prefix, "--text", "-");
        assertEquals(2, none.exitCode());
        assertEquals("tfree: expected text to import but was none\n", none.err());
        assertEquals(2, Call.of("data", "import", prefix).exitCode());
    }

    @Test
    void aDocumentThatIsNoUtf8IsAnErrorInItsPlace() throws IOException {
        for (String ending : List.of("bin", "idx", "meta.json")) {
            Files.write(folder.resolve("store." + ending), Golden.bytes("D_mmap/invalid_utf8." + ending));
        }
        Call call = Call.of("data", "cat", prefix);
        assertEquals(1, call.exitCode());
        assertEquals(7, call.out().lines().count());
        assertEquals(2, call.out().lines().filter(line -> line.startsWith("{\"error\":\"")).count());
    }
}
