package tfree.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.data.DocumentStore;
import tfree.data.Manifest;
import tfree.file.FolderLock;

class FolderImportTest {
    private static final SourceReader READER = new SourceReader(null, SourceOptions.DEFAULT);

    @TempDir
    private Path folder;
    private Path corpus;
    private Path maps;

    @BeforeEach
    void writeCorpus() throws IOException {
        corpus = Files.createDirectories(folder.resolve("corpus/sub"));
        maps = folder.resolve("maps");
        Files.writeString(corpus.resolve("a.jsonl"), "{\"text\":\"one\"}\n{\"text\":null}\n{\"text\":\"two\"}\n");
        Files.writeString(corpus.resolve("b.txt"), "three");
        Files.writeString(corpus.resolve("empty.jsonl"), "");
    }

    @Test
    void everyFileBecomesAMapAndAManifestNamesThem() throws IOException {
        FolderImport.Outcome outcome = run();
        assertEquals(new FolderImport.Outcome(new StoreImport(3, 11, 1), 2, 0, 1, List.of()), outcome);
        assertEquals(List.of(maps.resolve("sub/a"), maps.resolve("sub/b")), Manifest.prefixes(maps));
        assertEquals(List.of("one", "two"), texts("sub/a"));
        assertEquals(List.of("three"), texts("sub/b"));
    }

    @Test
    void goesOnWhereARunEnded() throws IOException {
        Files.writeString(corpus.resolve("b.jsonl.gz"), "damaged");
        Files.delete(corpus.resolve("b.txt"));
        FolderImport.Outcome first = run();
        assertEquals(1, first.maps());
        assertEquals(1, first.failures().size());
        assertFalse(Files.exists(maps.resolve(Manifest.NAME)));
        Files.delete(corpus.resolve("b.jsonl.gz"));
        Files.writeString(corpus.resolve("b.jsonl"), "{\"text\":\"mended\"}");
        FolderImport again = begin(READER);
        assertEquals(Files.size(corpus.resolve("b.jsonl")), again.bytesLeft());
        assertEquals(new FolderImport.Outcome(new StoreImport(1, 6, 0), 2, 1, 1, List.of()), again.run(2, bytes -> {}));
        assertEquals(List.of(maps.resolve("sub/a"), maps.resolve("sub/b")), Manifest.prefixes(maps));
    }

    @Test
    void finishesAlsoTheMapsThatAreThere() throws IOException {
        run();
        List<Path> finished = new ArrayList<>();
        new FolderImport(maps, files(), READER, finished::add).run(1, bytes -> {});
        assertEquals(List.of(maps.resolve("sub/a"), maps.resolve("sub/b")), finished);
    }

    @Test
    void aFileThatChangedSinceIsAnError() throws IOException {
        run();
        Files.setLastModifiedTime(corpus.resolve("a.jsonl"),
                FileTime.fromMillis(System.currentTimeMillis() + 10_000));
        List<Exception> failures = run().failures();
        assertEquals(corpus.resolve("a.jsonl") + ": expected the file that became " + maps.resolve("sub/a")
                + " but it was changed since; remove that map to make it anew", failures.getFirst().getMessage());
    }

    @Test
    void filesAreNotReadInTwoWays() throws IOException {
        SourceReader other = new SourceReader(null, new SourceOptions(null, "title", "text"));
        run(new SourceReader(null, new SourceOptions(null, "nothing has it", "text")));
        Files.delete(maps.resolve("sub/b.meta.json")); // nothing came of it then
        Files.delete(maps.resolve("sub/b.bin"));
        Files.delete(maps.resolve("sub/b.idx"));
        run();
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> run(other));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains("field=text") && message.contains("field=title"), message);
    }

    @Test
    void twoFilesNeverBecomeOneMap() throws IOException {
        Files.writeString(corpus.resolve("a.txt"), "a");
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, this::run);
        assertEquals("expected files of different names but " + corpus.resolve("a.jsonl") + " and "
                + corpus.resolve("a.txt") + " would both become " + maps.resolve("sub/a")
                + "; leave one out, or name the folder above both", e.getMessage());
    }

    @Test
    void oneRunAtATime() throws IOException {
        Files.createDirectories(maps);
        try (FolderLock _ = FolderLock.take(maps)) {
            assertThrows(FileSystemException.class, this::run);
        }
        run();
    }

    private FolderImport.Outcome run() throws IOException {
        return run(READER);
    }

    private FolderImport.Outcome run(SourceReader reader) throws IOException {
        return begin(reader).run(2, bytes -> {});
    }

    private FolderImport begin(SourceReader reader) throws IOException {
        return new FolderImport(maps, files(), reader, prefix -> {});
    }

    private List<SourceFile> files() throws IOException {
        return SourceFile.named(List.of(folder.resolve("corpus").toString()));
    }

    private List<String> texts(String map) throws IOException {
        List<String> texts = new ArrayList<>();
        try (DocumentStore store = DocumentStore.open(maps.resolve(map))) {
            for (long i = 0; i < store.size(); i++) {
                texts.add(store.text(i));
            }
        }
        return texts;
    }
}
