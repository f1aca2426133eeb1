package tfree.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.file.CorruptFileException;

/** Files behind {@code .gz} and {@code .zst}, and what names say. */
class PackedFilesTest {
    private static final String LINES = "{\"text\":\"one\"}\n{\"text\":\"zwölf\"}\n";

    @TempDir
    private Path folder;

    @Test
    void namesSayWhatAFileHolds() {
        assertEquals(SourceFormat.JSONL, SourceFormat.of(Path.of("a.b/c.jsonl")));
        assertEquals(SourceFormat.JSONL, SourceFormat.of(Path.of("c.NDJSON.gz")));
        assertEquals(SourceFormat.JSONL, SourceFormat.of(Path.of("c.json.zst")));
        assertEquals(SourceFormat.PARQUET, SourceFormat.of(Path.of("c.parquet")));
        assertEquals(SourceFormat.TEXT, SourceFormat.of(Path.of("c.parquet/notes")));
        assertEquals(SourceFormat.TEXT, SourceFormat.of(Path.of("c.txt.gz")));
        assertEquals(SourceFormat.TEXT, SourceFormat.of(Path.of("jsonl")));
    }

    @Test
    void unpacksOnTheWay() throws IOException {
        assertEquals(List.of("one", "zwölf"), Reading.all(write("a.jsonl.gz", gzip(LINES))));
        assertEquals(List.of("one", "zwölf"), Reading.all(write("a.jsonl.zst", zstd(LINES))));
        assertEquals(List.of("hello\nworld"), Reading.all(write("a.txt.gz", gzip("hello\nworld\n"))));
        assertEquals(List.of("hello\nworld"), Reading.all(write("a.zst", zstd("hello\nworld\n"))));
    }

    @Test
    void readsAllMembersOfAFile() throws IOException {
        assertEquals(List.of("a", "b", "c"), Reading.all(write("a.jsonl.gz",
                joined(gzip("{\"text\":\"a\"}\n"), gzip(""), gzip("{\"text\":\"b\"}\n{\"text\""), gzip(":\"c\"}")))));
        assertEquals(List.of("a", "b"), Reading.all(write("a.jsonl.zst",
                joined(zstd("{\"text\":\"a\"}\n"), zstd("{\"text\":\"b\"}\n")))));
    }

    @Test
    void skipsWhatAGzipHeaderMayHold() throws IOException {
        byte[] plain = gzip(LINES);
        byte[] header = {0x1f, (byte) 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 2, 0, 'x', 'y', 'n', 0, 'c', 'd', 0, 7,
                7};
        assertEquals(List.of("one", "zwölf"),
                Reading.all(write("a.jsonl.gz", joined(header, Arrays.copyOfRange(plain, 10, plain.length)))));
    }

    @Test
    void cutShortAnywhereIsAnError() throws IOException {
        for (String name : List.of("cut.jsonl.gz", "cut.jsonl.zst")) {
            byte[] first = name.endsWith("gz") ? gzip(LINES) : zstd(LINES);
            byte[] whole = joined(first, first);
            for (int length = 0; length < whole.length; length++) {
                Path file = write(name, Arrays.copyOf(whole, length));
                if (length == first.length) { // a whole file of its own
                    assertEquals(List.of("one", "zwölf"), Reading.all(file));
                } else {
                    CorruptFileException e = assertThrows(CorruptFileException.class, () -> Reading.all(file),
                            name + " cut to " + length);
                    assertTrue(String.valueOf(e.getMessage()).startsWith(file + ": expected "), e.getMessage());
                }
            }
        }
    }

    @Test
    void aFlippedBitIsAnErrorOrMeansNothing() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] whole = joined(gzip(LINES), gzip(LINES));
        for (int i = 0; i < 500; i++) {
            byte[] flipped = whole.clone();
            int at = random.nextInt(whole.length);
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            Path file = write("a.jsonl.gz", flipped);
            try {
                assertEquals(List.of("one", "zwölf", "one", "zwölf"), Reading.all(file),
                        "byte " + at + ", seed " + seed);
            } catch (CorruptFileException e) {
                assertTrue(String.valueOf(e.getMessage()).startsWith(file + ": "), e.getMessage());
            }
        }
    }

    @Test
    void aFileThatIsNotPackedAsItsNameSaysIsAnError() throws IOException {
        Path gz = write("a.jsonl.gz", LINES.getBytes(StandardCharsets.UTF_8));
        assertEquals(gz + ": expected gzip's mark 1f 8b but was 7b 22 (within its first 33 bytes)",
                assertThrows(CorruptFileException.class, () -> Reading.all(gz)).getMessage());
        Path zst = write("a.jsonl.zst", LINES.getBytes(StandardCharsets.UTF_8));
        assertEquals(zst + ": expected zstd data but was: Unknown frame descriptor (within its first 33 bytes)",
                assertThrows(CorruptFileException.class, () -> Reading.all(zst)).getMessage());
    }

    @Test
    void namesWhatIsMissingOrAFolder() {
        assertThrows(NoSuchFileException.class, () -> Reading.all(folder.resolve("absent.jsonl")));
        assertEquals(folder + ": expected a file but was a folder",
                assertThrows(FileSystemException.class, () -> Reading.all(folder)).getMessage());
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static byte[] zstd(String text) {
        return Zstd.compress(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
