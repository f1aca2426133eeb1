package tfree.model;

import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import tfree.model.ArchitectureConfig.Norm;

/**
 * RMSNorm (x / √(mean x² + ε) · weight) or LayerNorm ((x − mean) / √(variance + ε) · weight + bias) over the hidden
 * width, in fp32 whatever the precision.
 */
final class Normalization {
    private static final Scalar TWO = Tensors.permanent(new Scalar(2.0));
    private static final Scalar MINUS_ONE = Tensors.permanent(new Scalar(-1.0));
    private static final ScalarTypeOptional SAME_TYPE = Tensors.permanent(new ScalarTypeOptional());
    private static final BoolPointer ALL_THREE = Tensors
            .permanent(new BoolPointer(3).put(0, true).put(1, true).put(2, true));

    private final Norm norm;
    private final String name;
    private final int width;
    private final double epsilon;
    private final Tensor weight; // [h]
    private final @Nullable Tensor bias; // [h]; null: RMSNorm

    Normalization(ArchitectureConfig config, Map<String, Tensor> parameters, String name) {
        this.name = name;
        norm = config.norm();
        width = config.hiddenSize();
        epsilon = config.layernormEpsilon();
        weight = Objects.requireNonNull(parameters.get(name + ".weight"), name);
        bias = parameters.get(name + ".bias");
    }

    /** [positions, h] → [positions, h] */
    Pass forward(Tensor x) {
        return norm == Norm.RMS ? rms(x) : layer(x);
    }

    private Pass rms(Tensor x) {
        Tensor x32 = Tensors.fp32(x);
        Tensor length = torch.linalg_vector_norm(x32, TWO, new long[]{1}, true, SAME_TYPE); // [positions, 1]
        Tensor scale = length.square().mul_(new Scalar(1.0 / width)).add_(new Scalar(epsilon)).rsqrt_();
        Tensor normed = x32.mul(scale);
        return new Pass(Tensors.as(x, normed).mul(weight), (gradient, gradients) -> {
            Tensor dy = Tensors.fp32(gradient);
            Tensor w = Tensors.fp32(weight);
            Tensor byWeight = dy.mul(normed);
            gradients.add(name + ".weight", byWeight.sum(0));
            Tensor along = byWeight.mv(w).mul_(new Scalar(1.0 / width)).unsqueeze(1); // [positions, 1]
            return Tensors.as(x, dy.mul(w).addcmul_(normed, along, MINUS_ONE).mul_(scale));
        });
    }

    private Pass layer(Tensor x) {
        Tensor x32 = Tensors.fp32(x);
        long[] shape = {width};
        TensorOptional w = new TensorOptional(Tensors.fp32(weight));
        TensorOptional b = new TensorOptional(Tensors.fp32(Objects.requireNonNull(bias)));
        T_TensorTensorTensor_T result = torch.native_layer_norm(x32, shape, w, b, epsilon);
        return new Pass(Tensors.as(x, new Tensor(result.get0())), (gradient, gradients) -> {
            T_TensorTensorTensor_T back = torch.native_layer_norm_backward(Tensors.fp32(gradient), x32, shape,
                    result.get1(), result.get2(), w, b, ALL_THREE);
            gradients.add(name + ".weight", back.get1());
            gradients.add(name + ".bias", back.get2());
            return Tensors.as(x, new Tensor(back.get0())); // the tuple's own ends with it
        });
    }
}
