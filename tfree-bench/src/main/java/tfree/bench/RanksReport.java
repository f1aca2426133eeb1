package tfree.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tfree.checkpoint.Units;
import tfree.config.RunConfig;
import tfree.config.RunConfigFile;
import tfree.data.DocumentStoreWriter;
import tfree.dictionary.WordCounts;
import tfree.dictionary.WordList;
import tfree.train.RankGroup;
import tfree.train.StepMetrics;
import tfree.train.Trainer;

/**
 * What it costs to share a machine's cores out to processes instead of threads: the same samples a step by one process on
 * two threads, and by two processes of one, with and without ZeRO, in turns. See docs/benchmarks.md for the command.
 */
public final class RanksReport {
    private static final int STEPS = 40;
    private static final int WARM_UP = 10;
    private static final String CONFIG = """
            architecture: {vocab_size: 8000, hidden_size: 256, num_layers: 4, num_attention_heads: 8, sequence_length: 256,
              mlp_type: swiglu, mlp_factor: 2.66796875, bias_terms: false, embedding_aggregation: sum, init: pythia}
            tokenizer: {vocab_size: 8000, vocab_population: 10, sequence_length: 256}
            data: {sequence_length: 256}
            training: {gradient_accumulation_steps: 1, loss_pos_weight: 10, loss_scale: 10}
            learning_rate_scheduler: {learning_rate: 0.001, learning_rate_warmup_steps: 5}
            """;

    private RanksReport() {}

    /** @param arguments rounds (3); of a rank: its memory map, and whether it uses ZeRO */
    public static void main(String... arguments) throws Exception {
        if (arguments.length == 2) {
            train(Path.of(arguments[0]), Boolean.parseBoolean(arguments[1]));
            return;
        }
        int rounds = arguments.length == 1 ? Integer.parseInt(arguments[0]) : 3;
        Path map = Files.createTempDirectory("ranks").resolve("english");
        try (DocumentStoreWriter writer = new DocumentStoreWriter(map)) {
            for (String document : BenchmarkText.of("english").documents()) {
                writer.add(document);
            }
            writer.finish();
        }
        Map<String, List<double[]>> results = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            add(results, "1 process, 2 threads", start(1, map, false));
            add(results, "2 processes, 1 thread each", start(2, map, false));
            add(results, "2 processes, 1 thread each, ZeRO", start(2, map, true));
        }
        double base = best(results.values().iterator().next())[0];
        System.out.printf(Locale.ROOT, "%n| | words/s | ratio | of a step exchanging |%n|---|---:|---:|---:|%n");
        results.forEach((name, runs) -> {
            double[] best = best(runs);
            System.out.printf(Locale.ROOT, "| %s | %,.0f | %.2f | %.1f %% |%n", name, best[0], best[0] / base,
                    100 * best[1]);
        });
    }

    private static void add(Map<String, List<double[]>> results, String name, double[] result) {
        System.out.printf(Locale.ROOT, "%s: %,.0f words/s, %.1f %% exchanging%n", name, result[0], 100 * result[1]);
        results.computeIfAbsent(name, _ -> new ArrayList<>()).add(result);
    }

    /** The round that was disturbed the least. */
    private static double[] best(List<double[]> runs) {
        return runs.stream().max((a, b) -> Double.compare(a[0], b[0])).orElseThrow();
    }

    /** Starts the ranks; what rank 0 has measured. */
    private static double[] start(int ranks, Path map, boolean zero) throws Exception {
        int port = freePort();
        List<Process> processes = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            ProcessBuilder builder = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-XX:+UseSerialGC",
                    "-cp", System.getProperty("java.class.path"), RanksReport.class.getName(), map.toString(),
                    String.valueOf(zero)).redirectError(ProcessBuilder.Redirect.INHERIT);
            if (rank > 0) {
                builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
            }
            builder.environment().putAll(Map.of("WORLD_SIZE", String.valueOf(ranks), "RANK", String.valueOf(rank),
                    "MASTER_ADDR", "127.0.0.1", "MASTER_PORT", String.valueOf(port), "LOCAL_RANK",
                    String.valueOf(rank), "LOCAL_WORLD_SIZE", String.valueOf(ranks)));
            processes.add(builder.start());
        }
        String line = processes.getFirst().inputReader().readLine();
        for (Process process : processes) {
            if (process.waitFor() != 0 || line == null) {
                throw new IllegalStateException("a rank ended with exit code " + process.exitValue());
            }
        }
        String[] figures = line.split(" ");
        return new double[]{Double.parseDouble(figures[0]), Double.parseDouble(figures[1])};
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** As one rank: trains, and prints the median step's words a second and what part of it went into exchanges. */
    private static void train(Path map, boolean zero) throws IOException {
        RankGroup group = RankGroup.ofEnvironment();
        RunConfig config = RunConfigFile.parse(CONFIG, List.of("data.prefix_paths=[" + map + "]",
                "training.iterations=" + STEPS, "training.world_size=" + group.ranks(),
                "training.micro_batch_size=" + 4 / group.ranks(), "optimizer.zero=" + zero));
        List<StepMetrics> steps = new ArrayList<>();
        try (Trainer trainer = new Trainer(config, new Units.Words(WordList.ranked(new WordCounts())), null, group)) {
            trainer.addListener(steps::add);
            trainer.run();
        }
        List<StepMetrics> measured = steps.subList(WARM_UP, STEPS).stream()
                .sorted((a, b) -> Double.compare(a.seconds(), b.seconds())).toList();
        StepMetrics median = measured.get(measured.size() / 2);
        Double exchange = median.exchangeSeconds();
        System.out.println(median.wordsPerSecond() + " " + (exchange == null ? 0 : exchange / median.seconds()));
        System.exit(0); // c10d's threads live on
    }
}
