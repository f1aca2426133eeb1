package tfree.train;

import org.bytedeco.pytorch.Tensor;

/**
 * A loss and where it points.
 *
 * @param loss   without the scale
 * @param hidden its gradient with respect to the hidden states, [positions, h], times the scale, in their precision
 */
public record LossGradient(double loss, Tensor hidden) {}
