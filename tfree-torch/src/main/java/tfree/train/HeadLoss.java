package tfree.train;

import org.bytedeco.pytorch.Tensor;

/**
 * The head and the loss of what it predicts, in one: over slots for T-Free ({@link SlotLoss}), over a vocabulary for the
 * baseline ({@link TokenLoss}). Logits exist for a block of positions at a time only. Not for two threads at once.
 */
public interface HeadLoss {
    /**
     * Computes the loss and its gradients, times {@code scale}.
     *
     * @param hidden       [positions, h], of any precision; logits and loss are fp32
     * @param head         the head's weight, [v, h], of the same precision
     * @param scale        {@code loss_scale}, on the gradients only
     * @param headGradient [v, h], fp32, to which the head's gradient is added
     */
    LossGradient gradient(Tensor hidden, Tensor head, SlotTargets targets, double scale, Tensor headGradient);

    /** The loss alone. */
    double value(Tensor hidden, Tensor head, SlotTargets targets);

    /** Statistics of the activations over the positions that have targets. */
    ActivationStatistics statistics(Tensor hidden, Tensor head, SlotTargets targets);
}
