package tfree.train;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import tfree.model.Products;
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
 * respect to hidden states and head, are computed for a tile of positions × slots at a time, small enough to stay in the
 * core's cache from the product that makes the logits to the two that use their gradient up.
 *
 * <p>
 * Not for two threads at once.
 */
public final class SlotLoss implements HeadLoss {
    /** 512 × 512 logits are 1 MB. */
    private static final int ROWS = 512;
    private static final int SLOTS = 512;

    private final double positiveWeight;
    private final double edgeWeight;
    private final int rowsPerBlock;
    private final int slotsPerTile;

    /**
     * @param positiveWeight p, {@code loss_pos_weight}
     * @param edgeWeight e, {@code word_edge_weight}: weight of target slots that an edge trigram switches on
     */
    public SlotLoss(double positiveWeight, double edgeWeight) {
        this(positiveWeight, edgeWeight, ROWS, SLOTS);
    }

    SlotLoss(double positiveWeight, double edgeWeight, int rowsPerBlock, int slotsPerTile) {
        if (!(positiveWeight > 0 && edgeWeight >= 0)) {
            throw new IllegalArgumentException("expected a loss_pos_weight above 0 and a word_edge_weight of at least 0"
                    + " but was " + positiveWeight + " and " + edgeWeight);
        }
        this.positiveWeight = positiveWeight;
        this.edgeWeight = edgeWeight;
        this.rowsPerBlock = rowsPerBlock;
        this.slotsPerTile = slotsPerTile;
    }

    /** The loss is the mean over positions × v. */
    @Override
    public LossGradient gradient(Tensor hidden, Tensor head, SlotTargets targets, double scale, Tensor headGradient) {
        LossRows rows = rows(hidden, head, targets);
        Tensor gradient = rows.noGradient();
        double sum = sum(rows, head, new LossRows.Back(gradient, headGradient, scale / rows.terms()));
        return new LossGradient(sum / rows.terms(), rows.scattered(gradient));
    }

    /** The mean over positions × v. */
    @Override
    public double value(Tensor hidden, Tensor head, SlotTargets targets) {
        try (TensorScope _ = new TensorScope()) {
            LossRows rows = rows(hidden, head, targets);
            return sum(rows, head, null) / rows.terms();
        }
    }

    /** Of σ(x). */
    @Override
    public ActivationStatistics statistics(Tensor hidden, Tensor head, SlotTargets targets) {
        try (TensorScope _ = new TensorScope()) {
            LossRows rows = rows(hidden, head, targets).withTargets();
            ActivationStatistics.Sum sum = new ActivationStatistics.Sum();
            for (int from = 0; from < rows.count(); from += rowsPerBlock) {
                LossRows.Block block = rows.block(from);
                for (int t = 0; t < rows.tiles(); t++) {
                    try (TensorScope _ = new TensorScope()) {
                        sum.add(logits(block, rows.tile(t), head).sigmoid_());
                    }
                }
            }
            return sum.mean(rows.count());
        }
    }

    private LossRows rows(Tensor hidden, Tensor head, SlotTargets targets) {
        return new LossRows(hidden, targets, Math.toIntExact(head.size(0)), rowsPerBlock, slotsPerTile);
    }

    private double sum(LossRows rows, Tensor head, LossRows.@Nullable Back back) {
        double sum = 0;
        for (int from = 0; from < rows.count(); from += rowsPerBlock) {
            try (TensorScope _ = new TensorScope()) {
                LossRows.Block block = rows.block(from);
                Tensor sums = Tensors.zeroFloats(block.size()); // of softplus(x) over all slots
                BlockGradient gradient = back == null ? null : new BlockGradient(block, from, back);
                for (int t = 0; t < rows.tiles(); t++) {
                    try (TensorScope _ = new TensorScope()) {
                        LossRows.Tile tile = rows.tile(t);
                        Tensor x = logits(block, tile, head);
                        Tensor targets = block.targets(t);
                        Tensor positives = block.positives(t, positiveWeight, edgeWeight);
                        Tensor atTargets = x.view(-1).take(targets);
                        sums.add_(torch.softplus(x).sum(1));
                        sum += sparse(atTargets, positives, block.targetWeights(t));
                        if (gradient != null) {
                            Tensor atPositives = atTargets.neg().sigmoid_().mul_(positives).neg_();
                            x.sigmoid_().view(-1).put_(targets, atPositives);
                            gradient.add(x, tile, head);
                        }
                    }
                }
                sum += sums.dot(block.weights().view(-1)).item().toDouble();
                if (gradient != null) {
                    gradient.finish();
                }
            }
        }
        return sum;
    }

    /** Σ over a tile's targets of weight · ( e·p·softplus(−x) − softplus(x) ). */
    private static double sparse(Tensor atTargets, Tensor positives, Tensor weights) {
        Tensor positive = torch.softplus(atTargets.neg()).mul_(positives);
        return positive.sub_(torch.softplus(atTargets)).dot(weights).item().toDouble();
    }

    /** fp32 in any precision: [block, tile] */
    private static Tensor logits(LossRows.Block block, LossRows.Tile tile, Tensor head) {
        return Tensors.fp32(Products.times(block.hidden(), tile.of(head)));
    }

    /**
     * The two products behind a tile's gradient g of the logits, for positions of weight 1: ∂/∂hidden += g·W, ∂/∂W +=
     * gᵀ·hidden. The positions' weights are multiplied in where there are fewest numbers: on h columns instead of v.
     */
    private static final class BlockGradient {
        private final Tensor precision;
        private final Tensor weights; // [block, 1]
        private final Tensor weighted; // [h, block]: hidden states
        private final Tensor hidden; // [block, h]
        private final Tensor head; // [v, h]

        BlockGradient(LossRows.Block block, int from, LossRows.Back back) {
            precision = block.hidden();
            weights = block.weights().mul_(new Scalar(back.scale()));
            weighted = Tensors.as(precision, precision.mul(weights)).t().contiguous();
            hidden = back.hidden().narrow(0, from, block.size());
            head = back.head();
        }

        /** @param g [block, tile] */
        void add(Tensor g, LossRows.Tile tile, Tensor weight) {
            Tensor rounded = Tensors.as(precision, g);
            hidden.add_(Products.times(rounded, tile.of(weight).t()));
            tile.of(head).add_(Products.times(rounded.t(), weighted));
        }

        void finish() {
            hidden.mul_(weights);
        }
    }
}
