package tfree.dictionary;

/** How activations become scores of words. */
public enum ScoringRule {
    /**
     * The rule of the published models (section 3.3 of arXiv 2406.19223): the mean activation of a word's slots against
     * that of the others. Good for the best word; its softmax is almost flat.
     */
    CONTRAST,
    /** Probabilities fit to sample from and to measure with, made from the slots' probabilities: see {@link DictionaryScorer}. */
    LIKELIHOOD;

    /** The rule of that name in configuration files and commands: {@code contrast} or {@code likelihood}. */
    public static ScoringRule ofName(String name) {
        for (ScoringRule rule : values()) {
            if (rule.configName().equals(name)) {
                return rule;
            }
        }
        throw new IllegalArgumentException(
                "expected a scoring rule, contrast or likelihood, but was \"" + name + "\"");
    }

    /** The name that configuration files and commands use. */
    public String configName() {
        return this == CONTRAST ? "contrast" : "likelihood";
    }
}
