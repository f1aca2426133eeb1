package tfree.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static tfree.model.GoldenModel.array;
import static tfree.model.GoldenModel.assertClose;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tfree.config.RunConfig.DecayStyle;
import tfree.data.ListItems;
import tfree.data.PackedSequence;
import tfree.data.SequencePacker;
import tfree.golden.Golden;
import tfree.golden.NpyArray;
import tfree.model.GoldenModel;
import tfree.model.Gradients;
import tfree.model.HiddenStates;
import tfree.model.ModelInput;
import tfree.model.TensorScope;
import tfree.model.Tensors;
import tfree.model.Transformer;
import tfree.trigram.SlotTable;
import tfree.trigram.TextEncoder;
import tfree.trigram.TokenizerConfig;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The original's losses, gradients and first optimizer steps. */
class TrainingGoldenTest {
    private static final double LOSS = 5e-6;
    private static final double GRADIENTS = 2e-5;
    private static final double STEPS = 1e-3;
    private static final Optimizer.Settings ADAM = new Optimizer.Settings(0.9, 0.95, 1e-8, 0.1, 0);

    @ParameterizedTest
    @ValueSource(strings = {"swiglu_rms", "gelu_layernorm_bias"})
    void computesTheOriginalsLosses(String name) {
        GoldenModel golden = new GoldenModel(name);
        JsonNode results = Golden.json(golden.file("results.json"));
        try (Transformer transformer = golden.transformer(); TensorScope _ = new TensorScope()) {
            for (int[] setting : new int[][]{{300, 100}, {100, 1000}, {1, 1}}) {
                JsonNode expected = results.get("loss_pos" + setting[0] + "_scale" + setting[1]);
                double loss = loss(golden, transformer, 0, setting[0]);
                assertLoss(expected.get("loss"), setting[1] * loss);
                assertLoss(expected.get("metrics").get("training/loss"), loss);
            }
            assertLoss(results.get("loss_batch1_pos300_scale100"), 100 * loss(golden, transformer, 1, 300));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"swiglu_rms", "gelu_layernorm_bias"})
    void countsActiveSlotsAsTheOriginal(String name) {
        GoldenModel golden = new GoldenModel(name);
        JsonNode metrics = Golden.json(golden.file("results.json")).get("loss_pos300_scale100").get("metrics");
        try (Transformer transformer = golden.transformer(); TensorScope _ = new TensorScope()) {
            Tensor hidden = transformer.hidden(golden.input(0));
            ActivationStatistics statistics = new SlotLoss(300, 1).statistics(hidden, transformer.head(),
                    targets(golden, 0));
            assertEquals(metrics.get("charts/average_score").asDouble(), statistics.meanActivation(), 1e-6);
            for (int i = 0; i <= 10; i++) {
                assertEquals(metrics.get("charts/count_active_" + i / 10.0).asDouble(), statistics.activeAbove()[i],
                        0.03, "above " + i / 10.0);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"swiglu_rms", "gelu_layernorm_bias"})
    void computesTheOriginalsGradients(String name) {
        GoldenModel golden = new GoldenModel(name);
        Map<String, NpyArray> expected = Golden.npz(golden.file("grads_batch0_pos300_scale100.npz"));
        try (Transformer transformer = golden.transformer();
                TensorScope _ = new TensorScope();
                Gradients gradients = new Gradients(golden.config())) {
            addGradients(golden, transformer, 0, gradients);
            expected.forEach((parameter, gradient) -> assertClose(parameter, gradient,
                    Tensors.floats(gradients.of(parameter.replaceFirst("\\[.*", ""))), GRADIENTS));
            double norm = Golden.json(golden.file("results.json")).get("grad_norm_batch0").asDouble();
            assertEquals(1, gradients.norm() / norm, GRADIENTS);
        }
    }

    /** With the positive weight 300 and the scale 100. */
    private static double addGradients(GoldenModel golden, Transformer transformer, int batch, Gradients gradients) {
        HiddenStates hidden = transformer.forward(golden.input(batch), false);
        LossGradient loss = new SlotLoss(300, 1).gradient(hidden.tensor(), transformer.head(), targets(golden, batch),
                100, gradients.ofHead());
        hidden.backward(loss.hidden(), gradients);
        return loss.loss();
    }

    @ParameterizedTest
    @CsvSource({"swiglu_rms, 0", "swiglu_rms, 1", "gelu_layernorm_bias, 0", "gelu_layernorm_bias, 1"})
    void takesTheOriginalsTenSteps(String name, int clipping) {
        GoldenModel golden = new GoldenModel(name);
        LearningRateSchedule schedule = new LearningRateSchedule(0.01, 0.001, DecayStyle.COSINE, 12, 3);
        try (Transformer transformer = golden.transformer();
                TensorScope _ = new TensorScope();
                Gradients gradients = new Gradients(golden.config());
                Optimizer optimizer = new Optimizer(transformer.parameters(),
                        new Optimizer.Settings(0.9, 0.95, 1e-8, 0.1, clipping))) {
            for (JsonNode step : Golden.json(golden.file("results.json")).get("runs").get("clip" + clipping)
                    .get("steps")) {
                int batch = step.get("batch").asInt();
                double value = 100 * addGradients(golden, transformer, batch, gradients);
                double learningRate = schedule.at(step.get("step").asInt());
                step.get("lr").forEach(rate -> assertEquals(rate.asDouble(), learningRate, 1e-15));
                double norm = optimizer.step(learningRate, gradients);
                String what = name + " clipping " + clipping + " step " + step.get("step");
                assertEquals(1, value / step.get("loss").asDouble(), STEPS, what);
                assertEquals(1, norm / step.get("global_grad_norm").asDouble(), STEPS, what);
                if (step.has("param_stats")) {
                    step.get("param_stats").forEachEntry((parameter, expected) -> assertStatistics(
                            what + " " + parameter, expected, named(transformer, parameter)));
                }
            }
            assertEquals(10, optimizer.steps());
            if (clipping == 0) {
                Golden.npz(golden.file("params_clip0_step10.npz"))
                        .forEach((parameter, expected) -> assertClose(parameter,
                                expected, Tensors.floats(named(transformer, parameter)), STEPS));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"swiglu_rms", "gelu_layernorm_bias"})
    void decaysTheParametersThatTheOriginalDecays(String name) {
        GoldenModel golden = new GoldenModel(name);
        try (Transformer transformer = golden.transformer();
                TensorScope _ = new TensorScope();
                Gradients none = new Gradients(golden.config());
                Optimizer optimizer = new Optimizer(transformer.parameters(), ADAM)) {
            Map<String, float[]> before = new LinkedHashMap<>();
            transformer.parameters().forEach((parameter, tensor) -> before.put(parameter, Tensors.floats(tensor)));
            optimizer.step(0.5, none); // no gradient: only the decay moves anything
            Set<String> seen = new HashSet<>();
            for (JsonNode group : Golden.json(golden.file("results.json")).get("runs").get("clip0").get("groups")) {
                float factor = (float) (1 - 0.5 * group.get("weight_decay").asDouble());
                for (JsonNode parameter : group.get("parameters")) {
                    float[] expected = Objects.requireNonNull(before.get(parameter.asString())).clone();
                    for (int i = 0; i < expected.length; i++) {
                        expected[i] *= factor;
                    }
                    assertArrayEquals(expected, Tensors.floats(named(transformer, parameter.asString())), 1e-6f,
                            parameter.asString());
                    seen.add(parameter.asString());
                }
            }
            assertEquals(before.keySet(), seen);
        }
    }

    /** From text to what the golden models read. The texts may not be passed on: this needs a folder that has them. */
    @ParameterizedTest
    @ValueSource(strings = {"swiglu_rms", "gelu_layernorm_bias"})
    @EnabledIfSystemProperty(named = "tfree.golden.local", matches = ".+")
    void packsTheTextsIntoTheOriginalsBatches(String name) throws IOException {
        GoldenModel golden = new GoldenModel(name);
        Path local = Path.of(System.getProperty("tfree.golden.local", ""), golden.file("config.json"));
        JsonNode config = JsonMapper.shared().readTree(Files.readAllBytes(local));
        SlotTable table = new SlotTable(TokenizerConfig.of(golden.config().vocabSize(), 4, 0));
        SequencePacker packer = new SequencePacker(new TextEncoder(table), 32, true, true);
        for (int batch = 0; batch < 2; batch++) {
            List<PackedSequence> rows = new ArrayList<>();
            for (JsonNode texts : config.get("batches").get(batch)) {
                rows.add(packer.newSample());
                packer.pack(
                        new ListItems(List.of(texts.valueStream()
                                .map(text -> text.asString().replace("<|endoftext|>", "")).toList())),
                        0, rows.getLast());
            }
            Batch packed = Samples.padded(rows);
            assertEquals(packed.positions(), Batch.of(rows).lossPositions());
            ModelInput expected = golden.input(batch);
            assertArrayEquals(expected.offsets(), packed.input().offsets());
            assertArrayEquals(expected.trigramCounts(), packed.input().trigramCounts());
            assertArrayEquals(expected.positionIds(), packed.input().positionIds());
            assertArrayEquals(expected.documentStarts(), packed.input().documentStarts());
            assertEquals(trigramRows(expected), trigramRows(packed.input()));
            SlotTargets targets = targets(golden, batch);
            assertArrayEquals(targets.slots(), packed.targets().slots());
            assertArrayEquals(targets.offsets(), packed.targets().offsets());
            assertArrayEquals(targets.weights(), packed.targets().weights());
        }
    }

    /** Each position's rows of slots; the original's order within a position is that of a Python set. */
    private static List<List<String>> trigramRows(ModelInput input) {
        List<List<String>> rows = new ArrayList<>();
        for (int p = 0; p < input.positions(); p++) {
            List<String> own = new ArrayList<>();
            for (int at = input.offsets()[p]; at < input.offsets()[p + 1]; at += 4) {
                own.add(Arrays.toString(Arrays.copyOfRange(input.slots(), at, at + 4)));
            }
            own.sort(null);
            rows.add(own);
        }
        return rows;
    }

    /** The parameter of a golden name, which may say that only the first rows are meant: {@code lm_head.weight[:64]}. */
    private static Tensor named(Transformer transformer, String name) {
        return Objects.requireNonNull(transformer.parameters().get(name.replaceFirst("\\[.*", "")), name);
    }

    private static void assertStatistics(String what, JsonNode expected, Tensor tensor) {
        float[] values = Tensors.floats(tensor);
        double sum = 0;
        double absolute = 0;
        double squares = 0;
        double largest = 0;
        for (float value : values) {
            sum += value;
            absolute += Math.abs(value);
            squares += (double) value * value;
            largest = Math.max(largest, Math.abs(value));
        }
        assertEquals(expected.get("sum").asDouble(), sum, STEPS * absolute, what);
        assertEquals(expected.get("abs_sum").asDouble(), absolute, STEPS * absolute, what);
        assertEquals(expected.get("l2").asDouble(), Math.sqrt(squares), STEPS * Math.sqrt(squares), what);
        for (int i = 0; i < 8; i++) {
            assertEquals(expected.get("sample").get(i).asDouble(), values[expected.get("sample_index").get(i).asInt()],
                    STEPS * largest, what);
        }
    }

    private static double loss(GoldenModel golden, Transformer transformer, int batch, double positiveWeight) {
        try (TensorScope _ = new TensorScope()) {
            Tensor hidden = transformer.hidden(golden.input(batch));
            return new SlotLoss(positiveWeight, 1).value(hidden, transformer.head(), targets(golden, batch));
        }
    }

    private static void assertLoss(JsonNode expected, double actual) {
        assertEquals(expected.asDouble(), actual, LOSS * expected.asDouble());
    }

    /** The golden targets are dense counts; those above 0 are the set. */
    private static SlotTargets targets(GoldenModel golden, int batch) {
        Map<String, NpyArray> file = golden.batch(batch);
        NpyArray counts = array(file, "targets_counts");
        float[] weights = array(file, "loss_weights").floats();
        int slots = counts.shape()[2];
        int[] offsets = new int[weights.length + 1];
        int[] all = new int[counts.values().length];
        int found = 0;
        for (int p = 0; p < weights.length; p++) {
            for (int j = 0; j < slots; j++) {
                if (counts.values()[p * slots + j] > 0) {
                    all[found++] = j;
                }
            }
            offsets[p + 1] = found;
        }
        return new SlotTargets(Arrays.copyOf(all, found), offsets, new boolean[0], weights);
    }
}
