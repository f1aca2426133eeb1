package tfree.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tfree.trigram.ActivationPattern;

/**
 * A training sample: up to n positions, each with a word as input and the next word as target, both as slots. Nothing
 * here is n × v: a position has about 70 slots of its v.
 *
 * <p>{@link SequencePacker} fills it, and fills it again: the arrays are kept, so that in the long run nothing is
 * allocated. They may be longer than what is in them; of the slots as many count as the offsets say, of the others as
 * many as there are positions. Read them only. One thread at a time.
 *
 * <p>Positions of padding, if any, are the last ones: they have no target and weight 0, and count as ends of text, so
 * that each attends to itself alone.
 */
public final class PackedSequence {
    private static final int SLOTS_A_POSITION = 64;

    private int[] inputSlots;
    private final int[] inputOffsets; // [n + 1]
    private final int[] trigramCounts;
    private final int[] positionIds;
    private final int[] documentStarts;
    private int[] targetSlots;
    private final int[] targetOffsets; // [n + 1]
    private boolean[] targetEdges;
    private final @Nullable String[] targetWords;
    private final boolean[] endsText;
    private final float[] lossWeights;
    private int documents;
    private int positions;
    private int filled;

    /**
     * A sample without positions yet.
     *
     * @param capacity n, how many it can have
     */
    public PackedSequence(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("expected room for at least 1 position but was " + capacity);
        }
        inputSlots = new int[SLOTS_A_POSITION];
        inputOffsets = new int[capacity + 1];
        trigramCounts = new int[capacity];
        positionIds = new int[capacity];
        documentStarts = new int[capacity];
        targetSlots = new int[SLOTS_A_POSITION];
        targetOffsets = new int[capacity + 1];
        targetEdges = new boolean[SLOTS_A_POSITION];
        targetWords = new @Nullable String[capacity];
        endsText = new boolean[capacity];
        lossWeights = new float[capacity];
    }

    /** How many positions it can have. */
    public int capacity() {
        return positionIds.length;
    }

    /** How many positions it has. */
    public int positions() {
        return positions;
    }

    /** How many positions are not padding. */
    public int filled() {
        return filled;
    }

    /**
     * m slots for each trigram of the word at position p, repeats included:
     * {@code inputSlots[inputOffsets[p]] … inputSlots[inputOffsets[p + 1] - 1]}.
     */
    public int[] inputSlots() {
        return inputSlots;
    }

    /** Where each position's input slots begin, and where the last one's end. */
    public int[] inputOffsets() {
        return inputOffsets;
    }

    /** The trigrams of the word at each position: 1 for a word hashed as a whole, 0 for padding. */
    public int[] trigramCounts() {
        return trigramCounts;
    }

    /** What the rotary embedding turns by. */
    public int[] positionIds() {
        return positionIds;
    }

    /** The {@link #documents} positions at which attention starts anew, rising, the first 0. */
    public int[] documentStarts() {
        return documentStarts;
    }

    /** How many times attention starts anew. */
    public int documents() {
        return documents;
    }

    /** The ascending set of slots of the word to predict, as {@link #inputSlots} by its offsets. */
    public int[] targetSlots() {
        return targetSlots;
    }

    /** Where each position's target slots begin, and where the last one's end. */
    public int[] targetOffsets() {
        return targetOffsets;
    }

    /** For each target slot whether an edge trigram switches it on. */
    public boolean[] targetEdges() {
        return targetEdges;
    }

    /** The word to predict at a position, null for padding. */
    public @Nullable String targetWord(int position) {
        return targetWords[position];
    }

    /** Whether a position's target is the end of a text. */
    public boolean[] endsText() {
        return endsText;
    }

    /** How much each position counts in the loss. */
    public float[] lossWeights() {
        return lossWeights;
    }

    /** Takes the padding away. */
    public void dropPadding() {
        positions = filled;
        while (documents > 0 && documentStarts[documents - 1] >= filled) {
            documents--;
        }
    }

    void clear() {
        positions = 0;
        filled = 0;
        documents = 0;
    }

    boolean isFull() {
        return positions == positionIds.length;
    }

    /**
     * Appends a position.
     *
     * @param endsText whether the target is the end of a text
     */
    void add(ActivationPattern input, ActivationPattern target, String word, boolean endsText, float weight, int id) {
        int p = positions;
        addInput(p, input);
        int[] targets = target.targets();
        int from = targetOffsets[p];
        int to = from + targets.length;
        if (to > targetSlots.length) {
            targetSlots = Arrays.copyOf(targetSlots, Math.max(to, 2 * targetSlots.length));
            targetEdges = Arrays.copyOf(targetEdges, targetSlots.length);
        }
        System.arraycopy(targets, 0, targetSlots, from, targets.length);
        System.arraycopy(target.targetEdges(), 0, targetEdges, from, targets.length);
        targetOffsets[p + 1] = to;
        targetWords[p] = word;
        finish(p, endsText, weight, id);
        filled = positions;
    }

    /**
     * Pads to the capacity and numbers all positions anew.
     *
     * @param lastWord what the first position of padding has as its input, if anything: the word that nothing follows
     */
    void pad(@Nullable ActivationPattern lastWord) {
        if (isFull()) {
            return;
        }
        for (int p = positions; p < capacity(); p++) {
            inputOffsets[p + 1] = inputOffsets[p];
            trigramCounts[p] = 0;
            if (p == filled && lastWord != null) {
                addInput(p, lastWord);
            }
            targetOffsets[p + 1] = targetOffsets[p];
            targetWords[p] = null;
            finish(p, true, 0, p);
        }
        Arrays.setAll(positionIds, p -> p);
    }

    /** Marks where attention starts anew: after each end of text, or nowhere if it is not reset. */
    void startDocuments(boolean resetAttention) {
        for (int p = 0; p < positions; p++) {
            if (p == 0 || (resetAttention && endsText[p - 1])) {
                documentStarts[documents++] = p;
            }
        }
    }

    private void addInput(int p, ActivationPattern input) {
        int[] slots = input.slots();
        int from = inputOffsets[p];
        int to = from + slots.length;
        if (to > inputSlots.length) {
            inputSlots = Arrays.copyOf(inputSlots, Math.max(to, 2 * inputSlots.length));
        }
        System.arraycopy(slots, 0, inputSlots, from, slots.length);
        inputOffsets[p + 1] = to;
        trigramCounts[p] = input.trigramCount();
    }

    private void finish(int p, boolean endsText, float weight, int id) {
        this.endsText[p] = endsText;
        lossWeights[p] = weight;
        positionIds[p] = id;
        positions = p + 1;
    }
}
