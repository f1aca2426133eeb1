package tfree.generate;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tfree.dictionary.ScoredWord;

/**
 * A word of an answer.
 *
 * @param index    its number in the dictionary; −1 for a word of the prompt that the dictionary lacks
 * @param count    how often it was seen in training
 * @param logProb  the natural logarithm of its probability; null for the prompt's first word, and for the others where
 *                 nobody asked
 * @param best     the most probable words at its place, best first, as many as were asked for
 */
public record GeneratedWord(String word, int index, long count, @Nullable Double logProb, List<ScoredWord> best) {}
