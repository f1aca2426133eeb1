package tfree.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.checkpoint.Checkpoint;
import tfree.config.RunConfig;
import tfree.model.Tensors;
import tfree.tiny.TinyRun;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TrainerTest {
    @TempDir
    private Path folder = Path.of("");

    private static Trainer trainer(RunConfig config, @Nullable Checkpoint from) throws IOException {
        return new Trainer(config, TinyRun.units(config), from);
    }

    private static Map<String, float[]> parameters(Trainer trainer) {
        Map<String, float[]> values = new LinkedHashMap<>();
        trainer.model().parameters().forEach((name, tensor) -> values.put(name, Tensors.floats(tensor)));
        return values;
    }

    @Test
    void learnsTheRhymes() throws IOException {
        RunConfig config = TinyRun.config(folder, "training.iterations=200");
        List<StepMetrics> steps = new ArrayList<>();
        try (Trainer trainer = trainer(config, null)) {
            trainer.addListener(steps::add);
            trainer.run();
        }
        assertEquals(200, steps.size());
        assertTrue(steps.getLast().loss() < 0.2 * steps.getFirst().loss(),
                steps.getFirst().loss() + " → " + steps.getLast().loss());
        Double last = steps.getLast().validationLoss();
        assertTrue(last != null && last < 0.2 * Objects.requireNonNull(steps.get(9).validationLoss()));
        assertEquals(0.01 / 5, steps.getFirst().learningRate(), 1e-12);
    }

    @Test
    void aResumedRunEndsWithTheSameBitsAsAnUninterruptedOne() throws IOException {
        RunConfig whole = TinyRun.config(folder);
        Map<String, float[]> expected;
        try (Trainer trainer = trainer(whole, null)) {
            trainer.run();
            expected = parameters(trainer);
        }
        Path other = folder.resolve("interrupted");
        RunConfig interrupted = TinyRun.config(folder, "training.save_dir=" + other);
        try (Trainer trainer = trainer(interrupted, null)) {
            trainer.addListener(step -> {
                if (step.step() == 7) {
                    trainer.stop();
                }
            });
            Path saved = trainer.run();
            assertEquals("000000000007", String.valueOf(Objects.requireNonNull(saved).getFileName()));
        }
        try (Trainer trainer = Trainer.resume(interrupted, TinyRun.units(whole), Checkpoint.open(other))) {
            assertEquals(7, trainer.stepsDone());
            trainer.run();
            Map<String, float[]> resumed = parameters(trainer);
            expected.forEach((name, values) -> assertArrayEquals(values, resumed.get(name), name));
        }
    }

    @Test
    void float16TrainsOnceTheScaleIsLowEnoughAndGoesOnWithTheSameBits() throws IOException {
        String[] overrides = {"architecture.precision=float16", "optimizer.loss_scaler.enable=true",
                "optimizer.loss_scaler.initial_scale=1.0e8", "training.iterations=60"};
        List<StepMetrics> steps = new ArrayList<>();
        Map<String, float[]> expected;
        RunConfig whole = TinyRun.config(folder, overrides);
        try (Trainer trainer = trainer(whole, null)) {
            trainer.addListener(steps::add);
            trainer.run();
            expected = parameters(trainer);
        }
        long skipped = steps.stream().filter(step -> !Double.isFinite(step.gradientNorm())).count();
        assertTrue(skipped > 2 && skipped < 30, skipped + " steps were left out");
        assertTrue(steps.getLast().loss() < 0.7 * steps.getFirst().loss(),
                steps.getFirst().loss() + " → " + steps.getLast().loss());

        RunConfig interrupted = TinyRun.config(folder, Stream
                .concat(Stream.of(overrides), Stream.of("training.save_dir=" + folder.resolve("interrupted")))
                .toArray(String[]::new));
        try (Trainer trainer = trainer(interrupted, null)) {
            trainer.addListener(step -> {
                if (step.step() == 3) {
                    trainer.stop(); // among those that are left out
                }
            });
            trainer.run();
        }
        try (Trainer trainer = Trainer.resume(interrupted, TinyRun.units(whole),
                Checkpoint.open(folder.resolve("interrupted")))) {
            trainer.run();
            Map<String, float[]> resumed = parameters(trainer);
            expected.forEach((name, values) -> assertArrayEquals(values, resumed.get(name), name));
        }
    }

    @Test
    void bfloat16LearnsAsWell() throws IOException {
        RunConfig config = TinyRun.config(folder, "architecture.precision=bfloat16", "training.iterations=200");
        List<StepMetrics> steps = new ArrayList<>();
        try (Trainer trainer = trainer(config, null)) {
            trainer.addListener(steps::add);
            trainer.run();
        }
        assertTrue(steps.getLast().loss() < 0.2 * steps.getFirst().loss(),
                steps.getFirst().loss() + " → " + steps.getLast().loss());
    }

    @Test
    void writesALineOfMetricsForEveryStepAndDropsThoseBehindTheCheckpointOnResume() throws IOException {
        RunConfig config = TinyRun.config(folder);
        try (Trainer trainer = trainer(config, null); MetricsFile metrics = new MetricsFile(folder, 0)) {
            assertTrue(trainer.measureProducts() > 1e8);
            trainer.addListener(metrics);
            trainer.run();
        }
        JsonMapper json = JsonMapper.builder().build();
        List<JsonNode> lines = Files.readAllLines(folder.resolve("metrics.jsonl")).stream().map(json::readTree)
                .toList();
        assertEquals(20, lines.size());
        assertEquals(20, lines.getLast().get("step").asInt());
        for (String field : List.of("loss", "words_per_second", "learning_rate", "gradient_norm", "seconds",
                "data_seconds", "mfu", "epochs")) {
            assertTrue(lines.getLast().get(field).isNumber(), field);
        }
        assertTrue(lines.get(9).get("validation_loss").isNumber());
        assertFalse(lines.get(8).has("validation_loss"));
        Files.writeString(folder.resolve("metrics.jsonl"), "{\"step\": 21, \"lo",
                java.nio.file.StandardOpenOption.APPEND);
        new MetricsFile(folder, 12).close();
        assertEquals(12, Files.readAllLines(folder.resolve("metrics.jsonl")).size());
    }

    @Test
    void measuresActivationsAtTheirInterval() throws IOException {
        RunConfig config = TinyRun.config(folder, "training.statistics_every_steps=8", "training.save_dir=null");
        List<StepMetrics> steps = new ArrayList<>();
        try (Trainer trainer = trainer(config, null); MetricsFile metrics = new MetricsFile(folder, 0)) {
            trainer.addListener(steps::add);
            trainer.addListener(metrics);
            trainer.run();
        }
        assertEquals(List.of(8L, 16L),
                steps.stream().filter(step -> step.activations() != null).map(StepMetrics::step).toList());
        JsonNode line = JsonMapper.shared().readTree(Files.readAllLines(folder.resolve("metrics.jsonl")).get(7));
        JsonNode above = line.get("activations").get("active_above");
        assertEquals(11, above.size());
        assertEquals(512, above.get(0).asDouble());
        for (int i = 1; i < 11; i++) {
            assertTrue(above.get(i).asDouble() <= above.get(i - 1).asDouble(), above.toString());
        }
        double mean = line.get("activations").get("mean_activation").asDouble();
        assertTrue(mean > above.get(5).asDouble() / 512 * 0.5 && mean < 1, line.toString());
    }

    @Test
    void savesAtItsIntervalAndStopsCleanly() throws IOException {
        RunConfig config = TinyRun.config(folder, "training.save_interval=4", "training.iterations=10");
        List<String> saved = new ArrayList<>();
        try (Trainer trainer = trainer(config, null)) {
            trainer.addListener(new TrainingListener() {
                @Override
                public void onStep(StepMetrics metrics) {}

                @Override
                public void onSaved(Path checkpoint) {
                    saved.add(String.valueOf(checkpoint.getFileName()));
                }
            });
            assertNotNull(trainer.run());
        }
        assertEquals(List.of("000000000004", "000000000008", "000000000010"), saved);
    }

    @Test
    void keepsTheNewestCheckpointsOnly() throws IOException {
        RunConfig config = TinyRun.config(folder, "training.save_interval=2", "training.iterations=9",
                "tfree.keep_checkpoints=3");
        try (Trainer trainer = trainer(config, null)) {
            trainer.run();
        }
        Path saveDir = folder.resolve("checkpoints");
        try (Stream<Path> files = Files.list(saveDir)) {
            assertEquals(List.of("000000000006", "000000000008", "000000000009", "latest"),
                    files.map(file -> String.valueOf(file.getFileName())).sorted().toList());
        }
        assertEquals(9, Checkpoint.open(saveDir).state().iterations());
    }

    @Test
    void savesOnceWhenItIsStoppedAtItsInterval() throws IOException {
        RunConfig config = TinyRun.config(folder, "training.save_interval=4");
        List<Path> saved = new ArrayList<>();
        try (Trainer trainer = trainer(config, null)) {
            trainer.addListener(new TrainingListener() {
                @Override
                public void onStep(StepMetrics metrics) {}

                @Override
                public void onSaved(Path checkpoint) {
                    saved.add(checkpoint);
                    trainer.stop();
                }
            });
            trainer.run();
        }
        assertEquals(List.of(folder.resolve("checkpoints/000000000004")), saved);
    }

    @Test
    void residentMemoryIsFlatOverThousandsOfSteps() throws IOException {
        RunConfig config = TinyRun.config(folder, "training.iterations=3000", "training.save_dir=null",
                "tfree.validation_interval=100", "learning_rate_scheduler.learning_rate_minimum=0");
        List<Long> resident = new ArrayList<>();
        try (Trainer trainer = trainer(config, null)) {
            trainer.addListener(step -> {
                if (step.step() % 250 == 0) {
                    System.gc();
                    resident.add(residentBytes());
                }
            });
            trainer.run();
        }
        // The Java heap comes and goes by 100 MB; what stays is the least of several measurements.
        long grown = Collections.min(resident.subList(6, 12)) - Collections.min(resident.subList(1, 6));
        assertTrue(grown < 24L << 20, "resident at every 250th step: " + resident);
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        RunConfig config = TinyRun.config(folder, "data.prefix_paths=[]");
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> trainer(config, null)).getMessage());
        assertTrue(message.startsWith("data.prefix_paths: expected at least one memory map"), message);
    }

    private static long residentBytes() {
        try {
            String status = Files.readString(Path.of("/proc/self/status"));
            return status.lines().filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10).findFirst().orElse(0);
        } catch (IOException e) {
            return 0; // no Linux: nothing to measure
        }
    }
}
