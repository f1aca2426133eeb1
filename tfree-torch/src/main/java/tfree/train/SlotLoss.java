package tfree.train;

import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import tfree.model.TensorScope;
import tfree.model.Tensors;

/**
 * The head and the multi-label loss in one: binary cross-entropy over all v slots of the next word (T-Free, arXiv
 * 2406.19223, section 3.3).
 *
 * <p>
 * With x the logits of a position, S its target slots, p the weight of positives and e_j the edge weight (1 for inner
 * slots), the position costs
 *
 * <pre>
 * Σ_j softplus(x_j) + Σ_{j ∈ S} ( e_j·p·softplus(−x_j) − softplus(x_j) )
 * ∂/∂x_j = σ(x_j) for j ∉ S,   −e_j·p·σ(−x_j) for j ∈ S
 * </pre>
 *
 * times the position's weight; the loss is the mean over all positions × v. The first sum needs no target, the second
 * only the ≈ 70 slots of S, so neither targets nor logits of all positions × v ever exist: both, and the gradient with
 * respect to hidden states and head, are computed for a block of positions at a time in two buffers that are kept.
 *
 * <p>
 * Not for two threads at once.
 */
public final class SlotLoss implements HeadLoss {
    /** Logits of a block, 16 MB: enough rows for fast matrix products (524 at v = 8000). */
    static final int BLOCK_LOGITS = 1 << 22;

    static final BoolOptional RELEASE_GRAPH = Tensors.permanent(new BoolOptional());
    static final TensorArrayRefOptional ALL_LEAVES = Tensors.permanent(new TensorArrayRefOptional());

    private final double positiveWeight;
    private final double edgeWeight;
    private final int blockLogits;
    private @Nullable Tensor logits; // [block, v]
    private @Nullable Tensor softplus; // [block, v]

    /**
     * @param positiveWeight p, {@code loss_pos_weight}
     * @param edgeWeight e, {@code word_edge_weight}: weight of target slots that an edge trigram switches on
     */
    public SlotLoss(double positiveWeight, double edgeWeight) {
        this(positiveWeight, edgeWeight, BLOCK_LOGITS);
    }

    SlotLoss(double positiveWeight, double edgeWeight, int blockLogits) {
        if (!(positiveWeight > 0 && edgeWeight >= 0)) {
            throw new IllegalArgumentException("expected a loss_pos_weight above 0 and a word_edge_weight of at least 0"
                    + " but was " + positiveWeight + " and " + edgeWeight);
        }
        this.positiveWeight = positiveWeight;
        this.edgeWeight = edgeWeight;
        this.blockLogits = blockLogits;
    }

    /** @return the mean over positions × v, without the scale */
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
                sum = sum(rows, head, gradient, scale / rows.terms());
                gradient = rows.scattered(gradient);
            }
            hidden.backward(gradient, RELEASE_GRAPH, false, ALL_LEAVES);
            return sum / rows.terms();
        }
    }

    /** The mean over positions × v. */
    @Override
    public double value(Tensor hidden, Tensor head, SlotTargets targets) {
        try (TensorScope _ = new TensorScope(); NoGradGuard _ = new NoGradGuard()) {
            LossRows rows = rows(hidden, head, targets);
            return sum(rows, head, null, 0) / rows.terms();
        }
    }

    /** Of σ(x). */
    @Override
    public ActivationStatistics statistics(Tensor hidden, Tensor head, SlotTargets targets) {
        try (TensorScope _ = new TensorScope(); NoGradGuard _ = new NoGradGuard()) {
            LossRows rows = rows(hidden, head, targets).withTargets();
            ActivationStatistics.Sum sum = new ActivationStatistics.Sum();
            for (int from = 0; from < rows.count(); from += rows.perBlock()) {
                try (TensorScope _ = new TensorScope()) {
                    LossRows.Block block = rows.block(from);
                    Tensor x = logits(rows, block.size());
                    torch.mm_out(x, block.hidden(), head.t());
                    sum.add(x.sigmoid_());
                }
            }
            return sum.mean();
        }
    }

    private LossRows rows(Tensor hidden, Tensor head, SlotTargets targets) {
        return new LossRows(hidden.detach(), targets, Math.toIntExact(head.size(0)), blockLogits);
    }

    private double sum(LossRows rows, Tensor head, @Nullable Tensor gradient, double gradientScale) {
        double sum = 0;
        for (int from = 0; from < rows.count(); from += rows.perBlock()) {
            try (TensorScope _ = new TensorScope()) {
                LossRows.Block block = rows.block(from);
                Tensor x = logits(rows, block.size());
                torch.mm_out(x, block.hidden(), head.t());
                Tensor atTargets = x.view(-1).take(block.targets());
                sum += dense(rows, block, x) + sparse(block, atTargets);
                if (gradient != null) {
                    gradient(block, x, atTargets);
                    backward(block, x, head, gradient.narrow(0, from, block.size()), gradientScale);
                }
            }
        }
        return sum;
    }

    /** Σ over the block's positions of weight · Σ_j softplus(x_j). */
    private double dense(LossRows rows, LossRows.Block block, Tensor x) {
        Tensor terms = softplus(rows, block.size());
        torch.softplus_out(terms, x);
        float[] sums = Tensors.floats(terms.sum(1));
        double sum = 0;
        for (int r = 0; r < sums.length; r++) {
            sum += (double) block.weight(r) * sums[r];
        }
        return sum;
    }

    /** Σ over the block's targets of weight · ( e·p·softplus(−x) − softplus(x) ). */
    private double sparse(LossRows.Block block, Tensor atTargets) {
        Tensor positive = torch.softplus(atTargets.neg()).mul(block.positives(positiveWeight, edgeWeight));
        Tensor negative = torch.softplus(atTargets);
        return positive.sub(negative).mul(block.targetWeights()).sum().item().toDouble();
    }

    /** Turns logits into the gradient with respect to them, for positions of weight 1. */
    private void gradient(LossRows.Block block, Tensor x, Tensor atTargets) {
        Tensor atPositives = atTargets.neg().sigmoid_().mul_(block.positives(positiveWeight, edgeWeight)).neg_();
        x.sigmoid_().view(-1).put_(block.targets(), atPositives);
    }

    /** The two products behind the logits' gradient g: ∂/∂hidden = g·W, ∂/∂W += gᵀ·hidden. */
    static void backward(LossRows.Block block, Tensor g, Tensor head, Tensor gradient, double scale) {
        Tensor weights = block.weights().mul(new Scalar(scale)); // [block, 1]: cheaper on h columns than on v
        torch.mm_out(gradient, g, head);
        gradient.mul_(weights);
        head.grad().addmm_(g.t(), block.hidden().mul(weights));
    }

    private Tensor logits(LossRows rows, int size) {
        logits = fitting(logits, rows);
        return logits.narrow(0, 0, size);
    }

    private Tensor softplus(LossRows rows, int size) {
        softplus = fitting(softplus, rows);
        return softplus.narrow(0, 0, size);
    }

    static Tensor fitting(@Nullable Tensor buffer, LossRows rows) {
        if (buffer != null && buffer.size(0) >= rows.perBlock() && buffer.size(1) == rows.slots()) {
            return buffer;
        }
        if (buffer != null) {
            buffer.close();
        }
        return Tensors.permanent(Tensors.emptyFloats(rows.perBlock(), rows.slots()));
    }

    @Override
    public void close() {
        if (logits != null) {
            logits.close();
        }
        if (softplus != null) {
            softplus.close();
        }
    }
}
