package tfree.dictionary;

/**
 * A word that a model may say next.
 *
 * @param word    the word
 * @param index   its place in the dictionary
 * @param score   what the scoring rule gives before the softmax
 * @param logProb the natural logarithm of its probability among all words of the dictionary
 */
public record ScoredWord(String word, int index, double score, double logProb) {}
