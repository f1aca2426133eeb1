package tfree.model;

import org.bytedeco.pytorch.Tensor;

/**
 * What a transformer made of an input, [positions, h], and the way back to its parameters. Lives as long as the scope
 * that it was made in; goes back once.
 */
public final class HiddenStates {
    private final Tensor tensor;
    private final Way way;

    /** The way back, from the hidden states' gradient. */
    @FunctionalInterface
    interface Way {
        void back(Tensor gradient, Gradients gradients);
    }

    HiddenStates(Tensor tensor, Way way) {
        this.tensor = tensor;
        this.way = way;
    }

    /** [positions, h], after the final norm */
    public Tensor tensor() {
        return tensor;
    }

    /**
     * Adds the gradients of every parameter but the head's.
     *
     * @param gradient of the loss with respect to the hidden states, [positions, h]
     */
    public void backward(Tensor gradient, Gradients gradients) {
        way.back(gradient, gradients);
    }
}
