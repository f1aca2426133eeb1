package tfree.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import tfree.data.AlignedIndexWriter;
import tfree.data.DocumentStore;
import tfree.data.DocumentStoreWriter;
import tfree.data.StoreCheck;
import tfree.text.Utf8;

/**
 * Aligning {@value #MEGABYTES} MB of English prose in documents of 1 to 40 kB, on one core, beside what bounds it: reading
 * the same bytes out of the same memory map, and validating them. Every invocation maps the store anew.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 6, time = 1)
@Fork(1)
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH sets it up
public class AlignBenchmark {
    /** The size of the text. */
    static final int MEGABYTES = 200;

    private Path folder;
    private Path prefix;

    /** Writes the text. */
    @Setup
    public void write() throws IOException {
        folder = Files.createTempDirectory("align");
        prefix = folder.resolve("text");
        BenchmarkText text = BenchmarkText.of("english");
        try (DocumentStoreWriter out = new DocumentStoreWriter(prefix)) {
            int from = 0;
            for (long bytes = 0, length = 1_000; bytes < MEGABYTES * 1_000_000L; length = length * 37 % 40_009) {
                if (from + length > text.length()) {
                    from = 0;
                }
                int to = wholeCharacters(text.utf8(), from + (int) length);
                out.add(Arrays.copyOfRange(text.utf8(), from, to));
                bytes += to - from;
                from = to;
            }
            out.finish();
        }
    }

    /** Removes it. */
    @TearDown
    public void remove() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(AlignBenchmark::delete);
        }
    }

    /** As the original does it. */
    @Benchmark
    public long align() throws IOException {
        return align(false);
    }

    /** Without loss. */
    @Benchmark
    public long alignKeepingTails() throws IOException {
        return align(true);
    }

    /** The whole check of the store, its text and its index. */
    @Benchmark
    public long verify() throws IOException {
        return StoreCheck.run(prefix, _ -> {}).damages();
    }

    /** Copies every document out of the map. */
    @Benchmark
    public long readDocuments() throws IOException {
        long sum = 0;
        try (DocumentStore store = DocumentStore.open(prefix)) {
            for (long document = 0; document < store.size(); document++) {
                sum += store.bytes(document).length;
            }
        }
        return sum;
    }

    /** The same, and validates it. */
    @Benchmark
    public long readAndValidateDocuments() throws IOException {
        long sum = 0;
        try (DocumentStore store = DocumentStore.open(prefix)) {
            for (long document = 0; document < store.size(); document++) {
                byte[] utf8 = store.bytes(document);
                sum += Utf8.firstInvalid(utf8, 0, utf8.length);
            }
        }
        return sum;
    }

    private long align(boolean keepTails) throws IOException {
        for (String ending : List.of("indices.bin", "lengths.bin", "offsets.bin")) {
            Files.deleteIfExists(folder.resolve("text." + ending));
        }
        return AlignedIndexWriter.write(prefix, keepTails);
    }

    private static int wholeCharacters(byte[] utf8, int to) {
        int end = to;
        while ((utf8[end] & 0xc0) == 0x80) {
            end++;
        }
        return end;
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
