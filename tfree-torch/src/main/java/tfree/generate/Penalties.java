package tfree.generate;

import java.util.Map;

/**
 * What changes a word's score before anything is chosen, in this order:
 *
 * <ol>
 * <li>{@code bias}: is added;
 * <li>{@code repetition}: of a word of the prompt or of the answer so far, a positive score is divided by it, a negative
 * one multiplied (CTRL, arXiv 1909.05858);
 * <li>{@code frequency}: is subtracted for each time that the word stands in the answer so far;
 * <li>{@code presence}: is subtracted once if it stands there.
 * </ol>
 *
 * <p>A score is what the scoring rule gives before the softmax: under {@code likelihood} the logarithm of a probability,
 * so that a frequency of 0.5 makes a word {@code e^0.5} times less probable each time; under {@code contrast} a number
 * from about −1 to 1.
 *
 * @param bias by word; −∞ forbids one. Words that the dictionary lacks are ignored.
 */
public record Penalties(double repetition, double presence, double frequency, Map<String, Double> bias) {
    /** Nothing changes a score. */
    public static final Penalties NONE = new Penalties(1, 0, 0, Map.of());

    /** @throws IllegalArgumentException naming the parameter, what was expected and what it was */
    public Penalties {
        Sampling.require(repetition > 0 && Double.isFinite(repetition), "repetition_penalty", "a number above 0",
                repetition);
        Sampling.require(Double.isFinite(presence), "presence_penalty", "a number", presence);
        Sampling.require(Double.isFinite(frequency), "frequency_penalty", "a number", frequency);
        bias.forEach((word, value) -> Sampling.require(value < Double.POSITIVE_INFINITY, "logit_bias",
                "a number for " + word, value));
        bias = Map.copyOf(bias);
    }

    /** The score of a word after all of them. */
    double of(double score, double bias, boolean inPrompt, int timesInAnswer) {
        double changed = score + bias;
        if (inPrompt || timesInAnswer > 0) {
            changed = changed > 0 ? changed / repetition : changed * repetition;
        }
        return changed - frequency * timesInAnswer - (timesInAnswer > 0 ? presence : 0);
    }
}
