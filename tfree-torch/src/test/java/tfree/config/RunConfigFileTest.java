package tfree.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import tfree.golden.Golden;
import tfree.model.ArchitectureConfig;
import tools.jackson.databind.json.JsonMapper;

class RunConfigFileTest {
    private static final String MINIMAL = """
            {
                # the published style: flow, comments, trailing commas
                "architecture": {"vocab_size": 8_000, "hidden_size": 256, "num_layers": 4, "num_attention_heads": 8,
                    "sequence_length": 256, "mlp_factor": 2., "bias_terms": False, "layernorm_epsilon": 1e-5,},
                "tokenizer": {"vocab_size": 8000, "vocab_population": 10, "sequence_length": 256, "cache_dir": None,},
                "training": {"iterations": 375_010, "micro_batch_size": 4, "gradient_accumulation_steps": 1,},
            }
            """;

    private static String error(String yaml, String... overrides) {
        return String.valueOf(
                assertThrows(ConfigException.class, () -> RunConfigFile.parse(yaml, List.of(overrides))).getMessage());
    }

    @Test
    void readsThePublishedStyle() {
        RunConfig config = RunConfigFile.parse(MINIMAL, List.of());
        assertEquals(375_010, config.training().iterations());
        assertEquals(8000, config.architecture().vocabSize());
        assertEquals(2.0, config.architecture().mlpFactor());
        assertEquals(1e-5, config.architecture().layernormEpsilon());
        assertEquals(false, config.architecture().biasTerms());
    }

    @Test
    void aPresentSectionTakesTheClassDefaultAndAMissingOneTheTrainers() {
        RunConfig config = RunConfigFile.parse(MINIMAL, List.of());
        assertEquals(ArchitectureConfig.Aggregation.MEAN, config.architecture().embeddingAggregation());
        assertEquals(1e-4, config.learningRateScheduler().learningRate());
        assertEquals(2000, config.learningRateScheduler().learningRateWarmupSteps());
        RunConfig given = RunConfigFile.parse(MINIMAL, List.of("learning_rate_scheduler.learning_rate=1e-3"));
        assertEquals(1e-3, given.learningRateScheduler().learningRate());
        assertEquals(0, given.learningRateScheduler().learningRateWarmupSteps());
    }

    @Test
    void overridesReachNestedSections() {
        RunConfig config = RunConfigFile.parse(MINIMAL,
                List.of("optimizer.loss_scaler.window=7", "data.prefix_paths=[a, b]", "training.save_dir=runs/x"));
        assertEquals(7, config.optimizer().lossScaler().window());
        assertEquals(2.0, config.optimizer().lossScaler().factor());
        assertEquals(List.of("a", "b"), config.data().prefixPaths());
        assertEquals("runs/x", config.training().saveDir());
    }

    @Test
    void readsTheOriginalsConfigurationAndWritesItBack() {
        String original = new String(Golden.bytes("F_transformer/config.yml"), StandardCharsets.UTF_8);
        RunConfig config = RunConfigFile.parse(original, List.of());
        JsonMapper json = JsonMapper.builder().build();
        assertEquals(json.readTree(original).path("architecture"),
                json.readTree(RunConfigFile.toJson(config)).path("architecture"));
        assertEquals(config, RunConfigFile.parse(RunConfigFile.toJson(config), List.of()));
        assertEquals(config.architecture(), RunConfigFile.parseSection(ArchitectureConfig.class, "architecture",
                RunConfigFile.sectionToJson(config.architecture())));
    }

    @Test
    void namesTheNearestFieldForAnUnknownOne() {
        assertEquals("architecture.hiden_size: unknown field; the nearest known one is hidden_size",
                error(MINIMAL, "architecture.hiden_size=3"));
        assertEquals("trainning: unknown field; the nearest known one is training", error(MINIMAL, "trainning.a=3"));
    }

    @Test
    void saysWhatWasExpectedAndFound() {
        assertEquals("architecture.hidden_size: expected a multiple of num_attention_heads (8) but was 130",
                error(MINIMAL, "architecture.hidden_size=130"));
        assertEquals("training.iterations: expected an integer but was \"many\"",
                error(MINIMAL, "training.iterations=many"));
        assertEquals("training.iterations: expected an integer but was 1.5", error(MINIMAL, "training.iterations=1.5"));
        assertEquals("architecture.norm: expected one of rms, layer but was \"batch\"",
                error(MINIMAL, "architecture.norm=batch"));
        assertEquals("tokenizer.vocab_size: expected the architecture's 8000 but was 32000",
                error(MINIMAL, "tokenizer.vocab_size=32000"));
        assertEquals("architecture.vocab_size: expected an integer but it is missing", error("{}"));
        assertEquals("--set: expected section.field=value (such as training.iterations=100) but was x=1",
                error(MINIMAL, "x=1"));
    }
}
