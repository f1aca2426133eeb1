package tfree.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tfree.model.ParameterSpec;

/** The example configurations in the folder runs. */
class RunsTest {
    private static final Path RUNS = Path.of("..", "runs");
    private static final Map<String, Long> PARAMETERS = new TreeMap<>(Map.of("tiny.yml", 5_670_656L, //
            "paper-1b.yml", 837_617_664L, "classic-1b.yml", 1_066_993_664L, //
            "paper-3b.yml", 2_914_667_520L, "paper-3b-german.yml", 2_914_667_520L, //
            "7b.yml", 6_706_958_336L, "7b-instruct.yml", 6_706_958_336L));

    private static RunConfig read(String file) throws IOException {
        return RunConfigFile.read(RUNS.resolve(file), List.of());
    }

    private static long embeddingAndHead(RunConfig config) {
        return 2L * config.architecture().vocabSize() * config.architecture().hiddenSize();
    }

    @Test
    void loadAndHaveTheirNumberOfParameters() throws IOException {
        Map<String, Long> found = new TreeMap<>();
        try (Stream<Path> files = Files.list(RUNS)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".yml")).toList()) {
                String name = file.getFileName().toString();
                found.put(name,
                        ParameterSpec.of(read(name).architecture()).stream().mapToLong(ParameterSpec::size).sum());
            }
        }
        assertEquals(PARAMETERS, found);
    }

    @Test
    void areListedInTheirReadme() throws IOException {
        String readme = Files.readString(RUNS.resolve("README.md"));
        PARAMETERS.keySet().forEach(name -> assertTrue(readme.contains("(" + name + ")"), name));
    }

    /** Tables 2 and 3 of the paper, and the published 7B run. */
    @ParameterizedTest
    @CsvSource({"paper-1b.yml, 2048, 16, 16, 5456, 2048, 50000, 6e-4, 6e-5",
            "classic-1b.yml, 2048, 16, 16, 5456, 2048, 50000, 6e-4, 6e-5",
            "paper-3b.yml, 3072, 24, 24, 8192, 4096, 90000, 3e-4, 3e-5",
            "7b.yml, 4096, 32, 32, 10928, 4096, 375100, 3e-4, 3e-5",
            "7b-instruct.yml, 4096, 32, 32, 10928, 4096, 2400, 5e-6, 5e-7"})
    void haveThePublishedFigures(String file, int hidden, int layers, int heads, int mlp, int sequence, int steps,
            double learningRate, double minimum) throws IOException {
        RunConfig config = read(file);
        assertEquals(hidden, config.architecture().hiddenSize());
        assertEquals(layers, config.architecture().numLayers());
        assertEquals(heads, config.architecture().numAttentionHeads());
        assertEquals(mlp, config.architecture().mlpWidth());
        assertEquals(sequence, config.data().sequenceLength());
        assertEquals(steps, config.training().iterations());
        assertEquals(steps, config.learningRateScheduler().learningRateDecayIters());
        assertEquals(learningRate, config.learningRateScheduler().learningRate());
        assertEquals(minimum, config.learningRateScheduler().learningRateMinimum());
        RunConfig.Training training = config.training();
        assertEquals(1024,
                training.microBatchSize() * training.gradientAccumulationSteps() * training.worldSize());
    }

    @Test
    void saveTheSevenEighthsOfEmbeddingAndHeadThatThePaperNames() throws IOException {
        assertEquals(0.875,
                1 - (double) embeddingAndHead(read("paper-1b.yml")) / embeddingAndHead(read("classic-1b.yml")));
    }

    @Test
    void continueWithWeightsAlone() throws IOException {
        for (String file : List.of("7b-instruct.yml", "paper-3b-german.yml")) {
            RunConfig.Training training = read(file).training();
            assertEquals(read(file.replaceAll("-(instruct|german)", "")).training().saveDir(), training.loadDir());
            assertTrue(!training.loadContext() && !training.loadOptimizerStates(), file);
            assertEquals(read(file.replaceAll("-(instruct|german)", "")).architecture(), read(file).architecture());
        }
    }
}
