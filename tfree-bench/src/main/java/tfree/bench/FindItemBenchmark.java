package tfree.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import tfree.data.AlignedIndex;
import tfree.data.DocumentStoreWriter;

/**
 * A random item of an aligned index with five spans an item on average: finding its spans, reading its 20 kB, and opening
 * the index, beside one random read out of the same file.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 6, time = 1)
@Fork(1)
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH sets it up
public class FindItemBenchmark {
    private static final int SPAN_BYTES = 4_000;
    private static final int TEXT_BYTES = 1 << 26;
    private static final List<String> ENDINGS = List.of("bin", "idx", "meta.json", "indices.bin", "lengths.bin",
            "offsets.bin");

    /** How many there are. */
    @Param({"1000000", "10000000"})
    public int items;

    private final SplittableRandom random = new SplittableRandom(1);
    private Path folder;
    private Path prefix;
    private AlignedIndex index;
    private MemorySegment numbers;

    /** Writes an index whose spans lie anywhere in a text. */
    @Setup
    public void write() throws IOException {
        folder = Files.createTempDirectory("items");
        prefix = folder.resolve("text");
        try (DocumentStoreWriter out = new DocumentStoreWriter(prefix)) {
            out.add(new byte[TEXT_BYTES]);
            out.finish();
        }
        try (OutputStream indices = file("indices.bin");
                OutputStream lengths = file("lengths.bin");
                OutputStream offsets = file("offsets.bin")) {
            for (int item = 0; item < items; item++) {
                for (int spans = random.nextInt(1, 10); spans > 0; spans--) {
                    writeNumber(indices, item, Integer.BYTES);
                    writeNumber(lengths, SPAN_BYTES, Short.BYTES);
                    writeNumber(offsets, random.nextInt(TEXT_BYTES - SPAN_BYTES), Long.BYTES);
                }
            }
        }
        index = AlignedIndex.open(prefix);
        try (FileChannel channel = FileChannel.open(folder.resolve("text.indices.bin"))) {
            numbers = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
        }
    }

    /** Removes it. */
    @TearDown
    public void remove() throws IOException {
        index.close();
        for (String ending : ENDINGS) {
            Files.delete(folder.resolve("text." + ending));
        }
        Files.delete(folder);
    }

    /** The spans of a random item. */
    @Benchmark
    public int find() throws IOException {
        return index.spans(random.nextInt(items));
    }

    /** Its bytes too. */
    @Benchmark
    public Object read() throws IOException {
        return index.bytes(random.nextInt(items));
    }

    /** One item number at a random place: what memory takes. */
    @Benchmark
    public int oneRandomRead() {
        return numbers.getAtIndex(ValueLayout.JAVA_INT, random.nextLong(numbers.byteSize() / Integer.BYTES));
    }

    /** Maps the files and closes them. */
    @Benchmark
    public long open() throws IOException {
        try (AlignedIndex opened = AlignedIndex.open(prefix)) {
            return opened.size();
        }
    }

    private OutputStream file(String ending) throws IOException {
        return new BufferedOutputStream(Files.newOutputStream(folder.resolve("text." + ending)), 1 << 16);
    }

    private static void writeNumber(OutputStream out, long number, int width) throws IOException {
        for (int i = 0; i < width; i++) {
            out.write((byte) (number >>> (8 * i)));
        }
    }
}
