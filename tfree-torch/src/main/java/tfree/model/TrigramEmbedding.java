package tfree.model;

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
        Tensor sums = torch.embedding_bag(weight, slots, offsets, false, SUM, false, NO_WEIGHTS, false).get0();
        boolean plainSum = config.embeddingAggregation() == Aggregation.SUM && !config.embeddingNormalization();
        return plainSum ? sums : sums.mul(Tensors.ofFloats(scales(input), input.positions(), 1));
    }

    private float[] scales(ModelInput input) {
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
