package tfree.dictionary;

import java.nio.charset.StandardCharsets;
import tfree.text.SpecialWords;

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
     * Estimates the share of unknown words from the training text. Each of its words is judged as if it had not been
     * seen there: unknown are the words that the dictionary lacks, and those that one sight less would have kept out of
     * it, which is those seen once, or up to as often as a word that a cut by count left out.
     */
    public static EscapeRule estimate(WordCounts training, Dictionary dictionary) {
        long[] leastInside = {Long.MAX_VALUE};
        long[] mostOutside = {0};
        training.forEach((word, count) -> {
            if (dictionary.indexOf(word) < 0) {
                mostOutside[0] = Math.max(mostOutside[0], count);
            } else if (mayFallOut(word, count)) {
                leastInside[0] = Math.min(leastInside[0], count);
            }
        });
        long border = Math.max(1, Math.min(leastInside[0], mostOutside[0]));
        long[] unknown = {0};
        training.forEach((word, count) -> {
            if (dictionary.indexOf(word) < 0 || (count <= border && mayFallOut(word, count))) {
                unknown[0] += count;
            }
        });
        return new EscapeRule((unknown[0] + 0.5) / (training.total() + 1.0));
    }

    private static boolean mayFallOut(String word, long count) {
        return count > 0 && !SpecialWords.ALWAYS_KNOWN.contains(word);
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
