package tfree.dictionary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
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
 * <p>Not thread-safe: a scorer owns its buffers. Make one for each thread; that is cheap, since the patterns belong to
 * the dictionary. Returned arrays are the caller's.
 */
public final class DictionaryScorer {
    /** How many words take part in the refinement steps after the first. */
    static final int CANDIDATES = 1000;

    private final Dictionary dictionary;
    private final int vocabSize;
    private final ContrastRule contrast;
    private final LikelihoodRule likelihood;
    private final Scoring scoring;

    /** A scorer of these words by this rule. */
    public DictionaryScorer(Dictionary dictionary, Scoring scoring) {
        this.dictionary = dictionary;
        this.scoring = scoring;
        this.vocabSize = dictionary.table().config().vocabSize();
        this.contrast = new ContrastRule(dictionary, scoring.edgeWeight());
        this.likelihood = new LikelihoodRule(dictionary, scoring.posWeight(), scoring.refinementSteps());
    }

    /** The words that are scored. */
    public Dictionary dictionary() {
        return dictionary;
    }

    /**
     * The score of every word, before the softmax.
     *
     * @param logits [v]
     * @return [words]
     * @throws IllegalArgumentException when there are not v logits, or one of them is not a number
     */
    public double[] scores(float[] logits) {
        if (logits.length != vocabSize) {
            throw new IllegalArgumentException(
                    "expected a logit for each of " + vocabSize + " slots but was " + logits.length);
        }
        for (int slot = 0; slot < logits.length; slot++) {
            if (Float.isNaN(logits[slot])) {
                throw new IllegalArgumentException("expected numbers as logits but was NaN at slot " + slot);
            }
        }
        double[] scores = new double[dictionary.size()];
        switch (scoring.rule()) {
            case CONTRAST -> contrast.score(logits, scores);
            case LIKELIHOOD -> likelihood.score(logits, scores);
        }
        return scores;
    }

    /** The natural logarithm of every word's probability: [v] logits → [words]. */
    public double[] logProbs(float[] logits) {
        double[] logProbs = scores(logits);
        double normaliser = logSumExp(logProbs);
        for (int w = 0; w < logProbs.length; w++) {
            logProbs[w] -= normaliser;
        }
        return logProbs;
    }

    /** The n best words, best first, ties in the dictionary's order. */
    public List<ScoredWord> top(float[] logits, int n) {
        return top(logits, n, w -> true);
    }

    /** The n best of the words whose index is allowed; their probabilities are those among all words. */
    public List<ScoredWord> top(float[] logits, int n, IntPredicate allowed) {
        double[] scores = scores(logits);
        double normaliser = logSumExp(scores);
        Comparator<Integer> worstFirst = Comparator.comparingDouble((Integer w) -> scores[w])
                .thenComparing(Comparator.reverseOrder());
        PriorityQueue<Integer> best = new PriorityQueue<>(worstFirst);
        for (int w = 0; w < scores.length && n > 0; w++) {
            if ((best.size() < n || scores[w] > scores[best.element()]) && allowed.test(w)) {
                if (best.size() == n) {
                    best.remove();
                }
                best.add(w);
            }
        }
        List<ScoredWord> top = new ArrayList<>(best.size());
        while (!best.isEmpty()) {
            int w = best.remove();
            top.add(new ScoredWord(dictionary.word(w), w, scores[w], scores[w] - normaliser));
        }
        return top.reversed();
    }

    private static double logSumExp(double[] scores) {
        double max = Arrays.stream(scores).max().orElse(0);
        double sum = 0;
        for (double score : scores) {
            sum += Math.exp(score - max);
        }
        return max + Math.log(sum);
    }
}
