package tfree.train;

import java.nio.file.Path;
import tfree.model.Transformer;

/** Who follows a training run. Called on the training thread, between steps. */
public interface TrainingListener {
    /** A step is done. */
    default void onStep(StepMetrics metrics) {}

    /** It is time for a text sample ({@code tfree.sample_interval}): the model may be read, not changed. */
    default void onSample(long step, Transformer model) {}

    /** A checkpoint stands complete under this path. */
    default void onSaved(Path checkpoint) {}
}
