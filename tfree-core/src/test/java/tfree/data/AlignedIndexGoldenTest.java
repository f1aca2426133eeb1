package tfree.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tfree.golden.Golden;
import tools.jackson.databind.JsonNode;

/** The original's aligned maps: written to the byte, read to the item. */
class AlignedIndexGoldenTest {
    private static final List<String> STORE = List.of("bin", "idx", "meta.json");
    private static final List<String> ALIGNED = List.of("indices.bin", "lengths.bin", "offsets.bin");
    /** Stores for which the original fails, having no item to keep. */
    private static final Set<String> NO_ITEM = Set.of("nosplit_first", "single_small", "all_too_small");
    private static final List<String> STORES = List.of("multilingual", "tiny", "edges", "nosplit", "multibyte",
            "invalid_utf8", "one_item", "two_items");

    @TempDir
    private Path folder;

    @Test
    void writesTheOriginalsBytes() throws IOException {
        for (String name : STORES) {
            Path prefix = store(name);
            long items = AlignedIndexWriter.write(prefix, false);
            assertEquals(Golden.json("D_mmap/info.json").get(name).get("max_index").asLong() + 1, items, name);
            for (String ending : ALIGNED) {
                assertArrayEquals(Golden.bytes("D_mmap/" + name + "." + ending),
                        Files.readAllBytes(DocumentStore.part(prefix, ending)), name + "." + ending);
            }
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "tfree.golden.local", matches = ".+")
    void writesTheOriginalsBytesForWebText() throws IOException {
        Path original = Path.of(System.getProperty("tfree.golden.local", ""), "D_mmap", "fineweb");
        for (String ending : STORE) {
            Files.copy(DocumentStore.part(original, ending), folder.resolve("fineweb." + ending));
        }
        AlignedIndexWriter.write(folder.resolve("fineweb"), false);
        for (String ending : ALIGNED) {
            assertArrayEquals(Files.readAllBytes(DocumentStore.part(original, ending)),
                    Files.readAllBytes(folder.resolve("fineweb." + ending)), ending);
        }
    }

    @Test
    void saysWhyThereIsNoItemAndLeavesNothing() throws IOException {
        for (String name : NO_ITEM) {
            Path prefix = store(name);
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                    () -> AlignedIndexWriter.write(prefix, false));
            assertTrue(
                    e.toString()
                            .contains("the last of which is left out, but was "
                                    + Files.size(folder.resolve(name + ".bin"))
                                    + " bytes in "),
                    e.toString());
            assertFalse(AlignedIndex.exists(prefix));
            try (var files = Files.list(folder)) {
                assertEquals(3, files.filter(file -> file.getFileName().toString().startsWith(name)).count());
            }
            assertEquals(1, AlignedIndexWriter.write(prefix, true), name);
        }
    }

    @Test
    void readsEveryItemThatTheOriginalReadsAndTheLastOne() throws Exception {
        for (String name : STORES) {
            Path prefix = store(name);
            for (String ending : ALIGNED) {
                Files.write(DocumentStore.part(prefix, ending), Golden.bytes("D_mmap/" + name + "." + ending));
            }
            JsonNode info = Golden.json("D_mmap/info.json").get(name);
            try (AlignedIndex index = AlignedIndex.open(prefix)) {
                assertEquals(info.get("max_index").asLong() + 1, index.size());
                assertEquals(info.get("covered_bytes").asLong(), index.totalBytes());
                for (JsonNode item : info.get("items")) {
                    long i = item.get("i").asLong();
                    List<String> texts = index.texts(i);
                    assertEquals(item.get("text_sha256").size(), texts.size());
                    assertEquals(texts.size(), index.spans(i));
                    for (int span = 0; span < texts.size(); span++) {
                        byte[] utf8 = texts.get(span).getBytes(StandardCharsets.UTF_8);
                        assertEquals(item.get("lengths").get(span).asInt(), utf8.length);
                        assertEquals(item.get("text_sha256").get(span).asString(),
                                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(utf8)));
                    }
                }
                assertFalse(index.texts(index.size() - 1).isEmpty());
            }
        }
    }

    private Path store(String name) throws IOException {
        for (String ending : STORE) {
            Files.write(folder.resolve(name + "." + ending), Golden.bytes("D_mmap/" + name + "." + ending));
        }
        return folder.resolve(name);
    }
}
