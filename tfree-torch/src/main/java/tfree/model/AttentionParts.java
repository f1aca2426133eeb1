package tfree.model;

import java.util.List;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Attention to keys that stand in several places. Each part is a softmax by itself, and comes with the logarithm of its
 * denominator; the parts' shares of the whole are the softmax of these. So nothing is copied to stand in one row.
 */
final class AttentionParts {
    /** libtorch's fused attention on the CPU; of its two results the public function hands out the first only. */
    private static final Operator FUSED = Operator.find("aten::_scaled_dot_product_flash_attention_for_cpu")
            .orElseThrow(() -> new IllegalStateException("expected a libtorch with fused attention on the CPU"));
    private static final IValue NO_DROPOUT = Tensors.permanent(new IValue(0.0));
    private static final IValue CAUSAL = Tensors.permanent(new IValue(true));
    private static final IValue ALL = Tensors.permanent(new IValue(false));
    private static final IValue NONE = Tensors.permanent(new IValue());

    private final Tensor query; // [1, heads, words, width]
    private final TensorVector attended = new TensorVector(); // of each part [1, heads, words, width]
    private final TensorVector denominators = new TensorVector(); // of each part [1, heads, words], logarithms

    AttentionParts(Tensor query) {
        this.query = query;
    }

    /**
     * Looks at some keys.
     *
     * @param keys   [1, heads, keys, width], as are the values
     * @param causal whether the keys are the queries' own words, of which each sees those up to itself
     */
    void add(Tensor keys, Tensor values, boolean causal) {
        List<Tensor> results = FUSED.callAll(2, new IValue(query), new IValue(keys), new IValue(values), NO_DROPOUT,
                causal ? CAUSAL : ALL, NONE, NONE);
        attended.push_back(results.get(0));
        denominators.push_back(results.get(1));
    }

    /** [1, heads, words, width] */
    Tensor joined() {
        Tensor shares = torch.softmax(torch.stack(denominators), 0).unsqueeze(-1); // [parts, 1, heads, words, 1]
        return torch.stack(attended).mul_(shares).sum(0);
    }
}
