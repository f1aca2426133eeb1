package tfree.bench;

import java.io.IOException;
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
import tfree.data.Corpus;
import tfree.data.DocumentStoreWriter;
import tfree.data.ItemText;
import tfree.data.PackedSequence;
import tfree.data.SampleOrder;
import tfree.data.SequencePacker;
import tfree.trigram.SlotTable;
import tfree.trigram.TextEncoder;
import tfree.trigram.TokenizerConfig;

/**
 * A memory map's bytes to a training sample of 4 096 positions with all its slots, on one core, items in shuffled order:
 * what a thread that fills batches does. Beside it what the first steps of that take alone.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
@Fork(1)
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH sets it up
public class PackBenchmark {
    /** Every sample has so many. */
    static final int POSITIONS = 4096;

    private final TextEncoder encoder = new TextEncoder(new SlotTable(TokenizerConfig.of(32_000, 10, 2)));
    private final SequencePacker packer = new SequencePacker(encoder, POSITIONS, true, true);
    private final PackedSequence sample = packer.newSample();
    private final ItemText item = new ItemText();
    private Path folder;
    private Corpus corpus;
    private SampleOrder order;
    private long next;

    /** Ten megabytes of English, aligned. */
    @Setup
    public void open() throws IOException {
        folder = Files.createTempDirectory("pack");
        Path prefix = folder.resolve("english");
        BenchmarkText text = BenchmarkText.of("english");
        try (DocumentStoreWriter writer = new DocumentStoreWriter(prefix)) {
            for (int i = 0; i < text.ends().length; i++) {
                writer.add(Arrays.copyOfRange(text.utf8(), text.start(i), text.ends()[i]));
            }
            writer.finish();
        }
        AlignedIndexWriter.write(prefix, true);
        corpus = Corpus.open(List.of(prefix));
        order = new SampleOrder(corpus.size(), 42);
    }

    /** Removes it. */
    @TearDown
    public void close() throws IOException {
        order.close();
        corpus.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** The next sample. */
    @Benchmark
    public PackedSequence pack() throws IOException {
        packer.pack(corpus, order, next(), sample);
        return sample;
    }

    /** The next item's words as numbers of patterns, without copying their slots. */
    @Benchmark
    public int encode() throws IOException {
        corpus.read(order.item(next()), item);
        int words = 0;
        for (int i = 0; i < item.count(); i++) {
            encoder.start(item.utf8(), item.start(i), item.end(i));
            for (int count = encoder.next(); count > 0; count = encoder.next()) {
                words += count;
            }
        }
        return words;
    }

    /** Counts the bytes of the next item that begin a run of letters. */
    @Benchmark
    public int bareScan() throws IOException {
        corpus.read(order.item(next()), item);
        byte[] utf8 = item.utf8();
        int words = 0;
        boolean inWord = false;
        for (int i = item.start(0); i < item.end(item.count() - 1); i++) {
            int letter = (utf8[i] | 0x20) - 'a';
            boolean isLetter = letter >= 0 && letter < 26;
            if (isLetter && !inWord) {
                words++;
            }
            inWord = isLetter;
        }
        return words;
    }

    /** Copies the next item out of the map. */
    @Benchmark
    public ItemText read() throws IOException {
        corpus.read(order.item(next()), item);
        return item;
    }

    /** How many words an item has, on average. */
    double wordsPerItem() throws IOException {
        long words = 0;
        for (next = 0; next < order.size();) {
            words += encode();
        }
        return (double) words / order.size();
    }

    private long next() {
        next = next >= order.size() ? 0 : next;
        return next++;
    }
}
