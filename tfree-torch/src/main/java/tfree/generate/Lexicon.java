package tfree.generate;

import java.util.List;
import java.util.function.IntPredicate;
import tfree.checkpoint.Units;
import tfree.config.RunConfig;
import tfree.dictionary.Dictionary;
import tfree.dictionary.ScoredWord;
import tfree.dictionary.Scoring;
import tfree.dictionary.WordFilter;
import tfree.trigram.ActivationPattern;
import tfree.trigram.EncodedText;
import tfree.trigram.SlotTable;
import tfree.trigram.UnitEncoder;

/**
 * What a model reads and says, and how its logits choose it: the words of a dictionary by a scoring rule
 * ({@link WordLexicon}), or the tokens of a tokenizer ({@link TokenLexicon}). Immutable; threads may share it, with an
 * encoder and a scorer each.
 */
public interface Lexicon {
    /** The lexicon of a checkpoint, or of a model in training. */
    static Lexicon of(Units units, RunConfig config, Scoring scoring) {
        return switch (units) {
            case Units.Words words -> new WordLexicon(
                    Dictionary.of(words.dictionary(), new SlotTable(config.encoding())), scoring);
            case Units.Tokens tokens -> new TokenLexicon(tokens.tokenizer(), config.tokenizer().endOfText());
        };
    }

    /** Logits → how probable each unit is. For one thread. */
    interface Scorer {
        /** What the logits [v] say, until this is asked again. */
        Scores score(float[] logits);

        /** The natural logarithm of each unit's probability: [v] → [units]. */
        default double[] logProbs(float[] logits) {
            return score(logits).logProbs();
        }

        /** The n best, best first. */
        default List<ScoredWord> top(float[] logits, int n) {
            return score(logits).top(n);
        }
    }

    /** How well each unit fits, worked out as far as it is asked for. */
    interface Scores {
        /** The natural logarithm of each unit's probability: [units]. */
        double[] logProbs();

        /** What the softmax makes probabilities of: [units]. */
        double[] scores();

        /** The score of the unit at a place. */
        double score(int index);

        /** The natural logarithm of the probability of the unit at a place. */
        double logProb(int index);

        /** The places of the n best units that are allowed, best first. */
        int[] best(int n, IntPredicate allowed);

        /** The n best, best first. */
        List<ScoredWord> top(int n);
    }

    /** The text of units that come one after the other. */
    @FunctionalInterface
    interface Joining {
        /** Adds a unit and returns what the text has got, which never changes again. */
        String add(String unit);

        /** What is still missing of the text when no unit follows: a token may end within a character. */
        default String rest() {
            return "";
        }
    }

    /** Text → units. */
    UnitEncoder encoder();

    /** Logits → probabilities. */
    Scorer scorer();

    /** How many units may be said. */
    int size();

    /** The unit at a place from 0 on, as it is written. */
    String unit(int index);

    /** The unit's place, or −1. */
    int indexOf(String unit);

    /** How often the unit at that place was seen in training; 0 where nobody counted. */
    long count(int index);

    /** Whether the unit at that place says its text; if not, it stands for any that no unit covers. */
    boolean saysItsText(int index);

    /** How a unit is fed back that was said. */
    ActivationPattern pattern(String unit);

    /** The text of units. */
    String join(List<String> units);

    /** The text of units as they come: in the end that of {@link #join}. */
    Joining joining();

    /** The same with more units that may be said. */
    Lexicon plus(List<String> units);

    /**
     * The places of the units that a filter lets pass.
     *
     * @throws IllegalArgumentException for a lexicon that has no words to filter
     */
    IntPredicate allowed(WordFilter filter);

    /** How many bytes of the text each of its units covers, spaces between units included: [units]. */
    int[] bytes(String text, EncodedText units);
}
