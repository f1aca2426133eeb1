package tfree.model;

import org.bytedeco.pytorch.Tensor;

/**
 * What a part of the network made of its input, and the way back: the part's derivative stands beside its formula, and
 * the tensors that it needs are those that the closure holds.
 *
 * <p>
 * libtorch could record all this by itself; a derivative that is written down takes fewer passes over memory, adds
 * weights' gradients where they belong instead of making tensors of them, and can be left out and done again (see
 * {@link #again}).
 */
record Pass(Tensor output, Backward backward) {

    /** From the loss's gradient with respect to the output to that with respect to the input. */
    @FunctionalInterface
    interface Backward {
        /** @param gradients those of the weights are added here */
        Tensor apply(Tensor gradient, Gradients gradients);
    }

    /** A part, ready to be run on its input. */
    @FunctionalInterface
    interface Part {
        Pass forward(Tensor input);
    }

    /** Goes back, and frees what that took. */
    Tensor back(Tensor gradient, Gradients gradients) {
        try (TensorScope scope = new TensorScope()) {
            return scope.handUp(backward.apply(gradient, gradients));
        }
    }

    /**
     * Runs a part and keeps nothing but its output: on the way back it is run again. Activation checkpointing: time for
     * memory, with the same bits.
     */
    static Pass again(Part part, Tensor input) {
        Tensor output;
        try (TensorScope scope = new TensorScope()) {
            output = scope.handUp(part.forward(input).output());
        }
        return new Pass(output, (gradient, gradients) -> part.forward(input).backward().apply(gradient, gradients));
    }
}
