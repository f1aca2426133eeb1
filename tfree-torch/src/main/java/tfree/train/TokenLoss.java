package tfree.train;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import tfree.model.TensorScope;

/**
 * The head and cross-entropy over a vocabulary in one: the loss of classic tokenization, where a position's target is one
 * token. With x the logits of a position and t its target, the position costs
 *
 * <pre>
 * log Σ_j exp(x_j) − x_t,   ∂/∂x_j = softmax(x)_j − [j = t]
 * </pre>
 *
 * times its weight; the loss is the mean over all positions, in nats. As in {@link SlotLoss}, logits and their gradient
 * exist for a block of positions at a time, in one buffer that is kept.
 */
public final class TokenLoss implements HeadLoss {
    private final int blockLogits;
    private @Nullable Tensor logits; // [block, v]

    public TokenLoss() {
        this(SlotLoss.BLOCK_LOGITS);
    }

    TokenLoss(int blockLogits) {
        this.blockLogits = blockLogits;
    }

    /** @return the mean over positions, in nats, without the scale */
    @Override
    public double forwardBackward(Tensor hidden, Tensor head, SlotTargets targets, double scale) {
        try (TensorScope _ = new TensorScope()) {
            LossRows rows = rows(hidden, head, targets);
            Tensor gradient;
            double sum;
            try (NoGradGuard _ = new NoGradGuard()) {
                if (!head.grad().defined()) {
                    head.mutable_grad().put(torch.zeros_like(head));
                }
                gradient = rows.gradientBuffer();
                sum = sum(rows, head, gradient, scale / targets.positions());
                gradient = rows.scattered(gradient);
            }
            hidden.backward(gradient, SlotLoss.RELEASE_GRAPH, false, SlotLoss.ALL_LEAVES);
            return sum / targets.positions();
        }
    }

    /** The mean over positions, in nats. */
    @Override
    public double value(Tensor hidden, Tensor head, SlotTargets targets) {
        try (TensorScope _ = new TensorScope(); NoGradGuard _ = new NoGradGuard()) {
            return sum(rows(hidden, head, targets), head, null, 0) / targets.positions();
        }
    }

    /** Of the tokens' probabilities. */
    @Override
    public ActivationStatistics statistics(Tensor hidden, Tensor head, SlotTargets targets) {
        try (TensorScope _ = new TensorScope(); NoGradGuard _ = new NoGradGuard()) {
            LossRows rows = rows(hidden, head, targets).withTargets();
            ActivationStatistics.Sum sum = new ActivationStatistics.Sum();
            for (int from = 0; from < rows.count(); from += rows.perBlock()) {
                try (TensorScope _ = new TensorScope()) {
                    Tensor x = logits(rows, rows.block(from), head);
                    sum.add(torch.softmax(x, 1));
                }
            }
            return sum.mean();
        }
    }

    private double sum(LossRows rows, Tensor head, @Nullable Tensor gradient, double gradientScale) {
        double sum = 0;
        for (int from = 0; from < rows.count(); from += rows.perBlock()) {
            try (TensorScope _ = new TensorScope()) {
                LossRows.Block block = rows.block(from);
                Tensor x = logits(rows, block, head);
                Tensor atTargets = x.view(-1).take(block.targets()).unsqueeze(1); // [block, 1]
                Tensor largest = x.amax(new long[]{1}, true);
                Tensor sums = x.sub_(largest).exp_().sum(1).unsqueeze(1);
                Tensor atTargetsLog = atTargets.sub_(largest).sub_(sums.log()); // log p(target)
                sum -= atTargetsLog.mul(block.weights()).sum().item().toDouble();
                if (gradient != null) {
                    x.div_(sums).view(-1).put_(block.targets(), atTargetsLog.expm1().view(-1));
                    SlotLoss.backward(block, x, head, gradient.narrow(0, from, block.size()), gradientScale);
                }
            }
        }
        return sum;
    }

    /** [block, v] */
    private Tensor logits(LossRows rows, LossRows.Block block, Tensor head) {
        if (block.targetCount() != block.size()) {
            throw new IllegalArgumentException("expected one target for each of " + block.size()
                    + " positions but was " + block.targetCount());
        }
        logits = SlotLoss.fitting(logits, rows);
        Tensor x = logits.narrow(0, 0, block.size());
        torch.mm_out(x, block.hidden(), head.t());
        return x;
    }

    private LossRows rows(Tensor hidden, Tensor head, SlotTargets targets) {
        return new LossRows(hidden.detach(), targets, Math.toIntExact(head.size(0)), blockLogits);
    }

    @Override
    public void close() {
        if (logits != null) {
            logits.close();
        }
    }
}
