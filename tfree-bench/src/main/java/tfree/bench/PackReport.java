package tfree.bench;

import java.io.IOException;
import java.util.Collection;
import java.util.Locale;
import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs the benchmarks of sample order and packing and prints their tables. See docs/benchmarks.md for the command. */
public final class PackReport {
    private PackReport() {}

    /** Takes about two minutes. */
    public static void main(String[] args) throws RunnerException, IOException {
        Collection<RunResult> packing = run(PackBenchmark.class);
        Collection<RunResult> orders = run(ShuffleBenchmark.class);
        double wordsPerItem = wordsPerItem();
        System.out.println("\n| | µs | million words a second | bytes allocated |\n|---|---:|---:|---:|");
        for (RunResult result : packing) {
            double micros = result.getPrimaryResult().getScore();
            double words = name(result).equals("pack") ? PackBenchmark.POSITIONS : wordsPerItem;
            System.out.printf(Locale.ROOT, "| %s | %.0f | %.1f | %.0f |%n", name(result), micros, words / micros,
                    Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm")).getScore());
        }
        System.out.println("\n| | items | seconds |\n|---|---:|---:|");
        for (RunResult result : orders) {
            System.out.printf(Locale.ROOT, "| %s | %s | %.2f |%n", name(result), result.getParams().getParam("items"),
                    result.getPrimaryResult().getScore() / 1e3);
        }
    }

    private static Collection<RunResult> run(Class<?> benchmark) throws RunnerException {
        return new Runner(new OptionsBuilder().include(benchmark.getName() + ".*").addProfiler(GCProfiler.class)
                .jvmArgs("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow").build()).run();
    }

    private static double wordsPerItem() throws IOException {
        PackBenchmark items = new PackBenchmark();
        items.open();
        try {
            return items.wordsPerItem();
        } finally {
            items.close();
        }
    }

    private static String name(RunResult result) {
        String label = result.getPrimaryResult().getLabel();
        return label.substring(label.lastIndexOf('.') + 1);
    }
}
