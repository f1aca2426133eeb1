package tfree.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.data.DocumentStore;
import tfree.data.Manifest;

/** Imports in processes of their own that are killed at random moments, and then called again. */
class KilledImportTest {
    private static final int FILES = 6;
    private static final int ROUNDS = 6;

    @TempDir
    private static Path folder;
    private static final List<String> TEXTS = new ArrayList<>();

    @BeforeAll
    static void writeCorpus() throws IOException {
        Path corpus = Files.createDirectories(folder.resolve("corpus"));
        Random random = new Random(1);
        for (int file = 0; file < FILES; file++) {
            try (BufferedWriter out = Files.newBufferedWriter(corpus.resolve(file + ".jsonl"))) {
                for (int i = 0; i < 4_000; i++) {
                    String text = "document " + i + " of file " + file + " " + "é".repeat(random.nextInt(2_000));
                    TEXTS.add(text);
                    out.write("{\"text\":\"" + text + "\"}\n");
                }
            }
        }
    }

    @Test
    void anImportIsWholeOrNotThereAndCanBeCalledAgain() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int finished = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Path prefix = folder.resolve("store " + round);
            killAfter(random.nextInt(600), start("one", prefix));
            boolean whole = Files.exists(folder.resolve("store " + round + ".meta.json"));
            if (whole) {
                finished++;
            } else {
                assertThrows(NoSuchFileException.class, () -> DocumentStore.open(prefix), "seed " + seed);
                assertEquals(0, start("one", prefix).waitFor(), "seed " + seed);
            }
            assertEquals(TEXTS, texts(prefix), "seed " + seed);
            assertFalse(Files.exists(folder.resolve("store " + round + ".bin.partial")));
        }
        assertTrue(finished < ROUNDS, () -> "every import was faster than its killer, seed " + seed);
    }

    @Test
    void anImportOfManyMapsGoesOnUntilItIsWhole() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Path maps = folder.resolve("maps");
        for (int round = 0; round < ROUNDS && !Files.exists(maps.resolve(Manifest.NAME)); round++) {
            killAfter(random.nextInt(300), start("each", maps));
        }
        if (!Files.exists(maps.resolve(Manifest.NAME))) {
            assertEquals(0, start("each", maps).waitFor(), "seed " + seed);
        }
        List<String> all = new ArrayList<>();
        for (Path prefix : Manifest.prefixes(maps)) {
            all.addAll(texts(prefix));
        }
        assertEquals(TEXTS, all, "seed " + seed);
    }

    /** The import that is killed. */
    static final class Import {
        private Import() {}

        public static void main(String[] args) throws IOException {
            List<SourceFile> files = SourceFile.named(List.of(args[1]));
            SourceReader reader = new SourceReader(null, SourceOptions.DEFAULT);
            Path target = Path.of(args[2]);
            System.out.println("begun");
            if (args[0].equals("each")) {
                new FolderImport(target, files, reader, prefix -> {}).run(2, bytes -> {});
                return;
            }
            List<ParallelDocuments.Source> sources = files.stream()
                    .map(file -> (ParallelDocuments.Source) () -> reader.open(file.path())).toList();
            try (ParallelDocuments documents = new ParallelDocuments(sources, 2)) {
                StoreImport.write(target, documents, bytes -> {});
            }
        }
    }

    private static Process start(String how, Path target) throws IOException {
        return start("200m", how, folder.resolve("corpus"), target);
    }

    /** An import in a process of its own, with so much memory; it has begun. */
    static Process start(String heap, String how, Path corpus, Path target) throws IOException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-Xmx" + heap, "-cp", System.getProperty("java.class.path"), Import.class.getName(),
                how, corpus.toString(), target.toString()).redirectErrorStream(true).start();
        assertEquals("begun", process.inputReader(StandardCharsets.UTF_8).readLine());
        return process;
    }

    private static void killAfter(int milliseconds, Process process) throws InterruptedException {
        Thread.sleep(milliseconds);
        process.destroyForcibly();
        process.waitFor();
    }

    private static List<String> texts(Path prefix) throws IOException {
        List<String> texts = new ArrayList<>();
        try (DocumentStore store = DocumentStore.open(prefix)) {
            for (long i = 0; i < store.size(); i++) {
                texts.add(store.text(i));
            }
        }
        return texts;
    }
}
