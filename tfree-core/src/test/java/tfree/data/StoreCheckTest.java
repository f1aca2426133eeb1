package tfree.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.golden.Golden;

class StoreCheckTest {
    private static final List<String> DOCUMENTS = List.of("one größer, two. ".repeat(3_000), "", "three",
            "four ".repeat(9));

    @TempDir
    private Path folder;
    private Path prefix = Path.of("");

    @BeforeEach
    void write() throws IOException {
        prefix = folder.resolve("store");
        try (DocumentStoreWriter writer = new DocumentStoreWriter(prefix)) {
            for (String document : DOCUMENTS) {
                writer.add(document);
            }
            writer.finish();
        }
        AlignedIndexWriter.write(prefix, true);
    }

    @Test
    void findsNothingInASoundStoreWithEitherIndex() throws IOException {
        assertEquals(List.of(), damages());
        StoreCheck.Extent extent = StoreCheck.run(prefix, _ -> {});
        assertEquals(new StoreCheck.Extent(4, 57_050, 3, 0), extent);
        removeIndex();
        assertEquals(new StoreCheck.Extent(4, 57_050, 0, 0), StoreCheck.run(prefix, _ -> {}));
        AlignedIndexWriter.write(prefix, false);
        assertEquals(new StoreCheck.Extent(4, 57_050, 2, 0), StoreCheck.run(prefix, _ -> {}));
    }

    @Test
    void findsNothingInTheOriginalsMapsButTextThatIsNone() throws IOException {
        for (String name : List.of("multilingual", "tiny", "edges", "nosplit", "multibyte", "one_item", "two_items",
                "ints_default", "ints_u16_u32", "ints_i64_u64", "invalid_utf8")) {
            List<String> endings = name.startsWith("ints_") ? List.of("bin", "idx", "meta.json")
                    : List.of("bin", "idx", "meta.json", "indices.bin", "lengths.bin", "offsets.bin");
            for (String ending : endings) {
                Files.write(folder.resolve(name + "." + ending), Golden.bytes("D_mmap/" + name + "." + ending));
            }
            List<String> damages = new ArrayList<>();
            StoreCheck.run(folder.resolve(name), damage -> damages.add(damage.what()));
            damages.removeIf(damage -> damage.startsWith("expected UTF-8 in document ")); // on purpose
            assertEquals(List.of(), damages, name);
        }
    }

    @Test
    void findsAMissingFile() throws IOException {
        Files.delete(file("offsets.bin"));
        assertDamages("offsets.bin: expected a file but there is none: the aligned index is incomplete; align the store"
                + " anew");
        Files.delete(file("meta.json"));
        assertDamages("meta.json: expected a file but there is none: the store is incomplete; import it anew");
        assertThrows(NoSuchFileException.class, () -> StoreCheck.run(folder.resolve("absent"), _ -> {}));
    }

    @Test
    void findsAWrongMeta() throws IOException {
        String meta = Files.readString(file("meta.json"));
        Files.writeString(file("meta.json"), meta.replace("4}", "5}"));
        assertDamages("idx: expected 16 bytes for each of 5 documents but was 64 bytes");
        Files.writeString(file("meta.json"), meta.replace("uint64", "uint99"));
        assertDamages("meta.json: expected index_dtype to be one of [int8, uint8, int16, uint16, int32, uint32, int64,"
                + " uint64] but was uint99");
        Files.writeString(file("meta.json"), meta.replace("uint8", "uint16"));
        assertEquals("idx: expected document 0 within the 28525 integers of .bin but was 57000 integers from 0",
                damages().getFirst());
        Files.writeString(file("meta.json"), "{}");
        assertDamages("meta.json: expected a dtype, an index_dtype and a document_count but was null, null and none");
    }

    @Test
    void findsWrongSizes() throws IOException {
        truncate("idx", 63);
        assertDamages("idx: expected 16 bytes for each of 4 documents but was 63 bytes");
    }

    @Test
    void findsDocumentsBeyondTheData() throws IOException {
        truncate("bin", 57_010);
        assertEquals("idx: expected document 3 within the 57010 bytes of .bin but was 45 bytes from 57005",
                damages().getFirst());
    }

    @Test
    void findsBytesThatNoDocumentHolds() throws IOException {
        change("bin", bytes -> {}, 3);
        assertDamages("idx: expected the last document to end where .bin does, at byte 57053, but was 57050");
    }

    @Test
    void findsOverlapsAndGapsInTheIndex() throws IOException {
        removeIndex();
        change("idx", bytes -> bytes.putLong(32, 56_999));
        assertDamages("idx: expected document 2 to begin at byte 57000, where the one before ends, but was 56999",
                "idx: expected document 3 to begin at byte 57004, where the one before ends, but was 57005");
    }

    @Test
    void findsTextThatIsNoUtf8AtItsByteAlsoBehindMuchText() throws IOException {
        removeIndex();
        change("bin", bytes -> bytes.put(56_999, (byte) 0xc3));
        assertDamages("bin: expected UTF-8 in document 0 but was the byte 0xC3 at its byte 56999");
        try (DocumentStoreWriter writer = new DocumentStoreWriter(folder.resolve("long"))) {
            writer.add("größer".repeat(100_000));
            writer.add("12345" + "größer".repeat(100_000)); // so a window of 64 KiB ends within an ö
            writer.finish();
        }
        byte[] bin = Files.readAllBytes(folder.resolve("long.bin"));
        bin[800_000 + 5 + 8 * 99_999 + 3] = 'r'; // the second byte of the last ö
        Files.write(folder.resolve("long.bin"), bin);
        List<String> damages = new ArrayList<>();
        StoreCheck.run(folder.resolve("long"), damage -> damages.add(damage.what()));
        assertEquals(List.of("expected UTF-8 in document 1 but was the byte 0xC3 at its byte 799999"), damages);
    }

    @Test
    void findsArraysOfDifferentLengths() throws IOException {
        truncate("lengths.bin", 4);
        assertDamages("lengths.bin: expected 10 bytes for the 5 spans of .indices.bin but was 4");
        truncate("indices.bin", 0);
        truncate("lengths.bin", 0);
        truncate("offsets.bin", 0);
        assertDamages(
                "indices.bin: expected at least one item but was an empty file; remove it and align the store anew");
    }

    @Test
    void findsItemsOutOfOrder() throws IOException {
        change("indices.bin", bytes -> bytes.putInt(4, 2));
        assertDamages("indices.bin: expected item 0 or the next at span 1 but was item 2");
        change("indices.bin", bytes -> bytes.putInt(4, 1).putInt(8, 0));
        assertDamages("indices.bin: expected item 1 or the next at span 2 but was item 0",
                "indices.bin: expected item 0 or the next at span 3 but was item 2");
    }

    @Test
    void findsSpansBeyondTheData() throws IOException {
        change("offsets.bin", bytes -> bytes.putLong(8, -1));
        assertDamages("offsets.bin: expected span 1, of item 1, within the 57050 bytes of .bin but was 19998 bytes from"
                + " 18446744073709551615");
    }

    @Test
    void findsSpansWithNothingInThem() throws IOException {
        change("lengths.bin", bytes -> bytes.putShort(0, (short) 0));
        assertDamages("lengths.bin: expected span 0, of item 0, to hold something but was 0 bytes from 0");
    }

    @Test
    void findsSpansThatOverlap() throws IOException {
        change("lengths.bin", bytes -> bytes.putShort(0, (short) (bytes.getShort(0) + 1)));
        assertEquals(1, damages().size());
        assertTrue(damages().getFirst().contains("expected span 1, of item 1, from byte "), damages().getFirst());
    }

    @Test
    void findsSpansThatCutACharacter() throws IOException {
        int inside = "one grö".getBytes(StandardCharsets.UTF_8).length - 1;
        change("offsets.bin", bytes -> bytes.putLong(0, inside));
        change("lengths.bin", bytes -> bytes.putShort(0, (short) (bytes.getShort(0) - inside)));
        assertEquals(1, damages().size());
        assertTrue(damages().getFirst().startsWith(
                "offsets.bin: expected span 0, of item 0, to cut no character but was "), damages().getFirst());
    }

    @Test
    void findsSpansAcrossTheBorderOfDocuments() throws IOException {
        change("lengths.bin", bytes -> bytes.putShort(6, (short) 6));
        assertEquals(2, damages().size());
        assertEquals("lengths.bin: expected span 3, of item 2, within a document, which ends at byte 57005, but was 6"
                + " bytes from 57000", damages().getFirst());
    }

    @Test
    void findsAnIndexThatIsThatOfAnotherText() throws IOException {
        List<byte[]> old = new ArrayList<>();
        for (String ending : List.of("indices.bin", "lengths.bin", "offsets.bin")) {
            old.add(Files.readAllBytes(file(ending)));
        }
        for (String ending : List.of("bin", "idx", "meta.json")) {
            Files.delete(file(ending));
        }
        removeIndex();
        try (DocumentStoreWriter writer = new DocumentStoreWriter(prefix)) {
            writer.add("another text ".repeat(10_000));
            writer.finish();
        }
        for (String ending : List.of("indices.bin", "lengths.bin", "offsets.bin")) {
            Files.write(file(ending), old.removeFirst());
        }
        assertEquals(1, damages().size());
        assertTrue(damages().getFirst().endsWith(
                ": this index is older than the store, or another's; remove it and align the store anew"),
                damages().getFirst());
    }

    private void removeIndex() throws IOException {
        for (String ending : List.of("indices.bin", "lengths.bin", "offsets.bin")) {
            Files.delete(file(ending));
        }
    }

    private Path file(String ending) {
        return DocumentStore.part(prefix, ending);
    }

    private void truncate(String ending, int length) throws IOException {
        Files.write(file(ending), Arrays.copyOf(Files.readAllBytes(file(ending)), length));
    }

    private void change(String ending, Consumer<ByteBuffer> change) throws IOException {
        change(ending, change, 0);
    }

    private void change(String ending, Consumer<ByteBuffer> change, int more) throws IOException {
        byte[] bytes = Files.readAllBytes(file(ending));
        change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        Files.write(file(ending), Arrays.copyOf(bytes, bytes.length + more));
    }

    private void assertDamages(String... expected) throws IOException {
        assertEquals(List.of(expected), damages());
    }

    private List<String> damages() throws IOException {
        List<String> damages = new ArrayList<>();
        StoreCheck.Extent extent = StoreCheck.run(prefix,
                damage -> damages.add(damage.file().replace(prefix + ".", "") + ": " + damage.what()));
        assertEquals(damages.size(), extent.damages());
        return damages;
    }
}
