package tfree.train;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * How active the model's slots are, averaged over positions.
 *
 * @param meanActivation mean of σ(x) over positions × v
 * @param activeAbove for the thresholds 0.0, 0.1 … 1.0: how many of a position's v slots are above
 */
public record ActivationStatistics(double meanActivation, double[] activeAbove) {
    private static final int THRESHOLDS = 11;

    /** Adds up blocks of activations. */
    static final class Sum {
        private double activation;
        private long values;
        private final long[] above = new long[THRESHOLDS];

        /** [some positions, some of their slots] */
        void add(Tensor activations) {
            activation += activations.mean().item().toDouble() * activations.numel();
            values += activations.numel();
            for (int i = 0; i < THRESHOLDS; i++) {
                above[i] += activations.gt(new Scalar(i / 10.0)).sum().item().toLong();
            }
        }

        ActivationStatistics mean(int positions) {
            double[] active = new double[THRESHOLDS];
            for (int i = 0; i < THRESHOLDS; i++) {
                active[i] = positions == 0 ? 0 : (double) above[i] / positions;
            }
            return new ActivationStatistics(values == 0 ? 0 : activation / values, active);
        }
    }
}
