package tfree.bench;

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
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tfree.data.SampleOrder;

/** The order of an epoch, and a plain shuffle of an array by Java's fastest generator. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 2)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@State(Scope.Benchmark)
public class ShuffleBenchmark {
    /** So many are put in order. */
    @Param({"1000000", "100000000"})
    public int items;

    /** NumPy's shuffle, off the heap. */
    @Benchmark
    public long sampleOrder() {
        try (SampleOrder order = new SampleOrder(items, 42)) {
            return order.item(0);
        }
    }

    /** Fisher–Yates as it stands in textbooks. */
    @Benchmark
    public int plainShuffle() {
        SplittableRandom random = new SplittableRandom(42);
        int[] order = new int[items];
        for (int i = 0; i < items; i++) {
            order[i] = i;
        }
        for (int i = items - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        return order[0];
    }
}
