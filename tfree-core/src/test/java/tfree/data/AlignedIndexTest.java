package tfree.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import tfree.file.CorruptFileException;

class AlignedIndexTest {
    private static final String[] PIECES = {"a", "word", " ", " ", ". ", ",", "!", "?", "\n", "é", "日本", "😀", "ß",
            "x".repeat(300), "日".repeat(120), "nosplit".repeat(4_000), "🙂".repeat(6_000)};

    @TempDir
    private Path folder;

    @Test
    void keepingTailsKeepsEveryByteOfEveryDocument() throws IOException {
        long seed = System.nanoTime();
        System.out.println("keepingTailsKeepsEveryByteOfEveryDocument, seed " + seed);
        for (int round = 0; round < 60; round++) {
            RandomGenerator random = new SplittableRandom(seed + round);
            List<byte[]> documents = documents(random);
            Path prefix = store("round" + round, documents);
            if (documents.stream().allMatch(document -> document.length == 0)) {
                assertThrows(IllegalArgumentException.class, () -> AlignedIndexWriter.write(prefix, true));
                continue;
            }
            long items = AlignedIndexWriter.write(prefix, true);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            try (AlignedIndex index = AlignedIndex.open(prefix)) {
                assertEquals(items, index.size());
                for (long item = 0; item < items; item++) {
                    int before = all.size();
                    index.bytes(item).forEach(all::writeBytes);
                    int bytes = all.size() - before;
                    assertTrue(bytes > 0 && bytes <= 20_000, () -> "an item of " + bytes + " bytes, seed " + seed);
                    index.texts(item); // no character is cut
                }
            }
            assertArrayEquals(Files.readAllBytes(folder.resolve("round" + round + ".bin")), all.toByteArray(),
                    "seed " + seed + ", round " + round);
        }
    }

    @Test
    void aSpanNeverReachesIntoTheNextDocument() throws IOException {
        Path prefix = store("short", List.of("one".getBytes(StandardCharsets.UTF_8), new byte[0],
                "zwei ß".getBytes(StandardCharsets.UTF_8), "drei".getBytes(StandardCharsets.UTF_8)));
        assertEquals(1, AlignedIndexWriter.write(prefix, true));
        try (AlignedIndex index = AlignedIndex.open(prefix)) {
            assertEquals(List.of("one", "zwei ß", "drei"), index.texts(0));
            assertEquals(3, index.spans(0));
            assertThrows(IndexOutOfBoundsException.class, () -> index.texts(1));
            assertThrows(IndexOutOfBoundsException.class, () -> index.spans(-1));
        }
    }

    @Test
    void passesOverBytesThatAreNoText() throws IOException {
        byte[] half = "fine ".repeat(5_000).getBytes(StandardCharsets.UTF_8);
        half[30] = (byte) 0xff;
        Path prefix = store("invalid",
                List.of(new byte[]{(byte) 0xc3}, half, "whole".getBytes(StandardCharsets.UTF_8)));
        assertEquals(1, AlignedIndexWriter.write(prefix, true));
        try (AlignedIndex index = AlignedIndex.open(prefix)) {
            assertEquals(List.of(" " + "fine ".repeat(1_000), "whole"), index.texts(0));
        }
    }

    @Test
    void neverReplacesAnIndexButTheRestOfOne() throws IOException {
        Path prefix = store("twice", List.of("text".getBytes(StandardCharsets.UTF_8)));
        Files.write(folder.resolve("twice.offsets.bin"), new byte[8]);
        Files.write(folder.resolve("twice.lengths.bin.partial"), new byte[8]);
        assertFalse(AlignedIndex.exists(prefix));
        assertThrows(NoSuchFileException.class, () -> AlignedIndex.open(prefix));
        AlignedIndexWriter.write(prefix, true);
        assertTrue(AlignedIndex.exists(prefix));
        assertThrows(FileAlreadyExistsException.class, () -> AlignedIndexWriter.write(prefix, true));
        assertFalse(Files.exists(folder.resolve("twice.lengths.bin.partial")));
    }

    @Test
    void findsItemsBehindFourGigabytes() throws IOException {
        long start = 5L << 30;
        Path prefix = store("large", List.of(new byte[0]));
        try (RandomAccessFile bin = new RandomAccessFile(prefix + ".bin", "rw")) {
            bin.seek(start); // sparse: what lies before takes no room
            bin.write("Hello".getBytes(StandardCharsets.US_ASCII));
        }
        index(prefix, new int[]{0}, new int[]{5}, new long[]{start});
        try (AlignedIndex index = AlignedIndex.open(prefix)) {
            assertEquals(List.of("Hello"), index.texts(0));
        }
    }

    @Test
    void findsEveryItemWhateverItsNumberOfSpans() throws IOException {
        long seed = System.nanoTime();
        System.out.println("findsEveryItemWhateverItsNumberOfSpans, seed " + seed);
        RandomGenerator random = new SplittableRandom(seed);
        Path prefix = store("many", List.of(new byte[10_000]));
        List<Integer> numbers = new ArrayList<>();
        int[] spans = new int[300];
        for (int item = 0; item < spans.length; item++) {
            spans[item] = random.nextInt(5) == 0 ? 1 + random.nextInt(200) : 1;
            for (int i = 0; i < spans[item]; i++) {
                numbers.add(item);
            }
        }
        int[] array = numbers.stream().mapToInt(Integer::intValue).toArray();
        long[] offsets = new long[array.length];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = i % 9_000;
        }
        int[] lengths = new int[array.length];
        Arrays.fill(lengths, 1);
        index(prefix, array, lengths, offsets);
        try (AlignedIndex index = AlignedIndex.open(prefix)) {
            assertEquals(spans.length, index.size());
            for (int item = 0; item < spans.length; item++) {
                assertEquals(spans[item], index.spans(item), "item " + item + ", seed " + seed);
            }
        }
    }

    @Test
    void saysWhatDoesNotFit() throws IOException {
        Path prefix = store("bad", List.of("abc".getBytes(StandardCharsets.UTF_8)));
        index(prefix, new int[]{0, 0, 1}, new int[]{1, 4}, new long[]{0, 1, 2});
        assertMessage("bad.lengths.bin: expected 6 bytes for the 3 spans of .indices.bin but was 4", prefix);
        index(prefix, new int[]{}, new int[]{}, new long[]{});
        assertMessage("bad.indices.bin: expected at least one item but was an empty file", prefix);
        index(prefix, new int[]{1, 1}, new int[]{1, 1}, new long[]{0, 1});
        assertMessage("expected item numbers from 0 to at most 1 but was 1 to 1", prefix);
        index(prefix, new int[]{0, 7}, new int[]{1, 1}, new long[]{0, 1});
        assertMessage("expected item numbers from 0 to at most 1 but was 0 to 7", prefix);
        index(prefix, new int[]{0, 2, 1, 2}, new int[]{1, 1, 1, 1}, new long[]{0, 1, 2, 2});
        try (AlignedIndex index = AlignedIndex.open(prefix)) {
            assertMessage("bad.indices.bin: expected item 0 or the next at span 1 but was item 2",
                    () -> index.texts(0));
        }
        int[] rising = IntStream.range(0, 100).toArray();
        rising[99] = 5;
        index(prefix, rising, new int[100], new long[100]);
        try (AlignedIndex index = AlignedIndex.open(prefix)) {
            assertMessage("bad.indices.bin: expected items up to 5, that of the last span, but was item 6 at span 6",
                    () -> index.texts(0));
        }
        index(prefix, new int[]{0, 1}, new int[]{4, 1}, new long[]{0, -1});
        try (AlignedIndex index = AlignedIndex.open(prefix)) {
            assertMessage("bad.offsets.bin: expected item 0, span 0, within the 3 bytes of .bin but was 4 bytes from 0",
                    () -> index.texts(0));
            assertMessage("but was 1 bytes from 18446744073709551615", () -> index.bytes(1));
        }
        Files.write(folder.resolve("bad.bin"), new byte[]{'a', (byte) 0xff, 'c'});
        index(prefix, new int[]{0}, new int[]{3}, new long[]{0});
        try (AlignedIndex index = AlignedIndex.open(prefix)) {
            assertMessage("bad.bin: expected UTF-8 in item 0, span 0, but was the byte 0xFF at its byte 1",
                    () -> index.texts(0));
        }
    }

    private Path store(String name, List<byte[]> documents) throws IOException {
        try (DocumentStoreWriter writer = new DocumentStoreWriter(folder.resolve(name))) {
            for (byte[] document : documents) {
                writer.add(document);
            }
            writer.finish();
        }
        return folder.resolve(name);
    }

    private static void index(Path prefix, int[] numbers, int[] lengths, long[] offsets) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(8 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int number : numbers) {
            bytes.putInt(number);
        }
        write(AlignedIndex.indices(prefix), bytes);
        for (int length : lengths) {
            bytes.putShort((short) length);
        }
        write(AlignedIndex.lengths(prefix), bytes);
        for (long offset : offsets) {
            bytes.putLong(offset);
        }
        write(AlignedIndex.offsets(prefix), bytes);
    }

    private static void write(Path file, ByteBuffer bytes) throws IOException {
        byte[] content = new byte[bytes.flip().remaining()];
        bytes.get(content).clear();
        Files.write(file, content);
    }

    private static List<byte[]> documents(RandomGenerator random) {
        int most = 1 << random.nextInt(9);
        List<byte[]> documents = new ArrayList<>();
        for (int n = random.nextInt(1, 12); n > 0; n--) {
            StringBuilder document = new StringBuilder();
            int common = random.nextInt(1, PIECES.length + 1);
            for (int pieces = random.nextInt(most); pieces > 0; pieces--) {
                document.append(PIECES[random.nextInt(random.nextInt(20) == 0 ? PIECES.length : Math.min(common, 13))]);
            }
            documents.add(document.toString().getBytes(StandardCharsets.UTF_8));
        }
        return documents;
    }

    private static void assertMessage(String part, Path prefix) {
        assertMessage(part, () -> AlignedIndex.open(prefix).close());
    }

    private static void assertMessage(String part, Executable call) {
        CorruptFileException e = assertThrows(CorruptFileException.class, call);
        assertTrue(e.toString().contains(part), e.toString());
    }
}
