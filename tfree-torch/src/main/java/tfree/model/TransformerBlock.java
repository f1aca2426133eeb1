package tfree.model;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** One layer: x += attention(norm(x)), x += feedForward(norm(x)). */
final class TransformerBlock {
    private final Normalization attentionNorm;
    private final Attention attention;
    private final Normalization feedForwardNorm;
    private final FeedForward feedForward;

    TransformerBlock(ArchitectureConfig config, int layer, Rotary rotary, Map<String, Tensor> parameters) {
        String name = ParameterSpec.layer(layer);
        attentionNorm = new Normalization(config, parameters, name + ".input_layernorm");
        attention = new Attention(layer, rotary, parameters, name + ".attention");
        feedForwardNorm = new Normalization(config, parameters, name + ".post_attention_layernorm");
        feedForward = new FeedForward(config.mlpType(), parameters, name + ".mlp");
    }

    /** The attention's part alone, which is added to the stream: [positions, h] → [positions, h] */
    Tensor attention(Tensor x, Tensor turns, AttentionReach reach) {
        return attention.apply(attentionNorm.apply(x), turns, reach);
    }

    /** [positions, h] → [positions, h] */
    Tensor apply(Tensor x, Tensor turns, AttentionReach reach) {
        Tensor y = x.add(attention(x, turns, reach));
        return y.add(feedForward.apply(feedForwardNorm.apply(y)));
    }
}
