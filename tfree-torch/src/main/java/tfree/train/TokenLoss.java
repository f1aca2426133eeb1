package tfree.train;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import tfree.model.Products;
import tfree.model.TensorScope;
import tfree.model.Tensors;

/**
 * The head and cross-entropy over a vocabulary in one: the loss of classic tokenization, where a position's target is one
 * token. With x the logits of a position and t its target, the position costs
 *
 * <pre>
 * log Σ_j exp(x_j) − x_t,   ∂/∂x_j = softmax(x)_j − [j = t]
 * </pre>
 *
 * times its weight; the loss is the mean over all positions, in nats. As in {@link SlotLoss}, logits and their gradient
 * exist for a block of positions at a time; all v of them, since the softmax needs their sum first.
 */
public final class TokenLoss implements HeadLoss {
    /** Logits of a block, 16 MB: enough rows for fast matrix products (131 at v = 32 000). */
    private static final int BLOCK_LOGITS = 1 << 22;

    private final int blockLogits;

    public TokenLoss() {
        this(BLOCK_LOGITS);
    }

    TokenLoss(int blockLogits) {
        this.blockLogits = blockLogits;
    }

    /** The loss is the mean over positions, in nats. */
    @Override
    public LossGradient gradient(Tensor hidden, Tensor head, SlotTargets targets, double scale, Tensor headGradient) {
        LossRows rows = rows(hidden, head, targets);
        Tensor gradient = rows.noGradient();
        double sum = sum(rows, head, new LossRows.Back(gradient, headGradient, scale / targets.positions()));
        return new LossGradient(sum / targets.positions(), rows.scattered(gradient));
    }

    /** The mean over positions, in nats. */
    @Override
    public double value(Tensor hidden, Tensor head, SlotTargets targets) {
        try (TensorScope _ = new TensorScope()) {
            return sum(rows(hidden, head, targets), head, null) / targets.positions();
        }
    }

    /** Of the tokens' probabilities. */
    @Override
    public ActivationStatistics statistics(Tensor hidden, Tensor head, SlotTargets targets) {
        try (TensorScope _ = new TensorScope()) {
            LossRows rows = rows(hidden, head, targets).withTargets();
            ActivationStatistics.Sum sum = new ActivationStatistics.Sum();
            for (int from = 0; from < rows.count(); from += rows.rowsPerBlock()) {
                try (TensorScope _ = new TensorScope()) {
                    sum.add(torch.softmax(logits(rows.block(from), head), 1));
                }
            }
            return sum.mean(rows.count());
        }
    }

    private double sum(LossRows rows, Tensor head, LossRows.@Nullable Back back) {
        double sum = 0;
        for (int from = 0; from < rows.count(); from += rows.rowsPerBlock()) {
            try (TensorScope _ = new TensorScope()) {
                LossRows.Block block = rows.block(from);
                Tensor x = logits(block, head);
                Tensor targets = block.targets(0);
                Tensor atTargets = x.view(-1).take(targets).unsqueeze(1); // [block, 1]
                Tensor largest = x.amax(new long[]{1}, true);
                Tensor sums = x.sub_(largest).exp_().sum(1).unsqueeze(1);
                Tensor atTargetsLog = atTargets.sub_(largest).sub_(sums.log()); // log p(target)
                sum -= atTargetsLog.mul(block.weights()).sum().item().toDouble();
                if (back != null) {
                    Tensor scale = block.weights().mul_(new Scalar(back.scale()));
                    x.mul_(scale.div(sums)).view(-1).put_(targets, atTargetsLog.expm1().mul_(scale).view(-1));
                    Tensor g = Tensors.as(head, x);
                    back.hidden().narrow(0, from, block.size()).copy_(Products.times(g, head.t()));
                    back.head().add_(Products.times(g.t(), block.hidden().t()));
                }
            }
        }
        return sum;
    }

    /** fp32 in any precision: [block, v] */
    private static Tensor logits(LossRows.Block block, Tensor head) {
        if (block.targetCount() != block.size()) {
            throw new IllegalArgumentException("expected one target for each of " + block.size()
                    + " positions but was " + block.targetCount());
        }
        return Tensors.fp32(Products.times(block.hidden(), head));
    }

    private LossRows rows(Tensor hidden, Tensor head, SlotTargets targets) {
        int tokens = Math.toIntExact(head.size(0));
        return new LossRows(hidden, targets, tokens, Math.clamp(blockLogits / tokens, 16, 4096), tokens);
    }
}
