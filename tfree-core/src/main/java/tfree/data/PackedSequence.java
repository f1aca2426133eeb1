package tfree.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tfree.trigram.EncodedText;

/**
 * A training sample: n positions, each with a word as input and the next word as target, both as slots. Nothing here
 * is n × v: a position has about 70 slots of its v.
 *
 * <p>Positions of padding, if any, are the last ones: they have no target and weight 0, and count as ends of text, so
 * that each attends to itself alone. The arrays belong to the sample: read them only.
 *
 * @param inputSlots     m slots for each trigram of the word at position p, repeats included, are
 *                       {@code inputSlots[inputOffsets[p]] … inputSlots[inputOffsets[p + 1] - 1]}
 * @param inputOffsets   [n + 1]
 * @param trigramCounts  [n], 1 for a word hashed as a whole, 0 for padding
 * @param positionIds    [n] what the rotary embedding turns by
 * @param documentStarts the positions at which attention starts anew, rising, the first 0; empty if n is 0
 * @param targetSlots    the ascending set of slots of the word to predict, as {@code inputSlots} by its offsets
 * @param targetOffsets  [n + 1]
 * @param targetEdges    for each target slot whether an edge trigram switches it on
 * @param targetWords    [n] the words to predict, null for padding
 * @param endsText       [n] whether the target is the end of a text
 * @param lossWeights    [n]
 * @param filled         how many positions are not padding
 */
public record PackedSequence(int[] inputSlots, int[] inputOffsets, int[] trigramCounts, int[] positionIds,
        int[] documentStarts, int[] targetSlots, int[] targetOffsets, boolean[] targetEdges,
        @Nullable String[] targetWords, boolean[] endsText, float[] lossWeights, int filled) {

    /** n. */
    public int positions() {
        return positionIds.length;
    }

    /**
     * All positions of one text by itself: {@code text.size() - 1}, or none for a text of fewer than two words. It is
     * neither stripped nor ended here.
     */
    public static PackedSequence of(EncodedText text) {
        Positions positions = new Positions(Math.max(0, text.size() - 1));
        positions.add(text, true);
        return positions.toSequence(true);
    }

    /** The same without its padding. */
    public PackedSequence withoutPadding() {
        if (filled == positions()) {
            return this;
        }
        int starts = Arrays.binarySearch(documentStarts, filled);
        int inputs = inputOffsets[filled];
        int targets = targetOffsets[filled];
        return new PackedSequence(Arrays.copyOf(inputSlots, inputs), Arrays.copyOf(inputOffsets, filled + 1),
                Arrays.copyOf(trigramCounts, filled), Arrays.copyOf(positionIds, filled),
                Arrays.copyOf(documentStarts, starts < 0 ? ~starts : starts), Arrays.copyOf(targetSlots, targets),
                Arrays.copyOf(targetOffsets, filled + 1), Arrays.copyOf(targetEdges, targets),
                Arrays.copyOf(targetWords, filled), Arrays.copyOf(endsText, filled), Arrays.copyOf(lossWeights, filled),
                filled);
    }
}
