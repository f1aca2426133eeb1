package tfree.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the encoder's benchmarks and prints their tables. See docs/benchmarks.md for the command.
 *
 * <p>The one argument is a Hugging Face {@code tokenizer.json} to measure that library with; without it that peer is
 * left out.
 */
public final class EncoderReport {
    private static final double MEGABYTES = BenchmarkText.of("english").length() / 1e6;

    private EncoderReport() {}

    /** Takes about three minutes. */
    public static void main(String[] args) throws RunnerException {
        Collection<RunResult> peers = new Runner(options(EncodeBenchmark.class, args).build()).run();
        Collection<RunResult> scripts = new Runner(options(ScriptBenchmark.class, args).build()).run();
        Collection<RunResult> newWords = new Runner(options(NewWordBenchmark.class, args).build()).run();
        System.out.println("\nEnglish prose, " + megabytes(MEGABYTES) + " MB, one core\n");
        System.out.println("| | MB/s | T-Free is … times as fast |\n|---|---:|---:|");
        double ours = speed(peers.stream().filter(result -> name(result).equals("tfree")).findFirst().orElseThrow());
        for (RunResult result : peers) {
            print(name(result), megabytes(speed(result)), String.format(Locale.ROOT, "%.2f", ours / speed(result)));
        }
        System.out.println("\nOther scripts\n\n| text | mode | MB/s |\n|---|---|---:|");
        for (RunResult result : scripts) {
            print(result.getParams().getParam("text"), result.getParams().getParam("mode"),
                    megabytes(speed(result)));
        }
        System.out.println("\nNew words\n\n| | µs a word |\n|---|---:|");
        for (RunResult result : newWords) {
            double microseconds = result.getPrimaryResult().getScore() / NewWordBenchmark.WORDS;
            print(name(result), String.format(Locale.ROOT, "%.2f", microseconds));
        }
    }

    private static ChainedOptionsBuilder options(Class<?> benchmark, String[] args) {
        ChainedOptionsBuilder options = new OptionsBuilder().include(benchmark.getName() + ".*")
                .jvmArgs("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
        if (args.length > 0 && Files.isRegularFile(Path.of(args[0]))) {
            return options.param("tokenizerFile", args[0]);
        }
        System.err.println("no tokenizer.json given: Hugging Face's tokenizers are left out");
        return options.exclude("huggingFace");
    }

    private static String name(RunResult result) {
        String label = result.getPrimaryResult().getLabel();
        return label.substring(label.lastIndexOf('.') + 1);
    }

    /** In MB/s, from milliseconds for the whole text. */
    private static double speed(RunResult result) {
        return MEGABYTES * 1000 / result.getPrimaryResult().getScore();
    }

    private static String megabytes(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
    }

    private static void print(String... cells) {
        System.out.println("| " + String.join(" | ", cells) + " |");
    }
}
