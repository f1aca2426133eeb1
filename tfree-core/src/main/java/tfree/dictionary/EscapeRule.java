package tfree.dictionary;

import java.nio.charset.StandardCharsets;

/**
 * What a word costs in bits, so that texts with words outside the dictionary can be measured too: first it is said
 * whether the word is known; a known word then costs its probability among the known ones, an unknown one 8 bits a byte.
 *
 * <p>{@code bits(known) = −log₂((1 − escape)·p(word))}, {@code bits(unknown) = −log₂ escape + 8·bytes}.
 *
 * @param escapeProbability how probable an unknown word is, 0 &lt; p &lt; 1
 */
public record EscapeRule(double escapeProbability) {

    /** @throws IllegalArgumentException unless the probability lies between 0 and 1 */
    public EscapeRule {
        if (!(escapeProbability > 0 && escapeProbability < 1)) {
            throw new IllegalArgumentException(
                    "expected an escape probability between 0 and 1 but was " + escapeProbability);
        }
    }

    /**
     * Estimates the share of unknown words from the training text, each of its words judged as if it had not been seen
     * there: unknown are the words that the dictionary lacks, and those that were seen just this once.
     */
    public static EscapeRule estimate(WordCounts training, Dictionary dictionary) {
        long[] unknown = new long[1];
        training.forEach((word, count) -> {
            if (count == 1 || dictionary.indexOf(word) < 0) {
                unknown[0] += count;
            }
        });
        return new EscapeRule((unknown[0] + 0.5) / (training.total() + 1.0));
    }

    /** The bits of a word in the dictionary, from the natural logarithm of its probability there. */
    public double knownBits(double logProb) {
        return -(Math.log1p(-escapeProbability) + logProb) / Math.log(2);
    }

    /** The bits of a word outside the dictionary. */
    public double unknownBits(String word) {
        return -Math.log(escapeProbability) / Math.log(2) + 8.0 * word.getBytes(StandardCharsets.UTF_8).length;
    }
}
