package tfree.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import tfree.data.PackedSequence;
import tfree.model.ModelInput;

/**
 * What one forward and backward pass reads: the words of some samples, one sample behind the other without a dimension
 * of its own, and what follows each word.
 */
public record Batch(ModelInput input, SlotTargets targets) {

    /** @throws IllegalArgumentException if input and targets have different numbers of positions */
    public Batch {
        if (input.positions() != targets.positions()) {
            throw new IllegalArgumentException(
                    "expected targets of " + input.positions() + " positions but was " + targets.positions());
        }
    }

    /** The samples one behind the other; each starts a document. */
    public static Batch of(List<PackedSequence> samples) {
        ModelInput input = new ModelInput(joined(samples, PackedSequence::inputSlots),
                joinedOffsets(samples, PackedSequence::inputOffsets), joined(samples, PackedSequence::trigramCounts),
                joined(samples, PackedSequence::positionIds), joinedStarts(samples));
        int targetSlots = samples.stream().mapToInt(s -> s.targetSlots().length).sum();
        boolean[] edges = new boolean[targetSlots];
        float[] weights = new float[input.positions()];
        int slot = 0;
        int position = 0;
        for (PackedSequence sample : samples) {
            System.arraycopy(sample.targetEdges(), 0, edges, slot, sample.targetEdges().length);
            System.arraycopy(sample.lossWeights(), 0, weights, position, sample.positions());
            slot += sample.targetEdges().length;
            position += sample.positions();
        }
        return new Batch(input, new SlotTargets(joined(samples, PackedSequence::targetSlots),
                joinedOffsets(samples, PackedSequence::targetOffsets), edges, weights));
    }

    /** P. */
    public int positions() {
        return input.positions();
    }

    /**
     * Cuts the batch at document starts into at most this many parts of about the same size, in order. A batch of a
     * single document stays whole.
     */
    public List<Batch> shares(int count) {
        List<Batch> shares = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= count; i++) {
            int to = i == count ? positions() : documentStartNear((int) ((long) positions() * i / count));
            if (to > from) {
                shares.add(cut(from, to));
                from = to;
            }
        }
        return shares;
    }

    private int documentStartNear(int position) {
        int[] starts = input.documentStarts();
        int found = Arrays.binarySearch(starts, position);
        if (found >= 0) {
            return position;
        }
        int above = ~found < starts.length ? starts[~found] : positions();
        int below = starts[~found - 1];
        return position - below <= above - position ? below : above;
    }

    /** Positions {@code [from, to)}, where from starts a document. */
    private Batch cut(int from, int to) {
        int[] starts = Arrays.stream(input.documentStarts()).filter(s -> s >= from && s < to).map(s -> s - from)
                .toArray();
        ModelInput in = new ModelInput(cut(input.slots(), input.offsets(), from, to), cut(input.offsets(), from, to),
                Arrays.copyOfRange(input.trigramCounts(), from, to), Arrays.copyOfRange(input.positionIds(), from, to),
                starts);
        boolean[] edges = targets.edges().length == 0 ? targets.edges()
                : Arrays.copyOfRange(targets.edges(), targets.offsets()[from], targets.offsets()[to]);
        return new Batch(in, new SlotTargets(cut(targets.slots(), targets.offsets(), from, to),
                cut(targets.offsets(), from, to), edges, Arrays.copyOfRange(targets.weights(), from, to)));
    }

    private static int[] cut(int[] slots, int[] offsets, int from, int to) {
        return Arrays.copyOfRange(slots, offsets[from], offsets[to]);
    }

    private static int[] cut(int[] offsets, int from, int to) {
        return Arrays.stream(offsets, from, to + 1).map(o -> o - offsets[from]).toArray();
    }

    private static int[] joined(List<PackedSequence> samples, Function<PackedSequence, int[]> part) {
        return samples.stream().map(part).flatMapToInt(Arrays::stream).toArray();
    }

    private static int[] joinedOffsets(List<PackedSequence> samples, Function<PackedSequence, int[]> part) {
        int[] offsets = new int[samples.stream().mapToInt(PackedSequence::positions).sum() + 1];
        int position = 0;
        int slot = 0;
        for (PackedSequence sample : samples) {
            int[] own = part.apply(sample);
            for (int p = 1; p <= sample.positions(); p++) {
                offsets[position + p] = slot + own[p];
            }
            position += sample.positions();
            slot += own[sample.positions()];
        }
        return offsets;
    }

    private static int[] joinedStarts(List<PackedSequence> samples) {
        int[] starts = new int[samples.stream().mapToInt(s -> s.documentStarts().length).sum()];
        int count = 0;
        int position = 0;
        for (PackedSequence sample : samples) {
            for (int start : sample.documentStarts()) {
                starts[count++] = position + start;
            }
            position += sample.positions();
        }
        return starts;
    }
}
