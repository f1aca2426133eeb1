package tfree.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tfree.golden.Golden;
import tfree.golden.NpyArray;
import tfree.model.ArchitectureConfig.Aggregation;
import tfree.model.ArchitectureConfig.Init;
import tfree.model.ArchitectureConfig.MlpType;
import tfree.model.ArchitectureConfig.Norm;
import tfree.model.ArchitectureConfig.Precision;

/** What fresh parameters are drawn from, by fixed seeds: moments within five standard errors. */
class InitialisationTest {
    private static final double ERRORS = 5;
    private static final double GAIN = 1.7;
    private static final int LAYERS = 4;

    @ParameterizedTest
    @EnumSource(Init.class)
    void drawsMatricesFromTheNormalDistributionOfTheirDeviation(Init init) {
        ArchitectureConfig config = config(init);
        Map<String, float[]> drawn = draw(config, 7);
        for (ParameterSpec spec : ParameterSpec.of(config)) {
            if (spec.shape().size() == 2) {
                Moments moments = Moments.of(floats(drawn, spec.name()));
                double n = moments.count;
                double std = deviation(init, spec.name(), spec.shape());
                assertEquals(0, moments.mean / std, ERRORS / Math.sqrt(n), spec.name());
                assertEquals(1, moments.deviation / std, ERRORS / Math.sqrt(2 * n), spec.name());
                assertEquals(3, moments.kurtosis, ERRORS * Math.sqrt(24 / n), spec.name());
            }
        }
    }

    @Test
    void drawsBiasesAsLinearLayersDoAndLeavesNormsAlone() {
        ArchitectureConfig config = config(Init.XAVIER);
        Map<String, float[]> drawn = draw(config, 7);
        for (ParameterSpec spec : ParameterSpec.of(config)) {
            float[] values = floats(drawn, spec.name());
            if (spec.name().contains("norm")) {
                float constant = spec.name().endsWith("weight") ? 1 : 0;
                for (float value : values) {
                    assertEquals(constant, value, spec.name());
                }
            } else if (spec.name().endsWith(".bias")) {
                double bound = 1 / Math.sqrt(spec.name().contains("dense_out") ? config.mlpWidth() : 64);
                Moments moments = Moments.of(values);
                assertTrue(moments.largest <= bound && moments.largest > 0.9 * bound, spec.name());
                assertEquals(0, moments.mean / bound, ERRORS / Math.sqrt(3.0 * values.length), spec.name());
                assertEquals(1 / Math.sqrt(3), moments.deviation / bound, ERRORS * 0.26 / Math.sqrt(values.length),
                        spec.name());
            }
        }
    }

    @Test
    void drawsEachParameterByItself() {
        ArchitectureConfig config = config(Init.PYTHIA);
        Map<String, float[]> drawn = draw(config, 7);
        List<String> squares = drawn.keySet().stream().filter(name -> name.matches(".*\\.attention\\..*weight"))
                .toList();
        assertEquals(4 * LAYERS, squares.size());
        for (String one : squares) {
            for (String other : squares) {
                if (!one.equals(other)) {
                    double correlation = correlation(floats(drawn, one), floats(drawn, other));
                    assertEquals(0, correlation, ERRORS / 64, one + " and " + other);
                }
            }
        }
        draw(config, 7).forEach((name, values) -> assertArrayEquals(floats(drawn, name), values, name));
        assertEquals(0, correlation(floats(drawn, ParameterSpec.HEAD), floats(draw(config, 8), ParameterSpec.HEAD)),
                ERRORS / Math.sqrt(500 * 64));
    }

    /** The golden models' first parameters are the original's draws (their norms and biases were changed on purpose). */
    @ParameterizedTest
    @ValueSource(strings = {"swiglu_rms", "gelu_layernorm_bias"})
    void agreesWithTheOriginalsDeviations(String name) {
        GoldenModel golden = new GoldenModel(name);
        Map<String, NpyArray> original = Golden.npz(golden.file("params_init.npz"));
        Map<String, float[]> drawn = draw(golden.config(), 3);
        for (ParameterSpec spec : ParameterSpec.of(golden.config())) {
            if (spec.shape().size() == 2) {
                Moments theirs = Moments.of(GoldenModel.array(original, spec.name()).floats());
                Moments ours = Moments.of(floats(drawn, spec.name()));
                assertEquals(1, ours.deviation / theirs.deviation, ERRORS / Math.sqrt(ours.count), spec.name());
            }
        }
    }

    private static double deviation(Init init, String name, List<Long> shape) {
        boolean residual = name.endsWith(".dense.weight") || name.endsWith(".dense_out.weight");
        return switch (init) {
            case XAVIER -> Math.sqrt(2.0 / (shape.get(0) + shape.get(1)));
            case PYTHIA -> residual ? 2.0 / LAYERS / 8 : Math.sqrt(2.0 / (5 * 64));
            case NORMAL -> GAIN / 8;
        };
    }

    private static ArchitectureConfig config(Init init) {
        return new ArchitectureConfig(true, false, Aggregation.SUM, Norm.LAYER, MlpType.SWIGLU, init, true, 500, 64,
                LAYERS, 4, 10000, 32, 2.5, Precision.FLOAT32, 1e-5, GAIN);
    }

    private static Map<String, float[]> draw(ArchitectureConfig config, long seed) {
        Map<String, float[]> drawn = new LinkedHashMap<>();
        try (Transformer transformer = Transformer.initialised(config, seed)) {
            transformer.parameters().forEach((name, tensor) -> drawn.put(name, Tensors.floats(tensor)));
        }
        return drawn;
    }

    private static float[] floats(Map<String, float[]> drawn, String name) {
        return Objects.requireNonNull(drawn.get(name), name);
    }

    private static double correlation(float[] a, float[] b) {
        double products = 0;
        for (int i = 0; i < a.length; i++) {
            products += (double) a[i] * b[i];
        }
        return products / a.length / Moments.of(a).deviation / Moments.of(b).deviation;
    }

    private record Moments(int count, double mean, double deviation, double kurtosis, double largest) {
        static Moments of(float[] values) {
            double sum = 0;
            double largest = 0;
            for (float value : values) {
                sum += value;
                largest = Math.max(largest, Math.abs(value));
            }
            double mean = sum / values.length;
            double second = 0;
            double fourth = 0;
            for (float value : values) {
                double square = (value - mean) * (value - mean);
                second += square / values.length;
                fourth += square * square / values.length;
            }
            return new Moments(values.length, mean, Math.sqrt(second), fourth / (second * second), largest);
        }
    }
}
