package tfree.model;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import tfree.model.ArchitectureConfig.Aggregation;

/**
 * Turns a word into a vector: the sum over its trigrams of the sum, or the mean, of their m slot rows; divided by the
 * number of trigrams if the configuration says so. (T-Free, arXiv 2406.19223, section 3.2.)
 *
 * <p>
 * All these variants are one sum over the word's slots times one number: with t trigrams and n = t·m slots, "mean" is
 * t/n = 1/m and the division is 1/t.
 */
final class TrigramEmbedding {
    private static final int SUM = 0;
    private static final TensorOptional NO_WEIGHTS = Tensors.permanent(new TensorOptional());

    private final ArchitectureConfig config;
    private final Tensor weight; // [slots, h]

    TrigramEmbedding(ArchitectureConfig config, Tensor weight) {
        this.config = config;
        this.weight = weight;
    }

    /** → [positions, h] */
    Tensor apply(ModelInput input) {
        checkSlots(input);
        Tensor slots = Tensors.ofInts(input.slots());
        Tensor offsets = Tensors.ofInts(input.offsets(), 0, input.positions());
        Tensor sums = sums(weight, slots, offsets);
        return isPlainSum() ? sums : Tensors.as(sums, sums.mul(scales(input)));
    }

    /**
     * Adds each position's gradient to the rows of its slots. The sum is turned around: a bag for each slot, of the
     * positions that have it. So rows are written once, in a fixed order.
     */
    void backward(Tensor gradient, ModelInput input, Gradients gradients) {
        int[] starts = new int[config.vocabSize() + 1]; // slot s: positions[starts[s] … starts[s + 1] - 1]
        for (int slot : input.slots()) {
            starts[slot + 1]++;
        }
        Arrays.parallelPrefix(starts, Integer::sum);
        int[] next = Arrays.copyOf(starts, config.vocabSize());
        int[] positions = new int[input.slots().length];
        for (int p = 0; p < input.positions(); p++) {
            for (int i = input.offsets()[p]; i < input.offsets()[p + 1]; i++) {
                positions[next[input.slots()[i]]++] = p;
            }
        }
        Tensor scaled = Tensors.fp32(gradient);
        gradients.add(ParameterSpec.EMBEDDING, sums(isPlainSum() ? scaled : scaled.mul(scales(input)),
                Tensors.ofInts(positions), Tensors.ofInts(starts, 0, config.vocabSize())));
    }

    /** Sums of rows: of {@code rows[ids[offsets[i]]] … rows[ids[offsets[i + 1] - 1]]} each. */
    private static Tensor sums(Tensor rows, Tensor ids, Tensor offsets) {
        return torch.embedding_bag(rows, ids, offsets, false, SUM, false, NO_WEIGHTS, false).get0();
    }

    private boolean isPlainSum() {
        return config.embeddingAggregation() == Aggregation.SUM && !config.embeddingNormalization();
    }

    /** [positions, 1] */
    private Tensor scales(ModelInput input) {
        return Tensors.ofFloats(scaleOfEach(input), input.positions(), 1);
    }

    private float[] scaleOfEach(ModelInput input) {
        float[] scales = new float[input.positions()];
        for (int p = 0; p < scales.length; p++) {
            int slots = input.offsets()[p + 1] - input.offsets()[p];
            double scale = 1;
            if (slots > 0 && config.embeddingAggregation() == Aggregation.MEAN) {
                scale *= (double) input.trigramCounts()[p] / slots;
            }
            if (slots > 0 && config.embeddingNormalization()) {
                scale /= input.trigramCounts()[p];
            }
            scales[p] = (float) scale;
        }
        return scales;
    }

    private void checkSlots(ModelInput input) {
        for (int slot : input.slots()) {
            if (slot < 0 || slot >= config.vocabSize()) {
                throw new IllegalArgumentException("expected slots below the model's vocab_size " + config.vocabSize()
                        + " but was " + slot + "; encode the text with the model's tokenizer configuration");
            }
        }
    }
}
