package tfree.train;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import tfree.model.Tensors;

/**
 * The positions of a batch that the loss looks at, cut into blocks. Positions of weight 0 (padding, prompts of
 * instruction data) cost nothing and have no gradient: they are left out of every product.
 */
final class LossRows {
    private final Tensor hidden; // [positions, h]
    private final SlotTargets targets;
    private final int slots;
    private final int blockLogits;
    private final int[] positions; // those that count, rising
    private final @Nullable Tensor index; // the same, or null if all do
    private final Tensor counted; // [count, h]

    LossRows(Tensor hidden, SlotTargets targets, int slots, int blockLogits) {
        this(hidden, targets, slots, blockLogits, p -> targets.weights()[p] != 0);
    }

    private LossRows(Tensor hidden, SlotTargets targets, int slots, int blockLogits, IntPredicate counts) {
        if (hidden.size(0) != targets.positions()) {
            throw new IllegalArgumentException(
                    "expected targets of " + hidden.size(0) + " positions but was " + targets.positions());
        }
        if (!Arrays.stream(targets.slots()).allMatch(slot -> slot >= 0 && slot < slots)) {
            throw new IllegalArgumentException("expected target slots below the head's " + slots + " but was "
                    + Arrays.stream(targets.slots()).filter(s -> s < 0 || s >= slots).findFirst().orElseThrow());
        }
        this.hidden = hidden;
        this.targets = targets;
        this.slots = slots;
        this.blockLogits = blockLogits;
        positions = IntStream.range(0, targets.positions()).filter(counts).toArray();
        index = positions.length == targets.positions() ? null : Tensors.ofInts(positions);
        counted = index == null ? hidden : hidden.index_select(0, index);
    }

    /** The same batch with every position that has a target, whatever its weight. */
    LossRows withTargets() {
        return new LossRows(hidden, targets, slots, blockLogits, p -> targets.offsets()[p] < targets.offsets()[p + 1]);
    }

    /** Positions × v, all of them. */
    double terms() {
        return (double) targets.positions() * slots;
    }

    int slots() {
        return slots;
    }

    int count() {
        return positions.length;
    }

    int perBlock() {
        return Math.clamp(blockLogits / slots, 16, 4096);
    }

    /** An unset gradient of the positions that count: [count, h] */
    Tensor gradientBuffer() {
        return Tensors.emptyFloats(count(), hidden.size(1));
    }

    /** [count, h] → [positions, h], 0 where a position does not count */
    Tensor scattered(Tensor gradient) {
        return index == null ? gradient
                : Tensors.zeroFloats(hidden.size(0), hidden.size(1)).index_copy_(0, index, gradient);
    }

    Block block(int from) {
        return new Block(from, Math.min(perBlock(), count() - from));
    }

    /** Some rows in a row. */
    final class Block {
        private final int from;
        private final int size;
        private final int[] targetAt; // index into the block's logits
        private final float[] targetWeight;
        private final boolean[] edge;

        private Block(int from, int size) {
            this.from = from;
            this.size = size;
            int count = IntStream.range(from, from + size)
                    .map(r -> targets.offsets()[positions[r] + 1] - targets.offsets()[positions[r]]).sum();
            targetAt = new int[count];
            targetWeight = new float[count];
            edge = new boolean[count];
            boolean hasEdges = targets.edges().length > 0;
            int at = 0;
            for (int r = 0; r < size; r++) {
                int p = positions[from + r];
                for (int i = targets.offsets()[p]; i < targets.offsets()[p + 1]; i++, at++) {
                    targetAt[at] = r * slots + targets.slots()[i];
                    targetWeight[at] = targets.weights()[p];
                    edge[at] = hasEdges && targets.edges()[i];
                }
            }
        }

        int size() {
            return size;
        }

        int targetCount() {
            return targetAt.length;
        }

        /** [size, h] */
        Tensor hidden() {
            return counted.narrow(0, from, size);
        }

        float weight(int row) {
            return targets.weights()[positions[from + row]];
        }

        /** [size, 1] */
        Tensor weights() {
            float[] weights = new float[size];
            for (int r = 0; r < size; r++) {
                weights[r] = weight(r);
            }
            return Tensors.ofFloats(weights, size, 1);
        }

        /** Where the targets stand in the block's flat logits: [targets] */
        Tensor targets() {
            return Tensors.ofInts(targetAt);
        }

        /** The weight of each target's position: [targets] */
        Tensor targetWeights() {
            return Tensors.ofFloats(targetWeight, targetWeight.length);
        }

        /** What each target weighs as a positive: [targets] */
        Tensor positives(double positiveWeight, double edgeWeight) {
            float[] values = new float[edge.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (edge[i] ? edgeWeight * positiveWeight : positiveWeight);
            }
            return Tensors.ofFloats(values, values.length);
        }
    }
}
