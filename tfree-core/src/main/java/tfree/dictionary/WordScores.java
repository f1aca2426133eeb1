package tfree.dictionary;

import java.util.List;
import java.util.function.IntPredicate;

/**
 * What a {@link DictionaryScorer} makes of one row of logits: the scores of all words, and which are best. They are worked
 * out as far as they are asked for: {@link #best} may do without scoring all words. Looks into the scorer's buffers, so it
 * is valid until the scorer is asked again.
 */
public final class WordScores {
    /** One word among so many is worth a search instead of a loop over all. */
    private static final int SEARCHED = 50;

    private final Dictionary dictionary;
    private final SlotScores rule;
    private final float[] logits;
    private boolean searched;
    private boolean complete;
    private double logNormaliser = Double.NaN;

    WordScores(Dictionary dictionary, SlotScores rule, float[] logits) {
        this.dictionary = dictionary;
        this.rule = rule;
        this.logits = logits;
    }

    /** With all words scored. */
    WordScores complete() {
        if (!complete) {
            rule.score(logits);
            complete = true;
        }
        return this;
    }

    /**
     * The places of the n best allowed words, best first, ties in the dictionary's order: what {@link #top} gives, but of
     * a large dictionary under the contrast rule without scoring the other words, where the activations stand out enough.
     * The first call prepares the dictionary for that.
     */
    public int[] best(int n, IntPredicate allowed) {
        if (!complete && n <= dictionary.size() / SEARCHED) {
            int[] found = rule.best(logits, n, allowed);
            if (found != null && found.length == n) {
                searched = true;
                return found;
            }
        }
        complete();
        return BestWords.of(dictionary.blocks(), rule, n, allowed).stream().mapToInt(BestWords.Best::place).toArray();
    }

    /** The exact score of the word at a place, before the softmax. */
    public double score(int word) {
        if (!searched) {
            complete();
        }
        int block = dictionary.blockOf(word);
        Block of = dictionary.blocks().get(block);
        return rule.exact(block, of.parts().position[word - of.first()]);
    }

    /** The natural logarithm of the probability of the word at a place. */
    public double logProb(int word) {
        return score(word) - logNormaliser();
    }

    /** The logarithm of the sum of e^score over all words: what turns a score into a logarithm of a probability. */
    public double logNormaliser() {
        complete();
        if (Double.isNaN(logNormaliser)) {
            logNormaliser = rule.logNormaliser();
        }
        return logNormaliser;
    }

    /** The scores of all words in the dictionary's order, within rounding to a float under the contrast rule. */
    public double[] all() {
        return all(0);
    }

    /** The logarithms of all words' probabilities in the dictionary's order, as {@link #all}. */
    public double[] allLogProbs() {
        return all(logNormaliser());
    }

    private double[] all(double less) {
        complete();
        double[] all = new double[dictionary.size()];
        for (int block = 0; block < dictionary.blocks().size(); block++) {
            rule.copy(block, less, all);
        }
        return all;
    }

    /** The n best words, best first, ties in the dictionary's order. */
    public List<ScoredWord> top(int n) {
        return top(n, word -> true);
    }

    /** The n best of the words whose index is allowed; their probabilities are those among all words. */
    public List<ScoredWord> top(int n, IntPredicate allowed) {
        complete();
        return BestWords.of(dictionary.blocks(), rule, n, allowed).stream()
                .map(best -> new ScoredWord(dictionary.word(best.place()), best.place(), best.score(),
                        best.score() - logNormaliser()))
                .toList();
    }
}
