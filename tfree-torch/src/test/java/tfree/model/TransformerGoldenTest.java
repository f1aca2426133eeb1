package tfree.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static tfree.model.GoldenModel.array;
import static tfree.model.GoldenModel.assertClose;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tfree.golden.Golden;
import tfree.golden.NpyArray;

/** The original's forward pass, layer by layer. */
class TransformerGoldenTest {
    /** Ten times what two BLAS builds differ by, relative to the tensor's largest value. */
    private static final double FORWARD = 5e-6;

    @ParameterizedTest
    @ValueSource(strings = {"swiglu_rms", "gelu_layernorm_bias"})
    void namesParametersInTheOriginalsOrder(String name) {
        GoldenModel golden = new GoldenModel(name);
        List<String> expected = new ArrayList<>();
        Golden.json(golden.file("config.json")).get("parameter_order").forEach(n -> expected.add(n.asString()));
        assertEquals(expected, ParameterSpec.of(golden.config()).stream().map(ParameterSpec::name).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"swiglu_rms", "gelu_layernorm_bias"})
    void computesEveryLayerAsTheOriginal(String name) {
        GoldenModel golden = new GoldenModel(name);
        Map<String, NpyArray> expected = Golden.npz(golden.file("forward_batch0.npz"));
        ModelInput input = golden.input(0);
        ArchitectureConfig config = golden.config();
        try (Transformer transformer = golden.transformer(); TensorScope _ = new TensorScope()) {
            Map<String, Tensor> parameters = transformer.parameters();
            Tensor x = new TrigramEmbedding(config, parameter(parameters, ParameterSpec.EMBEDDING)).apply(input);
            check(expected, "embedding", x);
            Rotary rotary = new Rotary(config);
            Rotary.Turns turns = rotary.at(input.positionIds());
            DocumentMask mask = new DocumentMask(input);
            for (int i = 0; i < config.numLayers(); i++) {
                TransformerBlock block = new TransformerBlock(config, i, rotary, parameters);
                check(expected, "layer" + i + ".attention_out", block.attention(x, turns, mask));
                x = block.apply(x, turns, mask);
                check(expected, "layer" + i + ".out", x);
            }
            x = new Normalization(config, parameters, ParameterSpec.FINAL_NORM).forward(x).output();
            check(expected, "final_norm", x);
            check(expected, "final_norm", transformer.hidden(input));
            check(expected, "logits", transformer.logits(transformer.hidden(input)));
        }
    }

    private static void check(Map<String, NpyArray> expected, String part, Tensor actual) {
        assertClose(part, array(expected, part), Tensors.floats(actual), FORWARD);
    }

    private static Tensor parameter(Map<String, Tensor> parameters, String name) {
        return Objects.requireNonNull(parameters.get(name), name);
    }
}
