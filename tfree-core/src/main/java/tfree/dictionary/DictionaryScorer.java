package tfree.dictionary;

import java.util.List;
import java.util.function.IntPredicate;

/**
 * A model's activations → scores of a dictionary's words.
 *
 * <p><b>Contrast</b>, for logits x with σ = sigmoid(x), T = Σ σ over all v slots, and a word with n trigrams, inner
 * slots I, edge slots E and edge weight e: {@code S = Σ_I σ + e·Σ_E σ}, {@code score = S/(m·n) + (S − T)/(v − m·n)}.
 *
 * <p><b>Likelihood</b>, with q = sigmoid(x − log posWeight), the probability that a slot is on: start from
 * {@code p(w) ∝ min over w's slots of q}. Every refinement step does
 * {@code p(w) ← p(w) · mean over j∈w of (q_j / Σ_{u∋j} p(u))}: where the words that hold a slot have together more
 * probability than the slot, they give some up, and the other way round. The first step goes over all words; the
 * following ones over the {@value #CANDIDATES} best after it, while the others keep what the first step gave them, in
 * the slots' sums and in the normaliser. So every word keeps a probability above 0, and the cost of ten steps is
 * nearly that of one. (With the exact slot probabilities of a distribution of 9.07 bits over 5000 words, 0 / 1 / 10
 * steps cost 10.06 / 9.49 / 9.28 bits; ten steps over all words 9.25; a tail left at its start 9.52.)
 *
 * <p>Under both rules a word's probability is the softmax of the scores over the whole dictionary; forbidding words
 * does not raise the others' probability here. A row of logits is scored by itself.
 *
 * <p><b>How.</b> Words are taken apart into shared pieces ({@link WordParts}), whose sums are computed once, on all cores
 * where the dictionary is large. Under contrast this is done in floats: a score of {@link WordScores#all} is off by rounding,
 * some 10⁻⁶ for a word of seven trigrams. Which words are best is decided by exact scores, in doubles over the sets of
 * slots as written above.
 *
 * <p>Not thread-safe: a scorer owns its buffers, 4 bytes a word and part under contrast, 50 under likelihood. Make one
 * for each thread; the words and their patterns belong to the dictionary. Returned arrays are the caller's.
 */
public final class DictionaryScorer {
    /** How many words take part in the refinement steps after the first. */
    static final int CANDIDATES = 1000;

    /** Below so many words for each thread, the threads' meeting costs more than it saves. */
    private static final int WORDS_FOR_A_HELPER = 1 << 15;

    private final Dictionary dictionary;
    private final int vocabSize;
    private final SlotScores rule;

    /** A scorer of these words by this rule. */
    public DictionaryScorer(Dictionary dictionary, Scoring scoring) {
        this(dictionary, scoring,
                Math.min(Runtime.getRuntime().availableProcessors() - 1, dictionary.size() / WORDS_FOR_A_HELPER));
    }

    DictionaryScorer(Dictionary dictionary, Scoring scoring, int helpers) {
        this.dictionary = dictionary;
        this.vocabSize = dictionary.table().config().vocabSize();
        this.rule = switch (scoring.rule()) {
            case CONTRAST -> new ContrastScores(dictionary, scoring.edgeWeight(), helpers);
            case LIKELIHOOD -> new LikelihoodScores(dictionary, scoring.posWeight(), scoring.refinementSteps(),
                    helpers);
        };
    }

    /** The words that are scored. */
    public Dictionary dictionary() {
        return dictionary;
    }

    /**
     * Scores every word.
     *
     * @param logits [v]
     * @return the scores, valid until this scorer is asked again
     * @throws IllegalArgumentException when there are not v logits, or one of them is not a number
     */
    public WordScores score(float[] logits) {
        return of(logits).complete();
    }

    /**
     * As {@link #score}, but nothing is scored before it is asked for.
     *
     * @param logits [v], not changed as long as the scores are used
     */
    public WordScores of(float[] logits) {
        check(logits);
        return new WordScores(dictionary, rule, logits);
    }

    /** The places of the n best allowed words, see {@link WordScores#best}. */
    public int[] best(float[] logits, int n, IntPredicate allowed) {
        return of(logits).best(n, allowed);
    }

    private void check(float[] logits) {
        if (logits.length != vocabSize) {
            throw new IllegalArgumentException(
                    "expected a logit for each of " + vocabSize + " slots but was " + logits.length);
        }
        for (int slot = 0; slot < logits.length; slot++) {
            if (Float.isNaN(logits[slot])) {
                throw new IllegalArgumentException("expected numbers as logits but was NaN at slot " + slot);
            }
        }
    }

    /** The score of every word, before the softmax: [v] logits → [words]. */
    public double[] scores(float[] logits) {
        return score(logits).all();
    }

    /** The natural logarithm of every word's probability: [v] logits → [words]. */
    public double[] logProbs(float[] logits) {
        return score(logits).allLogProbs();
    }

    /** The n best words, best first, ties in the dictionary's order. */
    public List<ScoredWord> top(float[] logits, int n) {
        return score(logits).top(n);
    }

    /** The n best of the words whose index is allowed; their probabilities are those among all words. */
    public List<ScoredWord> top(float[] logits, int n, IntPredicate allowed) {
        return score(logits).top(n, allowed);
    }
}
