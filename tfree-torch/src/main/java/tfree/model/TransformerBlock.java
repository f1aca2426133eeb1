package tfree.model;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import tfree.model.Rotary.Turns;

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
    Tensor attention(Tensor x, Turns turns, AttentionReach reach) {
        return attention.apply(attentionNorm.forward(x).output(), turns, reach);
    }

    /** [positions, h] → [positions, h] */
    Tensor apply(Tensor x, Turns turns, AttentionReach reach) {
        Tensor y = x.add(attention(x, turns, reach));
        return y.add(feedForward.forward(feedForwardNorm.forward(y).output()).output());
    }

    /** The same with the way back. */
    Pass forward(Tensor x, Turns turns, AttentionReach reach) {
        Pass attended = added(x, attentionNorm, normed -> attention.forward(normed, turns, reach));
        Pass fed = added(attended.output(), feedForwardNorm, feedForward::forward);
        return new Pass(fed.output(),
                (gradient, gradients) -> attended.back(fed.back(gradient, gradients), gradients));
    }

    /** x + part(norm(x)) */
    private static Pass added(Tensor x, Normalization norm, Pass.Part part) {
        Pass normed = norm.forward(x);
        Pass parted = part.forward(normed.output());
        return new Pass(x.add(parted.output()), (gradient, gradients) -> normed
                .back(parted.back(gradient, gradients), gradients).add_(gradient));
    }
}
