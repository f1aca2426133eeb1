package tfree.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import tfree.golden.Golden;
import tfree.golden.NpyArray;
import tfree.model.ArchitectureConfig.Aggregation;
import tfree.model.ArchitectureConfig.Init;
import tfree.model.ArchitectureConfig.MlpType;
import tfree.model.ArchitectureConfig.Norm;
import tfree.model.ArchitectureConfig.Precision;
import tools.jackson.databind.JsonNode;

/** One of the golden models: its shape, its first parameters, its batches of 2 × 32 positions. */
public record GoldenModel(String name) {
    private static final int ROWS = 2;
    private static final int LENGTH = 32;

    public String file(String file) {
        return "F_transformer/" + name + "/" + file;
    }

    public ArchitectureConfig config() {
        JsonNode a = Golden.json(file("config.json")).get("architecture");
        return new ArchitectureConfig(a.get("use_flash").asBoolean(), a.get("embedding_normalization").asBoolean(),
                constant(Aggregation.class, a.get("embedding_aggregation")), constant(Norm.class, a.get("norm")),
                constant(MlpType.class, a.get("mlp_type")), constant(Init.class, a.get("init")),
                a.get("bias_terms").asBoolean(), a.get("vocab_size").asInt(), a.get("hidden_size").asInt(),
                a.get("num_layers").asInt(), a.get("num_attention_heads").asInt(),
                a.get("rotary_embedding_base").asInt(), a.get("sequence_length").asInt(),
                a.get("mlp_factor").asDouble(), constant(Precision.class, a.get("precision")),
                a.get("layernorm_epsilon").asDouble(), a.get("init_std_global_gain").asDouble());
    }

    /** The model with the golden parameters, ready for training. */
    public Transformer transformer() {
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        try (TensorScope scope = new TensorScope()) {
            Golden.npz(file("params_init.npz")).forEach((parameter, array) -> {
                long[] shape = Arrays.stream(array.shape()).asLongStream().toArray();
                parameters.put(parameter, scope.keep(Tensors.ofFloats(array.floats(), shape)));
            });
        }
        return new Transformer(config(), parameters);
    }

    /** The batch's two rows, one after the other. */
    public ModelInput input(int batch) {
        Map<String, NpyArray> file = batch(batch);
        double[] owners = array(file, "trigram_set_position_ids").values();
        NpyArray tokens = array(file, "trigram_token_ids");
        double[] bounds = array(file, "trigram_token_ids_offsets").values();
        int perTrigram = tokens.shape()[1];
        int[] slots = Arrays.stream(tokens.values()).mapToInt(d -> (int) d).toArray();
        int[] counts = new int[ROWS * LENGTH];
        for (int row = 0; row < ROWS; row++) {
            for (int t = (int) bounds[2 * row]; t < bounds[2 * row + 1]; t++) {
                counts[row * LENGTH + (int) owners[t]]++;
            }
        }
        int[] offsets = new int[counts.length + 1];
        for (int p = 0; p < counts.length; p++) {
            offsets[p + 1] = offsets[p] + counts[p] * perTrigram;
        }
        int[] positionIds = Arrays.stream(array(file, "position_ids").values()).mapToInt(d -> (int) d).toArray();
        return new ModelInput(slots, offsets, counts, positionIds, documentStarts(file));
    }

    /** Position p starts a document if the mask hides every other position from it. */
    private static int[] documentStarts(Map<String, NpyArray> file) {
        double[] masked = array(file, "attention_mask_true_is_masked").values();
        int[] starts = new int[ROWS * LENGTH];
        int count = 0;
        for (int p = 0; p < starts.length; p++) {
            if (Arrays.stream(masked, p * LENGTH, (p + 1) * LENGTH).filter(m -> m == 0).count() == 1) {
                starts[count++] = p;
            }
        }
        return Arrays.copyOf(starts, count);
    }

    public Map<String, NpyArray> batch(int batch) {
        return Golden.npz(file("batch" + batch + ".npz"));
    }

    /** The array of a golden file by name. */
    public static NpyArray array(Map<String, NpyArray> file, String name) {
        return Objects.requireNonNull(file.get(name), name);
    }

    /** Asserts that no value is further off than the tolerance times the largest golden value. */
    public static void assertClose(String what, NpyArray expected, float[] actual, double tolerance) {
        assertTrue(actual.length >= expected.values().length, what);
        double largest = Arrays.stream(expected.values()).map(Math::abs).max().orElseThrow();
        double worst = 0;
        for (int i = 0; i < expected.values().length; i++) {
            double off = Math.abs(expected.values()[i] - actual[i]);
            worst = off > worst || Double.isNaN(off) ? off : worst;
        }
        assertEquals(0, worst / largest, tolerance, what);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, JsonNode value) {
        return Enum.valueOf(type, value.asString().toUpperCase(Locale.ROOT));
    }
}
