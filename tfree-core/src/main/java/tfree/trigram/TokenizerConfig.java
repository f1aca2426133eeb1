package tfree.trigram;

import tfree.text.SplitMode;

/**
 * How text becomes slots. Two models speak the same code exactly when these six values agree.
 *
 * @param vocabSize        v: the number of slots, rows of the embedding and of the head
 * @param vocabPopulation  m: slots that a trigram switches on
 * @param lowercaseOverlap k: how many of the m a trigram of letters shares with its lower-cased form, 0 ≤ k ≤ m
 * @param lowercase        whether the text is lower-cased before it is split
 * @param entireWords      whether every word is hashed as a whole instead of by its trigrams
 * @param splitMode        what counts as a word
 */
public record TokenizerConfig(int vocabSize, int vocabPopulation, int lowercaseOverlap, boolean lowercase,
        boolean entireWords, SplitMode splitMode) {

    /** @throws IllegalArgumentException when the numbers do not fit each other */
    public TokenizerConfig {
        if (vocabSize < 1) {
            throw new IllegalArgumentException("expected a vocab size of at least 1 but was " + vocabSize);
        }
        if (vocabPopulation < 1 || vocabPopulation > vocabSize) {
            throw new IllegalArgumentException(
                    "expected a vocab population from 1 to the vocab size " + vocabSize + " but was "
                            + vocabPopulation);
        }
        if (lowercaseOverlap < 0 || lowercaseOverlap > vocabPopulation) {
            throw new IllegalArgumentException("expected a lowercase overlap from 0 to the vocab population "
                    + vocabPopulation + " but was " + lowercaseOverlap);
        }
    }

    /** Case kept, words hashed by their trigrams, split as the published models were: {@code of(32_000, 10, 2)}. */
    public static TokenizerConfig of(int vocabSize, int vocabPopulation, int lowercaseOverlap) {
        return new TokenizerConfig(vocabSize, vocabPopulation, lowercaseOverlap, false, false, SplitMode.REFERENCE);
    }
}
