package tfree.model;

import java.util.Map;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Multi-head causal self-attention with rotary positions. */
final class Attention {
    private static final TensorOptional NO_MASK = Tensors.permanent(new TensorOptional());
    private static final DoubleOptional ROOT_OF_WIDTH = Tensors.permanent(new DoubleOptional());

    private final int layer;
    private final Rotary rotary;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear dense;

    Attention(int layer, Rotary rotary, Map<String, Tensor> parameters, String name) {
        this.layer = layer;
        this.rotary = rotary;
        query = Linear.of(parameters, name + ".query");
        key = Linear.of(parameters, name + ".key");
        value = Linear.of(parameters, name + ".value");
        dense = Linear.of(parameters, name + ".dense");
    }

    /** [positions, h] → [positions, h] */
    Tensor apply(Tensor x, Tensor turns, AttentionReach reach) {
        Tensor q = rotary.turn(query.apply(x), turns);
        Tensor k = rotary.turn(key.apply(x), turns);
        Tensor v = value.apply(x).view(k.size(0), k.size(1), k.size(2));
        return dense.apply(reach.attend(layer, q, k, v));
    }

    /** Fused attention over [rows, heads, positions, width], softmax scale 1/√width. */
    static Tensor scaledDotProduct(Tensor query, Tensor key, Tensor value, boolean causal) {
        return torch.scaled_dot_product_attention(query, key, value, NO_MASK, 0.0, causal, ROOT_OF_WIDTH, false);
    }
}
