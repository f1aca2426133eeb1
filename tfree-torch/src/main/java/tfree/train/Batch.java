package tfree.train;

import java.util.List;
import tfree.data.PackedSequence;
import tfree.model.ModelInput;

/**
 * Samples side by side, as the model and the loss read them: the positions of all samples one after the other, a new
 * document wherever a sample begins.
 *
 * @param input   P positions
 * @param targets for the same P positions
 * @param words   how many positions are not padding
 */
public record Batch(ModelInput input, SlotTargets targets, int words) {

    /** Joins samples, of any lengths. */
    public static Batch of(List<PackedSequence> samples) {
        int positions = samples.stream().mapToInt(PackedSequence::positions).sum();
        int[] positionIds = new int[positions];
        int[] trigramCounts = new int[positions];
        float[] weights = new float[positions];
        int[] starts = new int[samples.stream().mapToInt(s -> s.documentStarts().length).sum()];
        Ragged inputs = new Ragged(positions, samples.stream().mapToInt(s -> s.inputSlots().length).sum());
        Ragged targets = new Ragged(positions, samples.stream().mapToInt(s -> s.targetSlots().length).sum());
        boolean[] edges = new boolean[targets.values.length];
        int at = 0;
        int start = 0;
        for (PackedSequence sample : samples) {
            int n = sample.positions();
            System.arraycopy(sample.targetEdges(), 0, edges, targets.offsets[at], sample.targetSlots().length);
            inputs.append(at, sample.inputSlots(), sample.inputOffsets());
            targets.append(at, sample.targetSlots(), sample.targetOffsets());
            System.arraycopy(sample.positionIds(), 0, positionIds, at, n);
            System.arraycopy(sample.trigramCounts(), 0, trigramCounts, at, n);
            System.arraycopy(sample.lossWeights(), 0, weights, at, n);
            for (int documentStart : sample.documentStarts()) {
                starts[start++] = at + documentStart;
            }
            at += n;
        }
        return new Batch(new ModelInput(inputs.values, inputs.offsets, trigramCounts, positionIds, starts),
                new SlotTargets(targets.values, targets.offsets, edges, weights),
                samples.stream().mapToInt(PackedSequence::filled).sum());
    }

    /** Lists of slots, one a position: the values of all, and where each begins. */
    private static final class Ragged {
        private final int[] values;
        private final int[] offsets; // [positions + 1]

        Ragged(int positions, int size) {
            values = new int[size];
            offsets = new int[positions + 1];
        }

        void append(int position, int[] moreValues, int[] moreOffsets) {
            int base = offsets[position];
            System.arraycopy(moreValues, 0, values, base, moreValues.length);
            for (int p = 1; p < moreOffsets.length; p++) {
                offsets[position + p] = base + moreOffsets[p];
            }
        }
    }
}
