package tfree.train;

import org.jspecify.annotations.Nullable;

/**
 * What one step came to: a line of {@code metrics.jsonl}.
 *
 * @param step           from 1 on
 * @param loss           mean over positions × v, without the scale
 * @param wordsPerSecond positions over {@code seconds}
 * @param gradientNorm   global L2 norm of the gradients, before clipping
 * @param seconds        of the step alone, without validation and saving
 * @param dataSeconds    of these, how long the step waited for its batches
 * @param exchangeSeconds of these, how long the step waited for other ranks and what they exchange; where there are any
 * @param mfu            the step's {@link Arithmetic} a second over the rate of matrix products, all ranks together; where that
 *                       rate was measured ({@link Trainer#measureProducts})
 * @param residentBytes  what this process holds in memory, Java's and libtorch's; on Linux
 * @param epochs         how often the data has been seen
 * @param validationLoss where this step was validated
 * @param activations    of the step's first micro-batch, before the parameters move; where {@code statistics_every_steps}
 *                       asks for them
 */
public record StepMetrics(long step, double loss, double wordsPerSecond, double learningRate, double gradientNorm,
        double seconds, double dataSeconds, @Nullable Double exchangeSeconds, @Nullable Double mfu,
        @Nullable Long residentBytes, double epochs,
        @Nullable Double validationLoss,
        @Nullable ActivationStatistics activations) {

    StepMetrics withValidationLoss(double value) {
        return new StepMetrics(step, loss, wordsPerSecond, learningRate, gradientNorm, seconds, dataSeconds,
                exchangeSeconds, mfu, residentBytes, epochs, value, activations);
    }
}
