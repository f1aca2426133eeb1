package tfree.dictionary;

/** A {@link ScoringRule} at work on one dictionary, with the buffers that it needs. */
sealed interface SlotScores permits ContrastScores, LikelihoodScores {
    /** [v] logits → [words] scores, whose softmax are the words' probabilities. */
    void score(float[] logits, double[] scores);
}
