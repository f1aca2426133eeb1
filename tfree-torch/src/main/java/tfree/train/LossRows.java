package tfree.train;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import tfree.model.Tensors;

/**
 * The positions of a batch that the loss looks at, cut into blocks, and the slots, cut into tiles. Positions of weight 0
 * (padding, prompts of instruction data) cost nothing and have no gradient: they are left out of every product.
 */
final class LossRows {
    private final Tensor hidden; // [positions, h]
    private final SlotTargets targets;
    private final int slots;
    private final int rowsPerBlock;
    private final int slotsPerTile;
    private final int[] positions; // those that count, rising
    private final @Nullable Tensor index; // the same, or null if all do
    private final Tensor counted; // [count, h]

    /**
     * Where a loss's gradients go.
     *
     * @param hidden of the rows, [count, h]
     * @param head   [v, h]
     * @param scale  what both are multiplied with
     */
    record Back(Tensor hidden, Tensor head, double scale) {}

    /**
     * @param rowsPerBlock  positions whose logits exist at a time
     * @param slotsPerTile  slots of them
     */
    LossRows(Tensor hidden, SlotTargets targets, int slots, int rowsPerBlock, int slotsPerTile) {
        this(hidden, targets, slots, rowsPerBlock, slotsPerTile, p -> targets.weights()[p] != 0);
    }

    private LossRows(Tensor hidden, SlotTargets targets, int slots, int rowsPerBlock, int slotsPerTile,
            IntPredicate counts) {
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
        this.rowsPerBlock = rowsPerBlock;
        this.slotsPerTile = Math.min(slotsPerTile, slots);
        positions = IntStream.range(0, targets.positions()).filter(counts).toArray();
        index = positions.length == targets.positions() ? null : Tensors.ofInts(positions);
        counted = index == null ? hidden : hidden.index_select(0, index);
    }

    /** The same batch with every position that has a target, whatever its weight. */
    LossRows withTargets() {
        return new LossRows(hidden, targets, slots, rowsPerBlock, slotsPerTile,
                p -> targets.offsets()[p] < targets.offsets()[p + 1]);
    }

    /** Positions × v, all of them. */
    double terms() {
        return (double) targets.positions() * slots;
    }

    int count() {
        return positions.length;
    }

    int rowsPerBlock() {
        return rowsPerBlock;
    }

    int tiles() {
        return (slots + slotsPerTile - 1) / slotsPerTile;
    }

    Tile tile(int number) {
        int first = number * slotsPerTile;
        return new Tile(number, first, Math.min(slotsPerTile, slots - first));
    }

    /** Some slots in a row. */
    record Tile(int number, int first, int slots) {
        /** The tile's part of a matrix [v, h]: [slots, h] */
        Tensor of(Tensor head) {
            return head.narrow(0, first, slots);
        }
    }

    /** A gradient of the positions that count, all 0: [count, h] */
    Tensor noGradient() {
        return Tensors.zeroFloats(count(), hidden.size(1));
    }

    /** [count, h] → [positions, h] in the hidden states' precision, 0 where a position does not count */
    Tensor scattered(Tensor gradient) {
        return Tensors.as(hidden, index == null ? gradient
                : Tensors.zeroFloats(hidden.size(0), hidden.size(1)).index_copy_(0, index, gradient));
    }

    Block block(int from) {
        return new Block(from, Math.min(rowsPerBlock, count() - from));
    }

    /** Some rows in a row, whose targets are sorted by tiles of slots. */
    final class Block {
        private final int from;
        private final int size;
        private final int[] tileStart; // tile t has the targets tileStart[t] … tileStart[t + 1] - 1
        private final int[] targetAt; // index into the tile's logits
        private final float[] targetWeight;
        private final boolean[] edge;

        private Block(int from, int size) {
            this.from = from;
            this.size = size;
            tileStart = new int[tiles() + 1];
            for (int r = from; r < from + size; r++) {
                for (int i = targets.offsets()[positions[r]]; i < targets.offsets()[positions[r] + 1]; i++) {
                    tileStart[targets.slots()[i] / slotsPerTile + 1]++;
                }
            }
            Arrays.parallelPrefix(tileStart, Integer::sum);
            int[] next = tileStart.clone();
            targetAt = new int[tileStart[tiles()]];
            targetWeight = new float[targetAt.length];
            edge = new boolean[targetAt.length];
            boolean hasEdges = targets.edges().length > 0;
            for (int r = 0; r < size; r++) {
                int p = positions[from + r];
                for (int i = targets.offsets()[p]; i < targets.offsets()[p + 1]; i++) {
                    int tile = targets.slots()[i] / slotsPerTile;
                    int at = next[tile]++;
                    targetAt[at] = r * tile(tile).slots() + targets.slots()[i] - tile * slotsPerTile;
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

        /** Where the targets stand in the flat logits of a tile: [targets] */
        Tensor targets(int tile) {
            return Tensors.ofInts(targetAt, tileStart[tile], tileStart[tile + 1]);
        }

        /** The weight of each target's position: [targets] */
        Tensor targetWeights(int tile) {
            float[] values = Arrays.copyOfRange(targetWeight, tileStart[tile], tileStart[tile + 1]);
            return Tensors.ofFloats(values, values.length);
        }

        /** What each target weighs as a positive: [targets] */
        Tensor positives(int tile, double positiveWeight, double edgeWeight) {
            float[] values = new float[tileStart[tile + 1] - tileStart[tile]];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (edge[tileStart[tile] + i] ? edgeWeight * positiveWeight : positiveWeight);
            }
            return Tensors.ofFloats(values, values.length);
        }
    }
}
