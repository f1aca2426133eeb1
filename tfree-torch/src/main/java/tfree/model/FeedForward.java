package tfree.model;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import tfree.model.ArchitectureConfig.MlpType;

/** A block's second half: h → inner width → h, position by position. */
final class FeedForward {
    private final Linear denseIn;
    private final @Nullable Linear swiglu; // null: the GELU variant
    private final Linear denseOut;

    FeedForward(MlpType type, Map<String, Tensor> parameters, String name) {
        denseIn = Linear.of(parameters, name + ".dense_in");
        swiglu = type == MlpType.SWIGLU ? Linear.of(parameters, name + ".swiglu") : null;
        denseOut = Linear.of(parameters, name + ".dense_out");
    }

    /** [positions, h] → [positions, h] */
    Pass forward(Tensor x) {
        return swiglu == null ? gelu(x) : swiglu(x, swiglu);
    }

    private Pass gelu(Tensor x) {
        Tensor in = denseIn.apply(x);
        Tensor inner = torch.gelu(in);
        return new Pass(denseOut.apply(inner), (gradient, gradients) -> {
            Tensor dInner = denseOut.backward(gradient, inner, gradients);
            return denseIn.backward(torch.gelu_backward(dInner, in), x, gradients);
        });
    }

    private Pass swiglu(Tensor x, Linear gate) {
        Tensor in = denseIn.apply(x);
        Tensor gates = gate.apply(x);
        Tensor activated = torch.silu(in);
        Tensor inner = activated.mul(gates);
        return new Pass(denseOut.apply(inner), (gradient, gradients) -> {
            Tensor dInner = denseOut.backward(gradient, inner, gradients);
            Tensor dGates = dInner.mul(activated);
            Tensor dIn = torch.silu_backward(dInner.mul_(gates), in);
            Tensor dx = denseIn.backward(dIn, x, gradients);
            gate.backward(dGates, x, gradients, dx);
            return dx;
        });
    }
}
