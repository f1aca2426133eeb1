package tfree.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tfree.data.PackedSequence;
import tfree.data.SequencePacker;
import tfree.trigram.SlotTable;
import tfree.trigram.TextEncoder;
import tfree.trigram.TokenizerConfig;

/** Strings to a training sample of 4 096 positions with all its slots, on one core. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class PackBenchmark {
    /** Every invocation makes so many. */
    static final int POSITIONS = 4096;

    private final List<String> items = BenchmarkText.of("english").documents();
    private final SequencePacker packer = new SequencePacker(
            new TextEncoder(new SlotTable(TokenizerConfig.of(32_000, 10, 2))), POSITIONS, true, true);
    private int next;

    /** The next sample. */
    @Benchmark
    public PackedSequence pack() {
        next = (next + 1) % items.size();
        return packer.pack(next, items.size(), i -> List.of(items.get(i)));
    }
}
