package tfree.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.data.DocumentStore;

/** One huge document, and millions of tiny ones, in processes with little memory. */
class LargeImportTest {
    private static final int HUGE = 100_000_000;
    private static final int MANY = 10_000_000;

    @TempDir
    private Path folder;

    @Test
    void aLineOfAHundredMegabytes() throws Exception {
        Path text = folder.resolve("a.txt");
        Path json = folder.resolve("b.jsonl");
        byte[] chunk = "word ".repeat(20_000).getBytes(StandardCharsets.UTF_8);
        try (OutputStream plain = Files.newOutputStream(text); OutputStream lines = Files.newOutputStream(json)) {
            lines.write("{\"text\":\"".getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < HUGE; i += chunk.length) {
                plain.write(chunk);
                lines.write(chunk);
            }
            lines.write("\"}\n{\"text\":\"small\"}\n".getBytes(StandardCharsets.UTF_8));
        }
        runImport("1g");
        try (DocumentStore store = DocumentStore.open(folder.resolve("store"))) {
            assertEquals(3, store.size());
            assertEquals(HUGE, store.length(0));
            assertEquals(HUGE, store.length(1));
            assertEquals("small", store.text(2));
        }
    }

    @Test
    void tenMillionDocumentsOfAWord() throws Exception {
        byte[] chunk = "{\"text\":\"word\"}\n".repeat(1_000).getBytes(StandardCharsets.UTF_8);
        try (OutputStream lines = new BufferedOutputStream(
                new ZstdOutputStream(Files.newOutputStream(folder.resolve("a.jsonl.zst"))))) {
            for (int i = 0; i < MANY; i += 1_000) {
                lines.write(chunk);
            }
        }
        runImport("48m");
        try (DocumentStore store = DocumentStore.open(folder.resolve("store"))) {
            assertEquals(MANY, store.size());
            assertEquals("word", store.text(MANY - 1));
        }
    }

    private void runImport(String heap) throws IOException, InterruptedException {
        Process process = KilledImportTest.start(heap, "one", folder, folder.resolve("store"));
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }
}
