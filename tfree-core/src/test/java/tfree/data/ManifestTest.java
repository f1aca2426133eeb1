package tfree.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.file.CorruptFileException;
import tfree.file.FileVersionException;

class ManifestTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void movesWithTheMapsBelowIt() throws IOException {
        Path corpus = Files.createDirectories(folder.resolve("a corpus"));
        List<Path> prefixes = List.of(corpus.resolve("żółw \"0\""), corpus.resolve("deep/shard-1"),
                folder.resolve("elsewhere").toAbsolutePath());
        new Manifest(prefixes).write(corpus.resolve(Manifest.NAME));
        Path moved = Files.move(corpus, folder.resolve("moved"));
        assertEquals(List.of(moved.resolve("żółw \"0\""), moved.resolve("deep/shard-1"),
                folder.resolve("elsewhere").toAbsolutePath()), Manifest.prefixes(moved));
    }

    @Test
    void standsForItsPrefixesByItsNameByItsFolderOrAsOneOfThem() throws IOException {
        Path prefix = folder.resolve("shard");
        try (DocumentStoreWriter writer = new DocumentStoreWriter(prefix)) {
            writer.add("text");
            writer.finish();
        }
        Path manifest = folder.resolve("train.json");
        new Manifest(List.of(prefix)).write(manifest);
        assertEquals(List.of(prefix), Manifest.prefixes(prefix));
        assertEquals(List.of(prefix), Manifest.prefixes(manifest));
        assertEquals(List.of(folder.resolve("missing")), Manifest.prefixes(folder.resolve("missing")));
        String message = String
                .valueOf(assertThrows(NoSuchFileException.class, () -> Manifest.prefixes(folder)).getMessage());
        assertTrue(message.startsWith(folder.resolve("manifest.json") + ": a folder of memory maps"), message);
        Files.createDirectory(prefix); // a folder beside the map of the same name
        assertEquals(List.of(prefix), Manifest.prefixes(prefix));
    }

    @Test
    void readsWhatOthersMayWrite() throws IOException {
        assertEquals(List.of(folder.resolve("a/b"), Path.of("/c\tü\"\\")),
                read("{\"version\":1,\"prefixes\":[\"a\\/b\",\"/c\\t\\u00fc\\\"\\\\\"]}").prefixes());
        assertEquals(List.of(folder.resolve("a")),
                read(" {\n \"version\" : 1 , \"prefixes\" : [ \"a\" ] }\n").prefixes());
    }

    @Test
    void holdsAHundredThousandShards() throws IOException {
        List<Path> prefixes = IntStream.range(0, 100_000).mapToObj(i -> folder.resolve("shard-" + i)).toList();
        new Manifest(prefixes).write(folder.resolve(Manifest.NAME));
        assertEquals(prefixes, Manifest.prefixes(folder));
    }

    @Test
    void saysWhatIsWrong() {
        assertEquals("expected a string at character 32 but was ]}; a manifest is"
                + " {\"version\": 1, \"prefixes\": [\"…\", …]}", error("{\"version\": 1, \"prefixes\": [\"a\",]}"));
        for (String json : List.of("", "[]", "{\"prefixes\": [\"a\"]}", "{\"version\": 1, \"prefixes\": []}",
                "{\"version\": 1}",
                "{\"version\": 1, \"prefixes\": [\"a\"]} x", "{\"version\": 1, \"prefixes\": [\"\\u12\"]}",
                "{\"version\": 1, \"prefixes\": [\"\\x\"]}", "{\"version\": 1, \"prefixes\": [\"\"]}",
                "{\"version\": 1, \"prefixes\": [\"a\nb\"]}", "{\"version\": 1, \"prefixes\": [\"a")) {
            assertTrue(error(json).startsWith("expected "), json);
        }
        assertThrows(FileVersionException.class, () -> read("{\"version\": 2, \"prefixes\": {}}"));
        assertThrows(IllegalArgumentException.class, () -> new Manifest(List.of()));
    }

    private String error(String json) {
        String message = String.valueOf(assertThrows(CorruptFileException.class, () -> read(json)).getMessage());
        return message.substring(message.indexOf(": ") + 2);
    }

    private Manifest read(String json) throws IOException {
        return Manifest.read(Files.write(folder.resolve("m.json"), json.getBytes(StandardCharsets.UTF_8)));
    }
}
