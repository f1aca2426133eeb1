package tfree.model;

import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import tfree.model.ArchitectureConfig.Norm;

/**
 * RMSNorm (x / √(mean x² + ε) · weight) or LayerNorm ((x − mean) / √(variance + ε) · weight + bias) over the hidden
 * width.
 */
final class Normalization {
    private final Norm norm;
    private final double epsilon;
    private final long[] width;
    private final TensorOptional weight;
    private final TensorOptional bias;
    private final DoubleOptional rmsEpsilon;

    Normalization(ArchitectureConfig config, Map<String, Tensor> parameters, String name) {
        norm = config.norm();
        epsilon = config.layernormEpsilon();
        width = new long[]{config.hiddenSize()};
        weight = Tensors.permanent(new TensorOptional(Objects.requireNonNull(parameters.get(name + ".weight"), name)));
        Tensor shift = parameters.get(name + ".bias");
        bias = Tensors.permanent(shift == null ? new TensorOptional() : new TensorOptional(shift));
        rmsEpsilon = Tensors.permanent(new DoubleOptional(epsilon));
    }

    /** [positions, h] → [positions, h] */
    Tensor apply(Tensor x) {
        return switch (norm) {
            case RMS -> torch.rms_norm(x, width, weight, rmsEpsilon);
            case LAYER -> torch.layer_norm(x, width, weight, bias, epsilon, false);
        };
    }
}
