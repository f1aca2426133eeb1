package tfree.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tfree.config.RunConfig.DecayStyle;
import tfree.config.RunConfig.TableInit;
import tfree.golden.Golden;
import tfree.model.ArchitectureConfig;
import tfree.model.ArchitectureConfig.Aggregation;
import tfree.model.ArchitectureConfig.Init;
import tfree.model.ArchitectureConfig.MlpType;
import tfree.model.ArchitectureConfig.Norm;
import tfree.model.ArchitectureConfig.Precision;
import tools.jackson.databind.json.JsonMapper;

class RunConfigFileTest {
    static final String MINIMAL = """
            {
                # the published style: flow, comments, trailing commas
                "architecture": {"vocab_size": 8_000, "hidden_size": 256, "num_layers": 4, "num_attention_heads": 8,
                    "sequence_length": 256, "mlp_factor": 2., "bias_terms": False, "layernorm_epsilon": 1e-5,},
                "tokenizer": {"vocab_size": 8000, "vocab_population": 10, "sequence_length": 256, "cache_dir": None,},
                "training": {"iterations": 375_010, "micro_batch_size": 4, "gradient_accumulation_steps": 1,},
            }
            """;

    private static String published() throws IOException {
        try (InputStream in = RunConfigFileTest.class.getResourceAsStream("published-style.yml")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String error(String yaml, String... overrides) {
        return String.valueOf(
                assertThrows(ConfigException.class, () -> RunConfigFile.parse(yaml, List.of(overrides))).getMessage());
    }

    @Test
    void readsThePublishedStyle() throws IOException {
        RunConfig config = RunConfigFile.parse(published(), List.of());
        assertEquals(new ArchitectureConfig(true, false, Aggregation.SUM, Norm.RMS, MlpType.SWIGLU, Init.PYTHIA, false,
                32_000, 4096, 32, 32, 10_000, 4096, 2.66796875, Precision.FLOAT32, 1e-5, 1), config.architecture());
        assertEquals(new RunConfig.Tokenizer(false, 32_000, 4096, 10, 2, false, "", 42, TableInit.HASH, false,
                "<|endoftext|>", 1, null), config.tokenizer());
        assertEquals(new RunConfig.Data(42, 4096, List.of("/data/one", "/data/two"), true, "", true), config.data());
        assertEquals(new RunConfig.Training(375_010, 256, 1, 4, "/runs/one", 2500, null, true, true, 0.1, 300, 100, 8,
                true, null, null, 42, false, true, false, 1000), config.training());
        assertEquals(new RunConfig.Optimizer(0.9, 0.95, 1e-8, 1, 500_000_000, true, false, false,
                new RunConfig.LossScaler(false, 4_294_967_296.0, 1000, 2, false, 1, 2)), config.optimizer());
        assertEquals(new RunConfig.Schedule(3e-4, 3e-5, DecayStyle.COSINE, 375_100, 1000),
                config.learningRateScheduler());
        assertEquals(new RunConfig.Logger("info", null, null, false, List.of(0), "https://wandb.example.org", null,
                "word-models", "it's a # group", null, true, List.of(0, 1), null), config.logger());
    }

    @Test
    void nothingIsNoneOnlyWhereItIsAPlainWord() {
        RunConfig config = RunConfigFile.parse(
                MINIMAL.replace("\"training\":", "learning_rate_scheduler: None, training:"),
                List.of("training.save_dir=None", "training.load_dir='None'"));
        assertNull(config.training().saveDir());
        assertEquals("None", config.training().loadDir());
        assertEquals(1e-4, config.learningRateScheduler().learningRate());
        assertEquals("training.iterations: expected an integer but was null",
                error(MINIMAL, "training.iterations=None"));
        assertEquals("training.iterations: expected an integer but was \"3\"",
                error(MINIMAL, "training.iterations='3'"));
    }

    @Test
    void namesTheFieldsThatAreSetAndChangeNothing() throws IOException {
        assertEquals(List.of(), IgnoredFields.setIn(RunConfigFile.parse(MINIMAL, List.of("optimizer.eps=1e-7"))));
        assertEquals(
                List.of("logger.wandb_ranks"),
                IgnoredFields.setIn(RunConfigFile.parse(published(), List.of("logger.tensorboard_ranks=None",
                        "logger.wandb_host=https://api.wandb.ai", "logger.wandb_project=trigram-tokenizer",
                        "logger.wandb_group=debug"))));
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
