package tfree.bench;

import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs the benchmarks of memory maps and prints their tables. See docs/benchmarks.md for the command. */
public final class MapReport {
    private MapReport() {}

    /** Takes about three minutes. */
    public static void main(String[] args) throws RunnerException {
        var aligning = new Runner(options(AlignBenchmark.class)).run();
        var items = new Runner(options(FindItemBenchmark.class)).run();
        System.out.println("\nEnglish prose, " + AlignBenchmark.MEGABYTES + " MB, one core\n\n| | GB/s |\n|---|---:|");
        for (RunResult result : aligning) {
            print(name(result), AlignBenchmark.MEGABYTES / result.getPrimaryResult().getScore());
        }
        System.out.println("\nA random item\n\n| | items | ns |\n|---|---:|---:|");
        for (RunResult result : items) {
            print(name(result) + " | " + result.getParams().getParam("items"), result.getPrimaryResult().getScore());
        }
    }

    private static Options options(Class<?> benchmark) {
        return new OptionsBuilder().include(benchmark.getName() + ".*").jvmArgs("--enable-native-access=ALL-UNNAMED")
                .build();
    }

    private static String name(RunResult result) {
        String label = result.getPrimaryResult().getLabel();
        return label.substring(label.lastIndexOf('.') + 1);
    }

    private static void print(String name, double value) {
        System.out.printf(Locale.ROOT, value < 10 ? "| %s | %.2f |%n" : "| %s | %.0f |%n", name, value);
    }
}
