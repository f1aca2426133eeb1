package tfree.config;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tfree.model.ArchitectureConfig;
import tfree.model.ParameterSpec;

/** The arithmetic in docs/scale-out.md is that of the configurations in runs. */
class ScaleOutTest {
    private static final double GIGA = 1e9;
    private static final double FLOPS = 400e12;

    @ParameterizedTest
    @ValueSource(strings = {"paper-1b.yml", "paper-3b.yml", "7b.yml"})
    void theTablesFollowFromTheConfiguration(String file) throws IOException {
        String page = Files.readString(Path.of("..", "docs", "scale-out.md"));
        RunConfig config = RunConfigFile.read(Path.of("..", "runs", file), List.of());
        ArchitectureConfig shape = config.architecture();
        RunConfig.Training training = config.training();
        double parameters = ParameterSpec.of(shape).stream().mapToLong(ParameterSpec::size).sum();
        double ranks = training.worldSize();
        double h = shape.hiddenSize();
        long positions = (long) training.microBatchSize() * shape.sequenceLength();
        double activations = (12 * h + 4.0 * shape.mlpWidth()) * 2 * shape.numLayers() * positions;
        assertRow(page, file, "| %.2f | %.0f | %.1f | %.1f | %.0f |", parameters / GIGA, ranks, 16 * parameters / GIGA,
                (8 + 8 / ranks) * parameters / GIGA, activations / GIGA);

        long words = positions * training.gradientAccumulationSteps();
        double traffic = 8 * parameters * (ranks - 1) / ranks / GIGA;
        double operations = words * (6 * (parameters - h * shape.vocabSize())
                + 6 * h * shape.numLayers() * shape.sequenceLength());
        assertRow(page, file, "| %,d | %.1f | %.1f s | %.1f s | %.1f s | %.1f s |", words, traffic, traffic * 8 / 25,
                traffic * 8 / 100, traffic * 8 / 400, operations / FLOPS);
        assertTrue(page.contains("%.0f".formatted(12 * parameters / GIGA)), "size of a checkpoint");
    }

    private static void assertRow(String page, String file, String format, Object... figures) {
        String row = "(../runs/" + file + ") " + String.format(Locale.ROOT, format, figures);
        assertTrue(page.contains(row), () -> "expected a row with " + row);
    }
}
