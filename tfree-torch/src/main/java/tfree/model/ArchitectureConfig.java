package tfree.model;

import java.util.Locale;

/**
 * The shape of a transformer: the section {@code architecture} of a run's configuration. The components carry the
 * section's field names in camel case, the constants its values in upper case.
 *
 * <p>
 * A small model as the demo trains it: v = 8000, h = 256, 4 layers of 8 heads (head width 32), SwiGLU with an inner
 * width of {@code (int) (256 · 2.66796875) = 683}.
 *
 * @param useFlash kept for the files' sake: attention always runs fused, with the same result
 * @param embeddingNormalization whether a word's vector is divided by its number of trigrams
 * @param embeddingAggregation how the m slot rows of a trigram become one vector; trigrams are always summed
 * @param norm the norm before attention, before the feed-forward part and at the end
 * @param mlpType the feed-forward part
 * @param init how matrices are initialised
 * @param biasTerms whether the layers' linear maps have a bias; the head never has
 * @param vocabSize v, rows of the embedding and of the head: the slots
 * @param hiddenSize h, width of the residual stream
 * @param numLayers L
 * @param numAttentionHeads A; the head width h/A is even, since rotary embedding turns pairs
 * @param rotaryEmbeddingBase base of the rotary embedding's wave lengths
 * @param sequenceLength the largest number of positions (words) of a sequence
 * @param mlpFactor inner width of the feed-forward part over h
 * @param precision of the parameters and activations
 * @param layernormEpsilon ε under the root of both norms
 * @param initStdGlobalGain gain of {@link Init#NORMAL}: std = gain/√h
 */
public record ArchitectureConfig(boolean useFlash, boolean embeddingNormalization, Aggregation embeddingAggregation,
        Norm norm, MlpType mlpType, Init init, boolean biasTerms, int vocabSize, int hiddenSize, int numLayers,
        int numAttentionHeads, int rotaryEmbeddingBase, int sequenceLength, double mlpFactor, Precision precision,
        double layernormEpsilon, double initStdGlobalGain) {

    /** More than any model has: a damaged file shall not ask for a list of as many parameters as it likes. */
    private static final int MOST_LAYERS = 10_000;

    /** How a trigram's m slot rows become one vector. */
    public enum Aggregation {
        SUM, MEAN
    }

    /** RMSNorm, or LayerNorm with weight and bias. */
    public enum Norm {
        RMS, LAYER
    }

    /**
     * {@code SWIGLU}: dense_out(silu(dense_in(x)) · swiglu(x)). {@code SIMPLE_GELU}: dense_out(gelu(dense_in(x))), the
     * exact GELU.
     */
    public enum MlpType {
        SWIGLU, SIMPLE_GELU
    }

    /** {@code XAVIER}: Glorot normal. {@code PYTHIA}: √(2/(5h)) and 2/L/√h on the outputs. {@code NORMAL}: gain/√h. */
    public enum Init {
        XAVIER, PYTHIA, NORMAL
    }

    /** Of parameters and activations. */
    public enum Precision {
        FLOAT32, BFLOAT16, FLOAT16
    }

    /** @throws IllegalArgumentException naming the field, what was expected and what it was */
    public ArchitectureConfig {
        atLeastOne("vocab_size", vocabSize);
        atLeastOne("hidden_size", hiddenSize);
        atLeastOne("num_layers", numLayers);
        require(numLayers <= MOST_LAYERS, "num_layers", "at most " + MOST_LAYERS, numLayers);
        atLeastOne("num_attention_heads", numAttentionHeads);
        atLeastOne("sequence_length", sequenceLength);
        require(rotaryEmbeddingBase > 1, "rotary_embedding_base", "a base above 1", rotaryEmbeddingBase);
        require(hiddenSize % numAttentionHeads == 0, "hidden_size",
                "a multiple of num_attention_heads (" + numAttentionHeads + ")", hiddenSize);
        require(hiddenSize / numAttentionHeads % 2 == 0, "hidden_size",
                "an even width per attention head, since rotary embedding turns pairs,", hiddenSize + " over "
                        + numAttentionHeads + " heads = " + hiddenSize / numAttentionHeads);
        require(mlpFactor > 0 && hiddenSize * mlpFactor >= 1 && hiddenSize * mlpFactor < Integer.MAX_VALUE,
                "mlp_factor", "a factor that gives an inner width of at least 1", mlpFactor);
        require(layernormEpsilon > 0 && Double.isFinite(layernormEpsilon), "layernorm_epsilon", "a positive number",
                layernormEpsilon);
        require(initStdGlobalGain > 0 && Double.isFinite(initStdGlobalGain), "init_std_global_gain",
                "a positive number", initStdGlobalGain);
    }

    /** Width of one attention head, h/A. */
    public int headWidth() {
        return hiddenSize / numAttentionHeads;
    }

    /** Inner width of the feed-forward part: {@code (int) (h · mlpFactor)}. */
    public int mlpWidth() {
        return (int) (hiddenSize * mlpFactor);
    }

    /** The same shape in another precision. */
    public ArchitectureConfig withPrecision(Precision other) {
        return new ArchitectureConfig(useFlash, embeddingNormalization, embeddingAggregation, norm, mlpType, init,
                biasTerms, vocabSize, hiddenSize, numLayers, numAttentionHeads, rotaryEmbeddingBase, sequenceLength,
                mlpFactor, other, layernormEpsilon, initStdGlobalGain);
    }

    private static void atLeastOne(String field, int value) {
        require(value >= 1, field, "at least 1", value);
    }

    private static void require(boolean holds, String field, String expected, Object actual) {
        if (!holds) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "architecture.%s: expected %s but was %s", field, expected, actual));
        }
    }
}
