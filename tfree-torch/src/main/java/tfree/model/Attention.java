package tfree.model;

import java.util.Map;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import tfree.model.Rotary.Turns;

/** Multi-head causal self-attention with rotary positions; positions and softmax in fp32 whatever the precision. */
final class Attention {
    private static final TensorOptional NO_MASK = Tensors.permanent(new TensorOptional());
    private static final DoubleOptional ROOT_OF_WIDTH = Tensors.permanent(new DoubleOptional());
    private static final BoolOptional RELEASE_GRAPH = Tensors.permanent(new BoolOptional());
    private static final TensorArrayRefOptional ALL_LEAVES = Tensors.permanent(new TensorArrayRefOptional());

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
    Tensor apply(Tensor x, Turns turns, AttentionReach reach) {
        Tensor q = rotary.turn(query.apply(x), turns);
        Tensor k = rotary.turn(key.apply(x), turns);
        Tensor v = Tensors.fp32(value.apply(x)).view_as(k);
        return dense.apply(Tensors.as(x, reach.attend(layer, q, k, v)));
    }

    /** The same with the way back. What lies between q, k, v and the attended values is left to libtorch's autograd. */
    Pass forward(Tensor x, Turns turns, AttentionReach reach) {
        Tensor q = leaf(rotary.turn(query.apply(x), turns));
        Tensor k = leaf(rotary.turn(key.apply(x), turns));
        Tensor v = leaf(Tensors.fp32(value.apply(x)).view_as(k));
        Tensor attended;
        try (AutoGradMode _ = new AutoGradMode(true)) {
            attended = reach.attend(layer, q, k, v);
        }
        Tensor joined = Tensors.as(x, attended.detach());
        return new Pass(dense.apply(joined), (gradient, gradients) -> {
            attended.backward(Tensors.fp32(dense.backward(gradient, joined, gradients)), RELEASE_GRAPH, false,
                    ALL_LEAVES);
            Tensor dx = query.backward(Tensors.as(x, rotary.turnBack(q.grad(), turns)), x, gradients);
            key.backward(Tensors.as(x, rotary.turnBack(k.grad(), turns)), x, gradients, dx);
            value.backward(Tensors.as(x, v.grad()).view_as(x), x, gradients, dx);
            return dx;
        });
    }

    private static Tensor leaf(Tensor x) {
        return x.detach().set_requires_grad(true);
    }

    /** Fused attention over [rows, heads, positions, width], softmax scale 1/√width. */
    static Tensor scaledDotProduct(Tensor query, Tensor key, Tensor value, boolean causal) {
        return torch.scaled_dot_product_attention(query, key, value, NO_MASK, 0.0, causal, ROOT_OF_WIDTH, false);
    }
}
