package tfree.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.file.CorruptFileException;

/** Files that pyarrow wrote: see make_parquet.py beside them. */
class ParquetDocumentsTest {
    private static final int ROWS = 120;
    private static final String[] WORDS = {"Wörter", "東京", "the model", "slot", "𝄞"};
    private static final List<String> TEXTS = IntStream.range(0, ROWS).filter(i -> i % 17 != 5 && i % 17 != 6)
            .mapToObj(ParquetDocumentsTest::text).toList();

    @TempDir
    private Path folder;

    @Test
    void readsEveryCodecPageVersionAndEncoding() throws IOException {
        for (String name : List.of("none", "none-v2", "snappy", "snappy-v2", "zstd", "zstd-v2", "gzip", "gzip-v2",
                "delta", "delta-length", "checksums")) {
            assertEquals(TEXTS, Reading.all(Reading.resource(name + ".parquet", folder)), name);
        }
    }

    @Test
    void countsRowsWithoutText() throws IOException {
        Path file = Reading.resource("zstd.parquet", folder);
        try (SourceDocuments documents = DocumentFiles.open(file, SourceOptions.DEFAULT)) {
            while (documents.next() != null) {
                assertTrue(documents.bytesRead() <= Files.size(file));
            }
            assertEquals(ROWS - TEXTS.size(), documents.passedOver());
        }
    }

    @Test
    void readsAFieldOfAStruct() throws IOException {
        Path file = Reading.resource("snappy.parquet", folder);
        assertEquals(IntStream.range(0, ROWS).mapToObj(i -> "Zeile " + i).toList(),
                Reading.all(DocumentFiles.open(file, column("translation.de"))));
        assertEquals(IntStream.range(0, ROWS).filter(i -> i % 5 != 0).mapToObj(i -> "row " + i).toList(),
                Reading.all(DocumentFiles.open(file, column("translation.en"))));
    }

    @Test
    void aFileWithoutRowsHasNoDocuments() throws IOException {
        assertEquals(List.of(), Reading.all(Reading.resource("no-rows.parquet", folder)));
    }

    @Test
    void aMissingColumnNamesThoseThatThereAre() throws IOException {
        Path file = Reading.resource("gzip.parquet", folder);
        assertEquals(
                file + ": expected a column \"content\" but the file has: id, text, translation.de, translation.en, "
                        + "tags.list.element; name one with --column",
                error(file, "content"));
        assertEquals(file + ": expected one text a row in column \"id\" but it holds INT64; name another with --column",
                error(file, "id"));
        assertEquals(
                file + ": expected one text a row in column \"tags.list.element\" but it holds lists; name another "
                        + "with --column",
                error(file, "tags.list.element"));
    }

    @Test
    void aCodecThatIsNotReadIsNamed() throws IOException {
        Path file = Reading.resource("lz4.parquet", folder);
        assertEquals(file + ": row 0 of 120 (row group 0): expected pages packed with SNAPPY, ZSTD, GZIP or not at all "
                + "but was LZ4_RAW; write the file anew with one of these", error(file, "text"));
    }

    @Test
    void whatIsNoParquetFileIsSaidSo() throws IOException {
        Path text = Files.writeString(folder.resolve("text.parquet"), "This is no Parquet file.");
        assertEquals(text + ": expected Parquet's mark PAR1 at the end but there is none; the file is cut short, or no "
                + "Parquet file", error(text, "text"));
        Path empty = Files.createFile(folder.resolve("empty.parquet"));
        assertEquals(empty + ": expected Parquet but was a file of 0 bytes", error(empty, "text"));
    }

    @Test
    void aFileCutShortAnywhereIsAnError() throws IOException {
        byte[] whole = Reading.resource("zstd.parquet");
        Path file = folder.resolve("cut.parquet");
        for (int length = 0; length < whole.length; length += length < whole.length - 20 ? 13 : 1) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThrows(CorruptFileException.class, () -> Reading.all(file), "cut to " + length);
        }
    }

    @Test
    void aFlippedBitIsAnErrorOrChangesNothingWherePagesHaveChecksums() throws IOException {
        byte[] whole = Reading.resource("checksums.parquet");
        Path file = folder.resolve("flipped.parquet");
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 400; i++) {
            byte[] flipped = whole.clone();
            int at = random.nextInt(whole.length);
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, flipped);
            String place = "byte " + at + ", seed " + seed;
            @Nullable
            List<String> texts = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> readOrRefuse(file), place);
            assertTrue(texts == null || texts.equals(TEXTS), place);
        }
    }

    @Test
    void aFlippedBitNeverHangsOrEscapesAsAnotherError() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (String name : List.of("none.parquet", "snappy-v2.parquet", "zstd.parquet", "gzip.parquet",
                "delta.parquet")) {
            byte[] whole = Reading.resource(name);
            Path file = folder.resolve(name);
            for (int i = 0; i < 100; i++) {
                byte[] flipped = whole.clone();
                int at = random.nextInt(whole.length);
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, flipped);
                assertTimeoutPreemptively(Duration.ofSeconds(20), () -> readOrRefuse(file),
                        name + ", byte " + at + ", seed " + seed);
            }
        }
    }

    /** The texts, or null when the file is refused. */
    private static @Nullable List<String> readOrRefuse(Path file) throws IOException {
        try {
            return Reading.all(file);
        } catch (CorruptFileException e) {
            return null;
        }
    }

    private static String error(Path file, String column) {
        return String.valueOf(assertThrows(CorruptFileException.class,
                () -> Reading.all(DocumentFiles.open(file, column(column)))).getMessage());
    }

    private static SourceOptions column(String column) {
        return new SourceOptions(null, "text", column);
    }

    private static String text(int i) {
        return "row " + i + ": "
                + IntStream.range(0, i % 13).mapToObj(j -> WORDS[i * j % WORDS.length])
                        .collect(Collectors.joining(" "));
    }
}
