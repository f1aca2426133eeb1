package tfree.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import tfree.file.CorruptFileException;
import tfree.golden.Golden;
import tools.jackson.databind.JsonNode;

class DocumentStoreTest {
    @TempDir
    private Path folder;

    @Test
    void readsTheOriginalsMapsAndWritesTheSameBytes() throws Exception {
        JsonNode info = Golden.json("D_mmap/info.json");
        int stores = 0;
        for (String name : info.propertyNames()) {
            if (name.startsWith("ints_")) {
                continue;
            }
            for (String suffix : List.of("bin", "idx", "meta.json")) {
                Files.write(folder.resolve(name + "." + suffix), Golden.bytes("D_mmap/" + name + "." + suffix));
            }
            JsonNode digests = info.get(name).get("doc_sha256");
            try (DocumentStore store = DocumentStore.open(folder.resolve(name));
                    DocumentStoreWriter writer = new DocumentStoreWriter(folder.resolve(name + "-again"))) {
                assertEquals(digests.size(), store.size());
                assertEquals(info.get(name).get("total_bytes").asLong(), store.totalBytes());
                for (int i = 0; i < store.size(); i++) {
                    byte[] document = store.bytes(i);
                    byte[] digest = MessageDigest.getInstance("SHA-256").digest(document);
                    assertEquals(digests.get(i).asString(), HexFormat.of().formatHex(digest));
                    assertEquals(info.get(name).get("sizes").get(i).asLong(), store.length(i));
                    writer.add(document);
                }
                writer.finish();
            }
            for (String suffix : List.of("bin", "idx", "meta.json")) {
                assertArrayEquals(Golden.bytes("D_mmap/" + name + "." + suffix),
                        Files.readAllBytes(folder.resolve(name + "-again." + suffix)), name + "." + suffix);
            }
            stores++;
        }
        assertEquals(11, stores);
    }

    @Test
    void readsTheOriginalsIntegers() throws IOException {
        JsonNode info = Golden.json("D_mmap/info.json");
        for (String name : List.of("ints_default", "ints_u16_u32", "ints_i64_u64")) {
            for (String suffix : List.of("bin", "idx", "meta.json")) {
                Files.write(folder.resolve(name + "." + suffix), Golden.bytes("D_mmap/" + name + "." + suffix));
            }
            try (DocumentStore store = DocumentStore.open(folder.resolve(name))) {
                JsonNode items = info.get(name).get("items");
                assertEquals(info.get(name).get("dtype").asString(), store.dtype());
                assertEquals(items.size(), store.size());
                for (int i = 0; i < items.size(); i++) {
                    long[] expected = items.get(i).valueStream().mapToLong(JsonNode::asLong).toArray();
                    assertArrayEquals(expected, store.numbers(i), name + ", document " + i);
                    assertEquals(expected.length, store.length(i));
                }
                assertMessage("expected dtype uint8, the bytes of text, but was " + store.dtype(), () -> store.text(0));
            }
            assertMessage("expected dtype uint8", () -> AlignedIndexWriter.write(folder.resolve(name), true));
        }
    }

    @Test
    void readsEveryIntegerTypeInElementsNotBytes() throws IOException {
        for (IntegerType type : IntegerType.values()) {
            int width = type.width();
            byte[] bin = new byte[3 * width]; // 0, 1, all bits
            bin[width] = 1;
            Arrays.fill(bin, 2 * width, 3 * width, (byte) 0xff);
            Path prefix = store("", "uint64", new long[]{1, 2});
            Files.write(folder.resolve("store.bin"), bin);
            Files.writeString(folder.resolve("store.meta.json"), new StoreMeta(type, IntegerType.UINT64, 1).json());
            long last = type.toString().startsWith("u") && width < 8 ? (1L << (8 * width)) - 1 : -1;
            try (DocumentStore store = DocumentStore.open(prefix)) {
                assertArrayEquals(new long[]{1, last}, store.numbers(0), type.toString());
                assertArrayEquals(Arrays.copyOfRange(bin, width, 3 * width), store.bytes(0));
            }
            Files.write(folder.resolve("store.bin"), new byte[3 * width - 1]);
            if (width > 1) {
                assertMessage("store.bin: expected " + width + " bytes for each " + type + " but was "
                        + (3 * width - 1) + " bytes", () -> DocumentStore.open(prefix));
            }
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "tfree.golden.local", matches = ".+")
    void readsAMapOfWebText() throws Exception {
        Path original = Path.of(System.getProperty("tfree.golden.local", ""), "D_mmap", "fineweb");
        Path again = folder.resolve("again");
        try (DocumentStore store = DocumentStore.open(original);
                DocumentStoreWriter writer = new DocumentStoreWriter(again)) {
            for (int i = 0; i < store.size(); i++) {
                writer.add(store.text(i));
            }
            writer.finish();
        }
        for (String suffix : List.of("bin", "idx", "meta.json")) {
            assertArrayEquals(Files.readAllBytes(DocumentStore.part(original, suffix)),
                    Files.readAllBytes(DocumentStore.part(again, suffix)), suffix);
        }
    }

    @Test
    void replacesWhatAKilledWriterLeft() throws IOException {
        Path store = folder.resolve("store");
        for (int renamed = 0; renamed < 3; renamed++) { // killed before the first name, between two, before the last
            Files.writeString(folder.resolve(renamed > 0 ? "store.bin" : "store.bin.partial"), "rest");
            Files.writeString(folder.resolve(renamed > 1 ? "store.idx" : "store.idx.partial"), "rest");
            Files.writeString(folder.resolve("store.meta.json.partial"), "rest");
            assertThrows(NoSuchFileException.class, () -> DocumentStore.open(store));
            try (DocumentStoreWriter writer = new DocumentStoreWriter(store)) {
                writer.add("whole");
                writer.finish();
            }
            try (DocumentStore whole = DocumentStore.open(store)) {
                assertEquals("whole", whole.text(0));
            }
            for (String suffix : List.of("bin", "idx", "meta.json")) {
                Files.delete(folder.resolve("store." + suffix));
            }
            try (Stream<Path> left = Files.list(folder)) {
                assertEquals(List.of(), left.toList());
            }
        }
    }

    @Test
    void readsEveryIndexType() throws IOException {
        for (IntegerType type : IntegerType.values()) {
            Path prefix = store("ab größer", type.toString(), new long[]{0, 2, 3, 8, 3, 0});
            try (DocumentStore store = DocumentStore.open(prefix)) {
                assertEquals(3, store.size());
                assertEquals("ab", store.text(0));
                assertEquals("größer", store.text(1));
                assertEquals("", store.text(2));
                assertThrows(IndexOutOfBoundsException.class, () -> store.bytes(3));
            }
        }
    }

    @Test
    void readsBeyondTwoGigabytes() throws IOException {
        long start = 3L << 30;
        Path prefix = store("", "uint64", new long[]{start, 5});
        try (RandomAccessFile bin = new RandomAccessFile(prefix + ".bin", "rw")) {
            bin.seek(start); // sparse: what lies before takes no room
            bin.write("Hello".getBytes(StandardCharsets.US_ASCII));
        }
        try (DocumentStore store = DocumentStore.open(prefix)) {
            assertEquals("Hello", store.text(0));
        }
    }

    @Test
    void saysWhatDoesNotFit() throws IOException {
        Path prefix = store("abc", "uint64", new long[]{0, 2, 2, 2, -1, 1});
        try (DocumentStore store = DocumentStore.open(prefix)) {
            assertMessage("within the 3 bytes of .bin but was 2 bytes from 2", () -> store.bytes(1));
            assertMessage("from 18446744073709551615", () -> store.bytes(2));
        }
        Files.write(prefix.resolveSibling("store.idx"), new byte[40]);
        assertMessage("expected 16 bytes for each of 3 documents but was 40", () -> DocumentStore.open(prefix));
        Files.writeString(prefix.resolveSibling("store.meta.json"),
                "{\"dtype\": \"float32\", \"index_dtype\": \"int64\", \"document_count\": 3}");
        assertMessage("expected dtype to be one of [int8, uint8, int16,", () -> DocumentStore.open(prefix));
        for (String broken : List.of("", "[]", "{\"dtype\": \"uint8\"}",
                "{\"dtype\": \"uint8\" \"index_dtype\": \"uint64\", \"document_count\": 3}",
                "{\"dtype\": \"uint8\", \"index_dtype\": \"uint64\", \"document_count\": -3}",
                "{\"dtype\": \"uint8\", \"index_dtype\": \"uint64\", \"document_count\": 999999999999999999}",
                " ".repeat(1 << 20) + "{\"dtype\": \"uint8\", \"index_dtype\": \"uint64\", \"document_count\": 3}",
                "{\"dtype\": \"uint8\", \"index_dtype\": \"uint7\", \"document_count\": 3}")) {
            Files.writeString(prefix.resolveSibling("store.meta.json"), broken);
            assertThrows(CorruptFileException.class, () -> DocumentStore.open(prefix), broken);
        }
        assertThrows(NoSuchFileException.class, () -> DocumentStore.open(prefix.resolveSibling("absent")));
    }

    @Test
    void readsMetaWithOtherSpacingAndFields() throws IOException {
        Path prefix = store("abc", "uint64", new long[]{0, 2});
        Files.writeString(prefix.resolveSibling("store.meta.json"),
                "\n{\"document_count\":1,\"made_by\":\"x\" , \"index_dtype\":\"uint64\",\n \"dtype\":\"uint8\"}\n");
        try (DocumentStore store = DocumentStore.open(prefix)) {
            assertEquals("ab", store.text(0));
        }
    }

    @Test
    void namesTheDocumentWhoseBytesAreNoText() throws IOException {
        Path prefix = store("abc", "uint64", new long[]{0, 3});
        Files.write(prefix.resolveSibling("store.bin"), new byte[]{'a', (byte) 0xff, 'c'});
        try (DocumentStore store = DocumentStore.open(prefix)) {
            assertMessage("UTF-8 in document 0 but was the byte 0xFF at its byte 1", () -> store.text(0));
        }
    }

    @Test
    void showsNothingUntilItIsFinishedAndNeverOverwrites() throws IOException {
        Path prefix = folder.resolve("new");
        try (DocumentStoreWriter writer = new DocumentStoreWriter(prefix)) {
            writer.add("lost");
            assertThrows(NoSuchFileException.class, () -> DocumentStore.open(prefix));
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
        try (DocumentStoreWriter writer = new DocumentStoreWriter(prefix)) {
            writer.add("kept");
            writer.finish();
        }
        assertThrows(FileAlreadyExistsException.class, () -> new DocumentStoreWriter(prefix));
        try (DocumentStore store = DocumentStore.open(prefix)) {
            assertEquals("kept", store.text(0));
        }
    }

    @Test
    void saysWhatToDoWithThePartsOfAnImportThatWasCutOff() throws IOException {
        Path prefix = folder.resolve("cut");
        Files.write(folder.resolve("cut.bin"), new byte[3]);
        Files.write(folder.resolve("cut.idx.partial"), new byte[3]);
        assertThrows(NoSuchFileException.class, () -> DocumentStore.open(prefix));
        FileSystemException e = assertThrows(FileSystemException.class, () -> new DocumentStoreWriter(prefix));
        assertEquals(folder.resolve("cut.bin")
                + ": expected a store with its .meta.json, or nothing, but was this file:"
                + " what an import that was cut off has left, or no store at all; remove it or choose another name",
                e.getMessage());
        Files.delete(folder.resolve("cut.bin"));
        try (DocumentStoreWriter writer = new DocumentStoreWriter(prefix)) {
            writer.add("again");
            writer.finish();
        }
        try (DocumentStore store = DocumentStore.open(prefix)) {
            assertEquals("again", store.text(0));
        }
        assertFalse(Files.exists(folder.resolve("cut.idx.partial")));
    }

    @Test
    void aFullDiskIsNamedAndLeavesNothing() throws IOException {
        Path full = Path.of("/dev/full"); // every write to it fails as on a full disk
        assumeTrue(Files.exists(full));
        for (String suffix : List.of("bin", "idx", "meta.json")) {
            Path prefix = folder.resolve("full");
            Files.createSymbolicLink(folder.resolve("full." + suffix + ".partial"), full);
            try (DocumentStoreWriter writer = new DocumentStoreWriter(prefix)) {
                writer.add("small enough to wait in a buffer");
                IOException e = assertThrows(IOException.class, writer::finish);
                assertTrue(e.toString().contains("full." + suffix + ": expected to write "), e.toString());
                assertTrue(e.toString().contains("No space left on device"), e.toString());
            }
            try (Stream<Path> files = Files.list(folder)) {
                assertEquals(List.of(), files.toList());
            }
        }
        try (DocumentStoreWriter writer = new DocumentStoreWriter(folder.resolve("text"))) {
            writer.add("some text to align");
            writer.finish();
        }
        Files.createSymbolicLink(folder.resolve("text.offsets.bin.partial"), full);
        assertThrows(IOException.class, () -> AlignedIndexWriter.write(folder.resolve("text"), true));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(3, files.count());
        }
    }

    private Path store(String text, String type, long[] index) throws IOException {
        IntegerType indexType = Objects.requireNonNull(IntegerType.named(type));
        ByteBuffer idx = ByteBuffer.allocate(index.length * indexType.width()).order(ByteOrder.LITTLE_ENDIAN);
        for (long number : index) {
            for (int i = 0; i < indexType.width(); i++) {
                idx.put((byte) (number >>> (8 * i)));
            }
        }
        Files.writeString(folder.resolve("store.bin"), text);
        Files.write(folder.resolve("store.idx"), idx.array());
        Files.writeString(folder.resolve("store.meta.json"),
                new StoreMeta(IntegerType.UINT8, indexType, index.length / 2).json());
        return folder.resolve("store");
    }

    private static void assertMessage(String part, Executable call) {
        CorruptFileException e = assertThrows(CorruptFileException.class, call);
        assertTrue(e.toString().contains(part), e.toString());
    }
}
