package tfree.dictionary;

import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** A {@link ScoringRule} at work on one dictionary, with the buffers that it needs: of the last row of logits. */
sealed interface SlotScores permits ContrastScores, LikelihoodScores {
    /** Scores all words: [v] logits. */
    void score(float[] logits);

    /** The places of the n best allowed words, if they can be found without scoring all: else null. */
    int @Nullable [] best(float[] logits, int n, IntPredicate allowed);

    /** A number for each word of the block that rises with its score, as exact as a float. */
    WordKeys keys(int block);

    /** How far off the keys of words of n trigrams may be. */
    float slack(int block, int trigrams);

    /** The exact score of the word at a position: what decides the order of the best. */
    double exact(int block, int position);

    /** Writes the scores that the block's keys stand for, less a number, in the order of the dictionary. */
    void copy(int block, double less, double[] all);

    /** The logarithm of the sum over all words of e^score. */
    double logNormaliser();
}
