package tfree.train;

import org.jspecify.annotations.Nullable;
import tfree.checkpoint.Checkpoint;
import tfree.config.ConfigException;
import tfree.config.RunConfig;

/**
 * Scales the loss, so that float16's gradients neither vanish nor overflow: the scale falls when a gradient is not
 * finite, a step that is then left out, and rises after many steps in which all were.
 *
 * <pre>
 * not finite:  hysteresis &gt; 1: hysteresis − 1;  else scale ← max(scale / factor, min_scale)
 * finite:      after every {@code window} such steps in a row: scale · factor, and the hysteresis is full again
 *              (with consecutive_hysteresis after every one)
 * </pre>
 *
 * Switched off, the scale is 1 and stays it.
 */
final class LossScaler {
    private final RunConfig.LossScaler settings;
    private double scale;
    private double hysteresis;
    private long finiteSteps; // in a row

    /** @param from goes on from there; null begins */
    LossScaler(RunConfig.LossScaler settings, Checkpoint.@Nullable LossScale from) {
        this.settings = settings;
        if (settings.enable()) {
            require(settings.initialScale() > 0, "initial_scale: expected a positive number", settings.initialScale());
            require(settings.minScale() > 0, "min_scale: expected a positive number", settings.minScale());
            require(settings.window() >= 1, "window: expected at least 1 step", settings.window());
            require(settings.factor() > 1, "factor: expected a number above 1", settings.factor());
        }
        if (settings.enable() && from != null) {
            scale = from.scale();
            hysteresis = from.hysteresis();
            finiteSteps = from.finiteSteps();
        } else {
            scale = settings.enable() ? settings.initialScale() : 1;
            hysteresis = settings.hysteresis();
        }
    }

    private static void require(boolean holds, String expected, double actual) {
        if (!holds) {
            throw new ConfigException("optimizer.loss_scaler." + expected + " but was " + actual);
        }
    }

    /** What the loss is to be multiplied with, and the gradients to be divided by. */
    double scale() {
        return scale;
    }

    /**
     * Takes note of a step.
     *
     * @param finite whether all gradients were
     * @return whether training goes on: false if they were not, and no smaller scale is left to try
     */
    boolean goesOnAfter(boolean finite) {
        if (!settings.enable()) {
            return finite;
        }
        if (finite) {
            finiteSteps++;
            boolean rises = finiteSteps % settings.window() == 0;
            if (rises || settings.consecutiveHysteresis()) {
                hysteresis = settings.hysteresis();
            }
            scale = rises ? scale * settings.factor() : scale;
            return true;
        }
        finiteSteps = 0;
        if (hysteresis > 1) {
            hysteresis--;
            return true;
        }
        boolean smallest = scale <= settings.minScale();
        scale = Math.max(scale / settings.factor(), settings.minScale());
        return !smallest;
    }

    /** Where it stands, null if it is switched off. */
    Checkpoint.@Nullable LossScale state() {
        return settings.enable() ? new Checkpoint.LossScale(scale, hysteresis, finiteSteps) : null;
    }
}
