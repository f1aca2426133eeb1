package tfree.model;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import tfree.model.ArchitectureConfig.Aggregation;
import tfree.model.ArchitectureConfig.Init;
import tfree.model.ArchitectureConfig.MlpType;
import tfree.model.ArchitectureConfig.Norm;
import tfree.model.ArchitectureConfig.Precision;

/** Made-up words for a small model: 1 to 6 trigrams of 4 slots each. */
final class RandomText {
    static final int SLOTS = 97;
    private static final int PER_TRIGRAM = 4;

    private RandomText() {}

    static ArchitectureConfig config(Init init, MlpType mlp, Norm norm, boolean bias) {
        return new ArchitectureConfig(true, true, Aggregation.MEAN, norm, mlp, init, bias, SLOTS, 16, 3, 2, 10000, 600,
                2.5, Precision.FLOAT32, 1e-5, 1);
    }

    static ArchitectureConfig config() {
        return config(Init.XAVIER, MlpType.SWIGLU, Norm.RMS, false);
    }

    /** Documents of these lengths one after the other, each from position 0. */
    static ModelInput documents(long seed, int... lengths) {
        Random random = new Random(seed);
        int positions = 0;
        int[] starts = new int[lengths.length];
        for (int d = 0; d < lengths.length; d++) {
            starts[d] = positions;
            positions += lengths[d];
        }
        int[] counts = random.ints(positions, 1, 7).toArray();
        int[] offsets = new int[positions + 1];
        int[] ids = new int[positions];
        for (int p = 0, d = 0; p < positions; p++) {
            d = d + 1 < starts.length && starts[d + 1] == p ? d + 1 : d;
            offsets[p + 1] = offsets[p] + PER_TRIGRAM * counts[p];
            ids[p] = p - starts[d];
        }
        int[] slots = random.ints(offsets[positions], 0, SLOTS).toArray();
        return new ModelInput(slots, offsets, counts, ids, starts);
    }

    /** Positions {@code [from, to)} as one document, at the position ids that they have. */
    static ModelInput cut(ModelInput input, int from, int to) {
        int first = input.offsets()[from];
        int[] offsets = new int[to - from + 1];
        for (int p = from; p <= to; p++) {
            offsets[p - from] = input.offsets()[p] - first;
        }
        return ModelInput.document(Arrays.copyOfRange(input.slots(), first, input.offsets()[to]), offsets,
                Arrays.copyOfRange(input.trigramCounts(), from, to), input.positionIds()[from]);
    }

    /** The documents as one input, at the position ids that they have. */
    static ModelInput together(List<ModelInput> documents) {
        int[] slots = documents.stream().flatMapToInt(each -> IntStream.of(each.slots())).toArray();
        int[] counts = documents.stream().flatMapToInt(each -> IntStream.of(each.trigramCounts())).toArray();
        int[] ids = documents.stream().flatMapToInt(each -> IntStream.of(each.positionIds())).toArray();
        int[] offsets = new int[ids.length + 1];
        Arrays.setAll(offsets, p -> p == 0 ? 0 : PER_TRIGRAM * counts[p - 1]);
        Arrays.parallelPrefix(offsets, Integer::sum);
        int[] starts = new int[documents.size()];
        for (int d = 1; d < starts.length; d++) {
            starts[d] = starts[d - 1] + documents.get(d - 1).positions();
        }
        return new ModelInput(slots, offsets, counts, ids, starts);
    }
}
