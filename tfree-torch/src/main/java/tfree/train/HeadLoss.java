package tfree.train;

import org.bytedeco.pytorch.Tensor;

/**
 * The head and the loss of what it predicts, in one: over slots for T-Free ({@link SlotLoss}), over a vocabulary for the
 * baseline ({@link TokenLoss}). Logits exist for a block of positions at a time only. Not for two threads at once.
 */
public interface HeadLoss extends AutoCloseable {
    /**
     * Computes the loss and adds its gradient, times {@code scale}, to the head's and to every parameter's below the
     * hidden states.
     *
     * @param hidden [positions, h], with the graph that led to it; the graph is released
     * @param head   the head's weight, [v, h]
     * @param scale  {@code loss_scale}, on the gradient only
     * @return the loss without the scale
     */
    double forwardBackward(Tensor hidden, Tensor head, SlotTargets targets, double scale);

    /** The loss alone. */
    double value(Tensor hidden, Tensor head, SlotTargets targets);

    /** Statistics of the activations over the positions that have targets. */
    ActivationStatistics statistics(Tensor hidden, Tensor head, SlotTargets targets);

    /** Frees the buffers. */
    @Override
    void close();
}
