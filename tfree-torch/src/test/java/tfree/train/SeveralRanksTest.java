package tfree.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tfree.checkpoint.Checkpoint;
import tfree.checkpoint.Safetensors;
import tfree.config.ConfigException;
import tfree.config.RunConfig;
import tfree.model.Tensors;
import tfree.tiny.TinyRun;

@EnabledOnOs(OS.LINUX)
class SeveralRanksTest {
    @TempDir
    private Path folder = Path.of("");

    /** What a run showed and left: losses, validation losses, norms, words of all steps, and the parameters. */
    private record Run(List<StepMetrics> steps, Map<String, float[]> parameters) {
        double last() {
            return steps.getLast().loss();
        }
    }

    private RunConfig config(int ranks, String name, String... more) throws IOException {
        List<String> settings = new ArrayList<>(List.of("training.world_size=" + ranks,
                "training.micro_batch_size=" + 6 / ranks, "training.save_dir=" + folder.resolve(name),
                "optimizer.gradient_clipping=0.05", "architecture.bias_terms=true"));
        settings.addAll(List.of(more));
        return TinyRun.config(folder, settings.toArray(String[]::new));
    }

    private static Run train(RunConfig config, RankGroup group, @Nullable Checkpoint from, int stopAt)
            throws IOException {
        List<StepMetrics> steps = new ArrayList<>();
        try (Trainer trainer = from == null ? new Trainer(config, TinyRun.units(config), null, group)
                : Trainer.resume(config, TinyRun.units(config), from, group)) {
            trainer.addListener(steps::add);
            trainer.addListener(step -> {
                if (step.step() == stopAt && group.rank() == group.ranks() - 1) {
                    trainer.stop();
                }
            });
            trainer.run();
            Map<String, float[]> parameters = new LinkedHashMap<>();
            trainer.model().parameters().forEach((name, tensor) -> parameters.put(name, Tensors.floats(tensor)));
            return new Run(steps, parameters);
        }
    }

    /** The runs of all ranks, which have to end with the same bits. */
    private static Run train(int ranks, RunConfig config, @Nullable Checkpoint from, int stopAt) throws IOException {
        if (ranks == 1) {
            return train(config, RankGroup.alone(), from, stopAt);
        }
        List<Run> runs = ThreadsAsRanks.run(ranks, group -> train(config, group, from, stopAt));
        for (Run run : runs) {
            runs.getFirst().parameters()
                    .forEach((name, values) -> assertArrayEquals(values, run.parameters().get(name)));
            assertEquals(runs.getFirst().last(), run.last());
        }
        return runs.getFirst();
    }

    private static void assertSame(Run expected, Run actual) {
        assertEquals(expected.steps().size(), actual.steps().size());
        for (int i = 0; i < expected.steps().size(); i++) {
            StepMetrics one = expected.steps().get(i);
            StepMetrics other = actual.steps().get(i);
            assertEquals(one.loss(), other.loss(), 2e-5 * one.loss(), "loss of step " + one.step());
            assertEquals(one.gradientNorm(), other.gradientNorm(), 1e-3 * one.gradientNorm(), "norm " + one.step());
            assertEquals(one.epochs(), other.epochs());
            if (one.validationLoss() != null) {
                assertEquals(one.validationLoss(), Objects.requireNonNull(other.validationLoss()),
                        2e-5 * one.validationLoss());
            }
        }
        expected.parameters().forEach((name, values) -> assertArrayEquals(values,
                Objects.requireNonNull(actual.parameters().get(name)), 2e-4f, name));
    }

    @ParameterizedTest
    @CsvSource({"2, false", "2, true", "3, true"})
    void stepLikeOneOnTheSameSamples(int ranks, boolean zero) throws IOException {
        Run alone = train(1, config(1, "alone"), null, 0);
        Run together = train(ranks, config(ranks, "together", "optimizer.zero=" + zero), null, 0);
        assertTrue(alone.last() < 0.7 * alone.steps().getFirst().loss(), "it learns");
        assertSame(alone, together);
    }

    @Test
    void transfersAreCutAndPackedWithoutAnEffect() throws IOException {
        Run whole = train(2, config(2, "whole", "optimizer.zero=true"), null, 0);
        Run cut = train(2, config(2, "cut", "optimizer.zero=true", "optimizer.allreduce_bucket_size=1000"), null, 0);
        assertEquals(whole.last(), cut.last());
        whole.parameters().forEach((name, values) -> assertArrayEquals(values, cut.parameters().get(name), name));
    }

    @ParameterizedTest
    @CsvSource({"1, 2", "2, 1", "2, 3", "2, 2"})
    void aCheckpointGoesOnWithAnyNumberOfRanks(int before, int after) throws IOException {
        Run whole = train(before, config(before, "whole", "optimizer.zero=true"), null, 0);
        RunConfig begun = config(before, "cut", "optimizer.zero=true");
        train(before, begun, null, 9);
        Checkpoint saved = Checkpoint.open(folder.resolve("cut"));
        long stopped = saved.state().iterations();
        assertTrue(stopped == 9 || stopped == 10, "stopped at " + stopped);
        assertEquals(12 * stopped, saved.state().consumedSamples());
        Run resumed = train(after, config(after, "cut", "optimizer.zero=true"), saved, 0);
        assertSame(new Run(whole.steps().subList((int) stopped, 20), whole.parameters()), resumed);
        if (before == after) {
            whole.parameters()
                    .forEach((name, values) -> assertArrayEquals(values, resumed.parameters().get(name), name));
        }
    }

    @Test
    void aCheckpointLooksTheSameFromAnyNumberOfRanks() throws IOException {
        for (int ranks = 1; ranks <= 2; ranks++) {
            train(ranks, config(ranks, "of-" + ranks, "optimizer.zero=true", "training.iterations=3"), null, 0);
        }
        try (Safetensors one = optimizer("of-1"); Safetensors two = optimizer("of-2")) {
            assertEquals(one.tensors().keySet(), two.tensors().keySet());
            one.tensors().forEach((name, tensor) -> {
                assertEquals(Tensors.shape(tensor), Tensors.shape(Objects.requireNonNull(two.tensors().get(name))));
                assertArrayEquals(Tensors.floats(tensor), Tensors.floats(two.tensors().get(name)), 1e-5f, name);
            });
        }
    }

    private Safetensors optimizer(String run) throws IOException {
        return Safetensors.open(folder.resolve(run).resolve("000000000003/optimizer/optimizer.safetensors"));
    }

    @Test
    void anotherNumberOfProcessesThanConfiguredIsRefused() throws IOException {
        RunConfig config = config(1, "run", "training.world_size=256");
        assertEquals("training.world_size: expected 256 processes but there is 1; start as many, or set it to 1 and"
                + " gradient_accumulation_steps to what keeps a step's samples",
                assertThrows(ConfigException.class, () -> train(1, config, null, 0)).getMessage());
    }
}
