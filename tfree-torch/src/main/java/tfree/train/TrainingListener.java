package tfree.train;

import java.nio.file.Path;

/**
 * Who follows a training run. Called on the training thread, between steps; the trainer's model may be read then, to
 * say something for example.
 */
@FunctionalInterface
public interface TrainingListener {
    /** A step is done. */
    void onStep(StepMetrics metrics);

    /** A checkpoint stands complete under this path. */
    default void onSaved(Path checkpoint) {}
}
