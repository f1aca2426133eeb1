package tfree.train;

/**
 * What each position should predict: the slots of the next word as a set, and how much the position counts.
 *
 * <p>
 * The arrays belong to the targets from here on; nobody changes them.
 *
 * @param slots position p's set is {@code slots[offsets[p]] … slots[offsets[p + 1] - 1]}, strictly rising; empty where
 *            the position is padding
 * @param offsets P + 1 entries, the first 0
 * @param edges for each slot whether an edge trigram switches it on; empty if nobody asks (edge weight 1)
 * @param weights each position's loss weight, P entries; 0 for padding
 */
public record SlotTargets(int[] slots, int[] offsets, boolean[] edges, float[] weights) {

    /** @throws IllegalArgumentException if the arrays do not fit each other */
    public SlotTargets {
        int positions = weights.length;
        require(positions > 0, "at least one position", 0);
        require(offsets.length == positions + 1, positions + 1 + " offsets", offsets.length);
        require(offsets[0] == 0 && offsets[positions] == slots.length, "offsets from 0 to " + slots.length,
                offsets[0] + " to " + offsets[positions]);
        require(edges.length == 0 || edges.length == slots.length,
                "an edge flag for each of " + slots.length + " slots",
                edges.length);
        for (int p = 0; p < positions; p++) {
            require(offsets[p] <= offsets[p + 1], "offsets that rise", "a fall behind position " + p);
            require(weights[p] >= 0 && Float.isFinite(weights[p]), "a weight of at least 0 at position " + p,
                    weights[p]);
            for (int i = offsets[p] + 1; i < offsets[p + 1]; i++) {
                require(slots[i - 1] < slots[i], "slots that rise strictly at position " + p,
                        slots[i - 1] + " before " + slots[i]);
            }
        }
    }

    /** P. */
    public int positions() {
        return weights.length;
    }

    private static void require(boolean holds, String expected, Object actual) {
        if (!holds) {
            throw new IllegalArgumentException("expected " + expected + " but was " + actual);
        }
    }
}
