package tfree.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import tfree.data.PackedSequence;
import tfree.model.ModelInput;

/**
 * What one forward and backward pass reads: the words of some samples, one sample behind the other without a dimension
 * of its own, and what follows each word.
 *
 * @param padding how many positions of padding are left out; nothing depends on them but the loss's mean, which counts
 *                them
 */
public record Batch(ModelInput input, SlotTargets targets, int padding) {

    /** @throws IllegalArgumentException if input and targets have different numbers of positions */
    public Batch {
        if (input.positions() != targets.positions()) {
            throw new IllegalArgumentException(
                    "expected targets of " + input.positions() + " positions but was " + targets.positions());
        }
    }

    /** A batch that leaves nothing out. */
    public Batch(ModelInput input, SlotTargets targets) {
        this(input, targets, 0);
    }

    /**
     * The samples one behind the other, copied, without their padding; each starts a document. A sample that is all
     * padding keeps one position of it.
     */
    public static Batch of(List<PackedSequence> samples) {
        ModelInput input = new ModelInput(joined(samples, PackedSequence::inputSlots, s -> s.inputOffsets()[kept(s)]),
                joinedOffsets(samples, PackedSequence::inputOffsets),
                joined(samples, PackedSequence::trigramCounts, Batch::kept),
                joined(samples, PackedSequence::positionIds, Batch::kept), joinedStarts(samples));
        int[] targetSlots = joined(samples, PackedSequence::targetSlots, s -> s.targetOffsets()[kept(s)]);
        boolean[] edges = new boolean[targetSlots.length];
        float[] weights = new float[input.positions()];
        int slot = 0;
        int position = 0;
        for (PackedSequence sample : samples) {
            int slots = sample.targetOffsets()[kept(sample)];
            System.arraycopy(sample.targetEdges(), 0, edges, slot, slots);
            System.arraycopy(sample.lossWeights(), 0, weights, position, kept(sample));
            slot += slots;
            position += kept(sample);
        }
        SlotTargets targets = new SlotTargets(targetSlots, joinedOffsets(samples, PackedSequence::targetOffsets), edges,
                weights);
        return new Batch(input, targets, samples.stream().mapToInt(s -> s.positions() - kept(s)).sum());
    }

    /** P. */
    public int positions() {
        return input.positions();
    }

    /** The positions that the loss's mean counts. */
    public int lossPositions() {
        return positions() + padding;
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

    /** The sample's positions that a batch takes over. */
    private static int kept(PackedSequence sample) {
        return Math.min(sample.positions(), Math.max(1, sample.filled()));
    }

    private static int[] joined(List<PackedSequence> samples, Function<PackedSequence, int[]> part,
            ToIntFunction<PackedSequence> length) {
        int[] joined = new int[samples.stream().mapToInt(length).sum()];
        int at = 0;
        for (PackedSequence sample : samples) {
            int count = length.applyAsInt(sample);
            System.arraycopy(part.apply(sample), 0, joined, at, count);
            at += count;
        }
        return joined;
    }

    private static int[] joinedOffsets(List<PackedSequence> samples, Function<PackedSequence, int[]> part) {
        int[] offsets = new int[samples.stream().mapToInt(Batch::kept).sum() + 1];
        int position = 0;
        int slot = 0;
        for (PackedSequence sample : samples) {
            int[] own = part.apply(sample);
            for (int p = 1; p <= kept(sample); p++) {
                offsets[++position] = slot + own[p];
            }
            slot = offsets[position];
        }
        return offsets;
    }

    private static int[] joinedStarts(List<PackedSequence> samples) {
        IntStream.Builder starts = IntStream.builder();
        int position = 0;
        for (PackedSequence sample : samples) {
            for (int d = 0; d < sample.documents() && sample.documentStarts()[d] < kept(sample); d++) {
                starts.add(position + sample.documentStarts()[d]);
            }
            position += kept(sample);
        }
        return starts.build().toArray();
    }
}
