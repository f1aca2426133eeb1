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
    Tensor apply(Tensor x) {
        Tensor inner = denseIn.apply(x);
        return denseOut.apply(swiglu == null ? torch.gelu(inner) : torch.silu(inner).mul(swiglu.apply(x)));
    }
}
