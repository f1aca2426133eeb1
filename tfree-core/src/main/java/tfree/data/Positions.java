package tfree.data;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tfree.trigram.ActivationPattern;
import tfree.trigram.EncodedText;

/**
 * The positions of a sample while it is filled: references to the words' patterns. Only when all are known are their
 * slots copied, into arrays of the exact length. Reused from sample to sample.
 */
final class Positions {
    private final @Nullable ActivationPattern[] inputs; // [capacity], null for padding
    private final @Nullable ActivationPattern[] targets; // [capacity], null for padding
    private final @Nullable String[] targetWords;
    private final boolean[] endsText;
    private final float[] weights;
    private final int[] ids;
    private int size;
    private int filled;

    Positions(int capacity) {
        inputs = new ActivationPattern[capacity];
        targets = new ActivationPattern[capacity];
        targetWords = new String[capacity];
        endsText = new boolean[capacity];
        weights = new float[capacity];
        ids = new int[capacity];
    }

    void clear() {
        size = 0;
        filled = 0;
    }

    boolean isFull() {
        return size == inputs.length;
    }

    int size() {
        return size;
    }

    /** As many of the text's positions as there is room for. */
    void add(EncodedText text, boolean resetIds) {
        int firstId = resetIds ? 0 : size;
        int count = Math.min(text.size() - 1, inputs.length - size);
        for (int i = 0; i < count; i++) {
            add(text.pattern(i), text, i + 1, 1, firstId + i);
        }
    }

    /** As many positions of all these as there is room for; a position has the weight of the piece of its target. */
    void add(List<EncodedText> pieces, List<TextPiece> weighted) {
        ActivationPattern input = null;
        for (int piece = 0; piece < pieces.size(); piece++) {
            EncodedText text = pieces.get(piece);
            for (int i = 0; i < text.size() && !isFull(); i++) {
                if (input != null) {
                    add(input, text, i, weighted.get(piece).weight(), size);
                }
                input = text.pattern(i);
            }
        }
    }

    private void add(ActivationPattern input, EncodedText text, int target, float weight, int id) {
        inputs[size] = input;
        targets[size] = text.pattern(target);
        targetWords[size] = text.word(target);
        endsText[size] = text.number(target) == EncodedText.END_OF_TEXT;
        weights[size] = weight;
        ids[size++] = id;
        filled = size;
    }

    /** Pads what is left. The first padded position may have an input: the word that nothing follows. */
    void pad(@Nullable ActivationPattern lastWord) {
        if (isFull()) {
            return;
        }
        Arrays.fill(inputs, size, inputs.length, null);
        Arrays.fill(targets, size, inputs.length, null);
        Arrays.fill(targetWords, size, inputs.length, null);
        Arrays.fill(endsText, size, inputs.length, true);
        Arrays.fill(weights, size, inputs.length, 0);
        inputs[size] = lastWord;
        size = inputs.length;
        Arrays.setAll(ids, p -> p); // padding numbers the whole sample anew
    }

    /** @param resetAttention whether attention starts anew after each end of text */
    PackedSequence toSequence(boolean resetAttention) {
        int[] inputOffsets = new int[size + 1];
        int[] targetOffsets = new int[size + 1];
        int[] trigramCounts = new int[size];
        for (int p = 0; p < size; p++) {
            ActivationPattern input = inputs[p];
            ActivationPattern target = targets[p];
            trigramCounts[p] = input == null ? 0 : input.trigramCount();
            inputOffsets[p + 1] = inputOffsets[p] + (input == null ? 0 : input.slots().length);
            targetOffsets[p + 1] = targetOffsets[p] + (target == null ? 0 : target.targets().length);
        }
        int[] inputSlots = new int[inputOffsets[size]];
        int[] targetSlots = new int[targetOffsets[size]];
        boolean[] targetEdges = new boolean[targetSlots.length];
        for (int p = 0; p < size; p++) {
            ActivationPattern input = inputs[p];
            ActivationPattern target = targets[p];
            if (input != null) {
                System.arraycopy(input.slots(), 0, inputSlots, inputOffsets[p], input.slots().length);
            }
            if (target != null) {
                System.arraycopy(target.targets(), 0, targetSlots, targetOffsets[p], target.targets().length);
                markEdges(target, targetEdges, targetOffsets[p]);
            }
        }
        return new PackedSequence(inputSlots, inputOffsets, trigramCounts, Arrays.copyOf(ids, size),
                documentStarts(resetAttention), targetSlots, targetOffsets, targetEdges,
                Arrays.copyOf(targetWords, size), Arrays.copyOf(endsText, size), Arrays.copyOf(weights, size), filled);
    }

    private static void markEdges(ActivationPattern target, boolean[] edges, int at) {
        int e = 0;
        int[] edge = target.edge(); // ascending and part of the ascending targets
        for (int i = 0; e < edge.length; i++) {
            if (target.targets()[i] == edge[e]) {
                edges[at + i] = true;
                e++;
            }
        }
    }

    private int[] documentStarts(boolean resetAttention) {
        int[] starts = new int[size];
        int count = 0;
        for (int p = 0; p < size; p++) {
            if (p == 0 || (resetAttention && endsText[p - 1])) {
                starts[count++] = p;
            }
        }
        return Arrays.copyOf(starts, count);
    }
}
