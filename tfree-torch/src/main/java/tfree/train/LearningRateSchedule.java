package tfree.train;

import tfree.config.RunConfig.DecayStyle;

/**
 * The learning rate of each step: a linear warm-up to the peak, then constant, or a fall to the minimum that ends at
 * step {@code decaySteps} (the warm-up's steps counted in), then the minimum.
 *
 * <p>
 * With peak 0.01, minimum 0.001, 3 warm-up and 12 decay steps under {@code COSINE}: 0.0033, 0.0067, 0.01, 0.0097, 0.0089
 * … 0.0013 at step 11, 0.001 from step 12 on.
 *
 * @param peak {@code learning_rate}
 * @param minimum {@code learning_rate_minimum}
 * @param decay {@code learning_rate_decay_style}
 * @param decaySteps {@code learning_rate_decay_iters}
 * @param warmupSteps {@code learning_rate_warmup_steps}
 */
public record LearningRateSchedule(double peak, double minimum, DecayStyle decay, int decaySteps, int warmupSteps) {

    /** @throws IllegalArgumentException naming the field, what was expected and what it was */
    public LearningRateSchedule {
        require(peak >= 0 && Double.isFinite(peak), "learning_rate", "a number of at least 0", peak);
        require(minimum >= 0 && minimum <= peak, "learning_rate_minimum", "0 to learning_rate (" + peak + ")", minimum);
        require(warmupSteps >= 0, "learning_rate_warmup_steps", "at least 0", warmupSteps);
        require(decaySteps >= 0, "learning_rate_decay_iters", "at least 0", decaySteps);
    }

    /** The learning rate of a step; the first is step 1. */
    public double at(long step) {
        if (step <= warmupSteps && warmupSteps > 0) {
            return peak * step / warmupSteps;
        }
        if (decay == DecayStyle.CONSTANT) {
            return peak;
        }
        if (step >= decaySteps) {
            return minimum;
        }
        double way = (double) (step - warmupSteps) / (decaySteps - warmupSteps);
        double height = decay == DecayStyle.LINEAR ? 1 - way : 0.5 * (1 + Math.cos(Math.PI * way));
        return minimum + height * (peak - minimum);
    }

    private static void require(boolean holds, String field, String expected, Object actual) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "learning_rate_scheduler." + field + ": expected " + expected + " but was " + actual);
        }
    }
}
