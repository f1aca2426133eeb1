package tfree.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tfree.dictionary.DictionaryFile;
import tfree.dictionary.WordList;

/**
 * Counts the words of the same files with {@code tfree dictionary build} and with {@code tfree spark count-words}, each
 * on one core ({@code taskset}, so on Linux) and on two, as processes of their own, and prints the table of docs/benchmarks.md. The dictionaries must
 * be the same to the byte. Run it in the project's folder, after both commands have been called once.
 *
 * <p>The text is {@link BenchmarkText}'s of 21 languages thirty times over, a document of 20 kB a line. What a command
 * takes for one document is its start; the rate is that of the others in the time that they take beyond it. The best of
 * several rounds counts.
 */
public final class CountingReport {
    private static final int FILES = 10;
    private static final int REPEATS = 3; // of ten megabytes in each file

    private CountingReport() {}

    /** @param arguments the number of rounds, 3 if there is none */
    public static void main(String... arguments) throws IOException, InterruptedException {
        int rounds = arguments.length == 0 ? 3 : Integer.parseInt(arguments[0]);
        Path folder = Files.createTempDirectory("tfree-counting-");
        try {
            report(rounds, folder);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void report(int rounds, Path folder) throws IOException, InterruptedException {
        List<String> documents = BenchmarkText.of("europarl").documents();
        Path one = Files.createDirectory(folder.resolve("one"));
        write(documents.subList(0, 1), 1, one.resolve("0.txt"));
        Path all = Files.createDirectory(folder.resolve("all"));
        for (int i = 0; i < FILES; i++) {
            write(documents, REPEATS, all.resolve(i + ".txt"));
        }
        List<Counting> countings = List.of(new Counting(false, 1), new Counting(false, 2), new Counting(true, 1),
                new Counting(true, 2));
        for (int round = 0; round < rounds; round++) {
            for (Counting counting : countings) {
                counting.run(one, all, folder.resolve("words"));
            }
        }
        Counting first = countings.getFirst();
        System.out.printf(Locale.ROOT, "%,d words%n%n| | start, s | all, s | million words/s | against the first |%n"
                + "|---|---:|---:|---:|---:|%n", first.words);
        for (Counting counting : countings) {
            if (!Arrays.equals(first.dictionary, counting.dictionary)) {
                throw new IllegalStateException(
                        "expected the dictionary of " + first + " but was another from " + counting);
            }
            System.out.printf(Locale.ROOT, "| %s | %.1f | %.1f | %.1f | %.2f |%n", counting, counting.start,
                    counting.all,
                    counting.rate() / 1e6, counting.rate() / first.rate());
        }
    }

    /** A document a line, and blank lines between them. */
    private static void write(List<String> documents, int repeats, Path file) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < repeats; i++) {
                for (String document : documents) {
                    out.append(document.replace('\n', ' ')).append("\n\n");
                }
            }
        }
    }

    /** One way to count, and the least that it took. */
    private static final class Counting {
        private final boolean spark;
        private final int threads;
        private double start = Double.POSITIVE_INFINITY;
        private double all = Double.POSITIVE_INFINITY;
        private long words;
        private byte[] dictionary = {};

        Counting(boolean spark, int threads) {
            this.spark = spark;
            this.threads = threads;
        }

        void run(Path one, Path all, Path output) throws IOException, InterruptedException {
            this.start = Math.min(this.start, seconds(one, output));
            Files.delete(output);
            this.all = Math.min(this.all, seconds(all, output));
            this.dictionary = Files.readAllBytes(output);
            WordList list = DictionaryFile.read(output);
            this.words = 0;
            for (int i = 0; i < list.size(); i++) {
                this.words += list.count(i);
            }
            Files.delete(output);
        }

        private double seconds(Path input, Path output) throws IOException, InterruptedException {
            List<String> command = new ArrayList<>();
            if (threads == 1) { // else the thread that reads would take the second core
                command.addAll(List.of("taskset", "-c", "0"));
            }
            command.add("./tfree");
            command.addAll(spark
                    ? List.of("spark", "count-words", "--format", "text", "--input", input.toString(), "--master",
                            "local[" + threads + "]")
                    : List.of("dictionary", "build", "--text", input.toString(), "--separator", "", "--threads",
                            Integer.toString(threads)));
            command.addAll(List.of("--output", output.toString()));
            long begun = System.nanoTime();
            int exitCode = new ProcessBuilder(command).inheritIO().redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (exitCode != 0) {
                throw new IOException("expected exit code 0 but was " + exitCode + " of " + String.join(" ", command));
            }
            return (System.nanoTime() - begun) / 1e9;
        }

        double rate() {
            return words / (all - start);
        }

        @Override
        public String toString() {
            return (spark ? "`tfree spark count-words --master local[" + threads + "]`"
                    : "`tfree dictionary build --threads " + threads + "`") + (threads == 1 ? ", one core" : "");
        }
    }
}
