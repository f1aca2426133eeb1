package tfree.model;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import tfree.model.ArchitectureConfig.MlpType;
import tfree.model.ArchitectureConfig.Norm;

/**
 * One parameter of a transformer: its name in every checkpoint, its shape, its part in the model. The embedding's, for
 * example, is {@code transformer.embeddings.embedding.weight}, [vocabSize, hiddenSize].
 */
public record ParameterSpec(String name, List<Long> shape, Part part) {

    /** What a parameter does, which decides how it is initialised. */
    public enum Part {
        /** A matrix that is no {@link #RESIDUAL_MATRIX}: embedding, head, query, key, value, inner layers. */
        MATRIX,
        /** A matrix whose output is added to the residual stream: {@code dense}, {@code dense_out}. */
        RESIDUAL_MATRIX,
        /** The bias of a linear map. */
        BIAS, NORM_WEIGHT, NORM_BIAS
    }

    static final String EMBEDDING = "transformer.embeddings.embedding.weight";
    static final String FINAL_NORM = "transformer.norm";
    static final String HEAD = "lm_head.weight";

    /** All parameters of a transformer in the order of their registration. */
    public static List<ParameterSpec> of(ArchitectureConfig config) {
        long h = config.hiddenSize();
        long inner = config.mlpWidth();
        List<ParameterSpec> all = new ArrayList<>();
        all.add(new ParameterSpec(EMBEDDING, List.of((long) config.vocabSize(), h), Part.MATRIX));
        for (int i = 0; i < config.numLayers(); i++) {
            String layer = layer(i);
            norm(all, config, layer + ".input_layernorm");
            linear(all, config, layer + ".attention.query", h, h, Part.MATRIX);
            linear(all, config, layer + ".attention.key", h, h, Part.MATRIX);
            linear(all, config, layer + ".attention.value", h, h, Part.MATRIX);
            linear(all, config, layer + ".attention.dense", h, h, Part.RESIDUAL_MATRIX);
            norm(all, config, layer + ".post_attention_layernorm");
            linear(all, config, layer + ".mlp.dense_in", inner, h, Part.MATRIX);
            if (config.mlpType() == MlpType.SWIGLU) {
                linear(all, config, layer + ".mlp.swiglu", inner, h, Part.MATRIX);
            }
            linear(all, config, layer + ".mlp.dense_out", h, inner, Part.RESIDUAL_MATRIX);
        }
        norm(all, config, FINAL_NORM);
        all.add(new ParameterSpec(HEAD, List.of((long) config.vocabSize(), h), Part.MATRIX));
        return List.copyOf(all);
    }

    /** The common beginning of the names in layer i. */
    static String layer(int i) {
        return "transformer.layers." + i;
    }

    /** How many numbers the parameter holds. */
    public long size() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    long[] sizes() {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }

    /** A fresh tensor, initialised as {@code config.init()} says. */
    Tensor draw(ArchitectureConfig config, GeneratorOptional random) {
        Tensor tensor = Tensors.emptyFloats(sizes());
        return switch (part) {
            case MATRIX, RESIDUAL_MATRIX -> tensor.normal_(0, standardDeviation(config), random);
            case BIAS -> {
                double bound = 1 / Math.sqrt(inputs(config));
                yield tensor.uniform_(-bound, bound, random);
            }
            case NORM_WEIGHT -> tensor.fill_(new Scalar(1.0));
            case NORM_BIAS -> tensor.zero_();
        };
    }

    private double standardDeviation(ArchitectureConfig config) {
        double h = config.hiddenSize();
        return switch (config.init()) {
            case XAVIER -> Math.sqrt(2.0 / (shape.get(0) + shape.get(1)));
            case PYTHIA -> part == Part.RESIDUAL_MATRIX ? 2.0 / config.numLayers() / Math.sqrt(h)
                    : Math.sqrt(2.0 / (5 * h));
            case NORMAL -> config.initStdGlobalGain() / Math.sqrt(h);
        };
    }

    /** Columns of the matrix that this bias belongs to. */
    private int inputs(ArchitectureConfig config) {
        return name.endsWith(".dense_out.bias") ? config.mlpWidth() : config.hiddenSize();
    }

    private static void norm(List<ParameterSpec> all, ArchitectureConfig config, String name) {
        List<Long> shape = List.of((long) config.hiddenSize());
        all.add(new ParameterSpec(name + ".weight", shape, Part.NORM_WEIGHT));
        if (config.norm() == Norm.LAYER) {
            all.add(new ParameterSpec(name + ".bias", shape, Part.NORM_BIAS));
        }
    }

    private static void linear(List<ParameterSpec> all, ArchitectureConfig config, String name, long outputs,
            long inputs, Part part) {
        all.add(new ParameterSpec(name + ".weight", List.of(outputs, inputs), part));
        if (config.biasTerms()) {
            all.add(new ParameterSpec(name + ".bias", List.of(outputs), Part.BIAS));
        }
    }
}
