package tfree.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tfree.model.ArchitectureConfig.Aggregation;
import tfree.model.ArchitectureConfig.Init;
import tfree.model.ArchitectureConfig.MlpType;
import tfree.model.ArchitectureConfig.Norm;
import tfree.model.ArchitectureConfig.Precision;

/** The derivatives that are written down beside each part, against those that libtorch finds by itself. */
class DerivativesTest {
    private static final ModelInput INPUT = RandomText.documents(3, 9, 30, 16, 1, 24);

    @ParameterizedTest
    @CsvSource({"SWIGLU, RMS, false, SUM, false", "SWIGLU, LAYER, true, MEAN, true",
            "SIMPLE_GELU, RMS, true, SUM, true",
            "SIMPLE_GELU, LAYER, false, MEAN, false"})
    void areThoseOfLibtorchsAutograd(MlpType mlp, Norm norm, boolean bias, Aggregation aggregation,
            boolean normalization) {
        try (Transformer transformer = Transformer.initialised(
                config(Precision.FLOAT32, mlp, norm, bias, aggregation, normalization), 1);
                TensorScope _ = new TensorScope();
                Gradients gradients = new Gradients(transformer.config())) {
            HiddenStates hidden = transformer.forward(INPUT, false);
            hidden.backward(hidden.tensor().cos(), gradients);

            AutogradModel reference = new AutogradModel(transformer);
            Tensor expected = reference.hidden(INPUT);
            expected.mul(expected.detach().cos()).sum().backward();
            assertClose("hidden states", Tensors.floats(Tensors.fp32(expected)), Tensors.floats(hidden.tensor()), 1e-5);
            gradients.byName().forEach((name, gradient) -> assertClose(name, reference.gradient(name),
                    Tensors.floats(gradient), 2e-5));
        }
    }

    @Test
    void haveTheSameBitsWhenBlocksRunAgainInsteadOfKeepingWhatTheyMade() {
        try (Transformer transformer = Transformer.initialised(RandomText.config(), 1);
                TensorScope _ = new TensorScope();
                Gradients kept = new Gradients(transformer.config());
                Gradients again = new Gradients(transformer.config())) {
            HiddenStates hidden = transformer.forward(INPUT, false);
            HiddenStates same = transformer.forward(INPUT, true);
            assertArrayEquals(Tensors.floats(hidden.tensor()), Tensors.floats(same.tensor()));
            hidden.backward(hidden.tensor().cos(), kept);
            same.backward(hidden.tensor().cos(), again);
            assertTrue(kept.norm() > 0);
            assertArrayEquals(Tensors.floats(kept.all()), Tensors.floats(again.all()));
        }
    }

    /** bfloat16 keeps 8 bits, float16 11; each of some fifty operations in a row rounds. */
    @ParameterizedTest
    @CsvSource({"BFLOAT16, 0.06", "FLOAT16, 0.01"})
    void comeCloseInFewerBits(Precision precision, double tolerance) {
        ArchitectureConfig config = config(precision, MlpType.SWIGLU, Norm.RMS, false, Aggregation.SUM, false);
        try (Transformer exact = Transformer.initialised(
                config(Precision.FLOAT32, MlpType.SWIGLU, Norm.RMS, false, Aggregation.SUM, false), 1);
                Transformer rounded = Transformer.initialised(config, 1);
                TensorScope _ = new TensorScope();
                Gradients expected = new Gradients(config);
                Gradients gradients = new Gradients(config)) {
            HiddenStates hidden = exact.forward(INPUT, false);
            Tensor back = hidden.tensor().cos();
            hidden.backward(back, expected);
            HiddenStates same = rounded.forward(INPUT, false);
            same.backward(Tensors.as(same.tensor(), back), gradients);
            gradients.byName().forEach((name, gradient) -> {
                double error = torch.linalg_vector_norm(gradient.sub(expected.of(name))).item()
                        .toDouble();
                double size = torch.linalg_vector_norm(expected.of(name)).item().toDouble();
                boolean head = name.equals(ParameterSpec.HEAD); // the way back to it is the loss's
                assertTrue(head ? error == 0 : error > 0 && error < tolerance * size, name + ": " + error / size);
            });
        }
    }

    private static ArchitectureConfig config(Precision precision, MlpType mlp, Norm norm, boolean bias,
            Aggregation aggregation, boolean normalization) {
        return new ArchitectureConfig(true, normalization, aggregation, norm, mlp, Init.NORMAL, bias, RandomText.SLOTS,
                32, 3, 2, 10000, 64, 2.5, precision, 1e-5, 1);
    }

    private static void assertClose(String what, float[] expected, float[] actual, double tolerance) {
        float largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertArrayEquals(expected, actual, (float) (tolerance * largest), what);
    }
}
