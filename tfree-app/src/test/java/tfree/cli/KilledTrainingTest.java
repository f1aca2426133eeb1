package tfree.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.checkpoint.Checkpoint;
import tfree.train.MetricsFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A run that is killed with SIGKILL again and again ends as one that is left alone. */
class KilledTrainingTest {
    private static final int STEPS = 240;
    private static final int KILLS = 5;
    private static final String CONFIG = """
            architecture: {vocab_size: 256, hidden_size: 16, num_layers: 1, num_attention_heads: 2,
              sequence_length: 48, mlp_type: swiglu, mlp_factor: 2, bias_terms: true, embedding_aggregation: sum,
              init: pythia}
            tokenizer: {vocab_size: 256, vocab_population: 4, sequence_length: 48}
            data: {sequence_length: 24, prefix_paths: [MAP]}
            training: {iterations: STEPS, micro_batch_size: 1, gradient_accumulation_steps: 2, loss_pos_weight: 10,
              loss_scale: 10, save_interval: 3}
            optimizer: {gradient_clipping: 1.0}
            learning_rate_scheduler: {learning_rate: 0.01, learning_rate_warmup_steps: 5}
            tfree: {validation_prefix_paths: [MAP], validation_interval: 10, keep_checkpoints: 2}
            """;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @TempDir
    private Path folder = Path.of("");
    private String config = "";

    @BeforeEach
    void writeData() throws IOException {
        String map = folder.resolve("rhymes").toString();
        String text = Files.writeString(folder.resolve("rhymes.txt"), """
                Rain, rain, go away, come again another day.

                Jack and Jill went up the hill.

                Row, row, row your boat, gently down the stream.
                """).toString();
        Call.of("data", "import", map, "--text", text, "--separator", "").output();
        config = Files.writeString(folder.resolve("config.yml"),
                CONFIG.replace("MAP", map).replace("STEPS", Integer.toString(STEPS))).toString();
    }

    @Test
    void endsWithTheBitsAndMetricsOfAnUninterruptedRun() throws IOException, InterruptedException {
        System.out.println("kills from seed " + seed);
        Path alone = folder.resolve("alone");
        Call.of("train", "--config", config, "--set", "training.save_dir=" + alone).output();
        Path killed = folder.resolve("killed");
        int kills = 0;
        for (int i = 0; i < KILLS; i++) {
            kills += trainUntilKilled(killed, (i + 1) * STEPS / (KILLS + 1)) ? 1 : 0;
            assertWholeCheckpoints(killed);
        }
        assertTrue(kills > 1, "the run ended by itself before it could be killed");
        Process last = start(killed);
        assertEquals(0, last.waitFor(), () -> "seed " + seed);
        assertEquals(STEPS, Checkpoint.open(killed).state().iterations());
        for (String file : List.of("transformer/transformer.safetensors", "optimizer/optimizer.safetensors")) {
            assertArrayEquals(Files.readAllBytes(Checkpoint.open(alone).folder().resolve(file)),
                    Files.readAllBytes(Checkpoint.open(killed).folder().resolve(file)), () -> file + ", seed " + seed);
        }
        assertEquals(metrics(alone), metrics(killed), () -> "seed " + seed);
    }

    /** Kills the run at a random moment, of a step or of a save, before or soon after a step; false if it had ended. */
    private boolean trainUntilKilled(Path saveDir, int aroundStep) throws IOException, InterruptedException {
        Process run = start(saveDir);
        int step = aroundStep - random.nextInt(STEPS / (KILLS + 1));
        while (run.isAlive() && steps(saveDir) < step) {
            Thread.sleep(2);
        }
        Thread.sleep(Duration.ofNanos(random.nextLong(40_000_000)));
        run.destroyForcibly();
        return run.waitFor() != 0;
    }

    private static long steps(Path saveDir) throws IOException {
        Path metrics = saveDir.resolve(MetricsFile.NAME);
        try (Stream<String> lines = Files.exists(metrics) ? Files.lines(metrics) : Stream.of()) {
            return lines.count();
        }
    }

    /** Everything under a checkpoint's name loads. */
    private void assertWholeCheckpoints(Path saveDir) throws IOException {
        try (Stream<Path> files = Files.list(saveDir)) {
            for (Path file : files.filter(path -> String.valueOf(path.getFileName()).matches("[0-9]{12}")).toList()) {
                Checkpoint.open(file).transformer().close();
                Checkpoint.open(file).loadOptimizer((first, second, _) -> assertEquals(first.keySet(),
                        second.keySet()));
            }
        }
        if (Files.exists(saveDir.resolve("latest"))) {
            assertTrue(Checkpoint.open(saveDir).state().iterations() > 0, () -> "seed " + seed);
        }
    }

    /** Without what the clock and the machine say. */
    private static List<JsonNode> metrics(Path saveDir) throws IOException {
        List<JsonNode> steps = new ArrayList<>();
        for (String line : Files.readAllLines(saveDir.resolve(MetricsFile.NAME))) {
            steps.add(((ObjectNode) JsonMapper.shared().readTree(line))
                    .remove(List.of("seconds", "data_seconds", "words_per_second", "mfu", "resident_bytes")));
        }
        return steps;
    }

    private Process start(Path saveDir) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto",
                "-cp", System.getProperty("java.class.path"), Tfree.class.getName(), "train", "--config", config,
                "--resume", "--set", "training.save_dir=" + saveDir)
                .redirectError(ProcessBuilder.Redirect.DISCARD).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    }
}
