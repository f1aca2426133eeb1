package tfree.dictionary;

/**
 * A scoring rule with its settings; each setting concerns one rule.
 *
 * @param rule            the rule
 * @param edgeWeight      contrast: the weight of edge trigrams' slots; below 1 it damps artefacts at word ends
 * @param posWeight       likelihood: the weight of positive targets in the loss that the model was trained with
 * @param refinementSteps likelihood: 0 to 10 multiplicative steps after the start
 */
public record Scoring(ScoringRule rule, double edgeWeight, double posWeight, int refinementSteps) {

    /** @throws IllegalArgumentException for a setting out of range */
    public Scoring {
        if (!(edgeWeight >= 0) || Double.isInfinite(edgeWeight)) {
            throw new IllegalArgumentException("expected an edge weight of at least 0 but was " + edgeWeight);
        }
        if (!(posWeight > 0) || Double.isInfinite(posWeight)) {
            throw new IllegalArgumentException("expected a positive pos weight but was " + posWeight);
        }
        if (refinementSteps < 0 || refinementSteps > 10) {
            throw new IllegalArgumentException("expected 0 to 10 refinement steps but was " + refinementSteps);
        }
    }

    /** The published models' rule; their edge weight is 1. */
    public static Scoring contrast(double edgeWeight) {
        return new Scoring(ScoringRule.CONTRAST, edgeWeight, 1, 0);
    }

    /** Probabilities from slots. */
    public static Scoring likelihood(double posWeight, int refinementSteps) {
        return new Scoring(ScoringRule.LIKELIHOOD, 1, posWeight, refinementSteps);
    }
}
