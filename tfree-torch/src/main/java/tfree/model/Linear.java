package tfree.model;

import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** x ↦ x·weightᵀ + bias, with the weight as [outputs, inputs]; {@code name} without {@code .weight}. */
record Linear(String name, Tensor weight, @Nullable Tensor bias) {

    static Linear of(Map<String, Tensor> parameters, String name) {
        return new Linear(name, Objects.requireNonNull(parameters.get(name + ".weight"), name),
                parameters.get(name + ".bias"));
    }

    /** [positions, inputs] → [positions, outputs] */
    Tensor apply(Tensor x) {
        if (x.size(0) == 1) {
            return oneRow(x);
        }
        Tensor out = Products.times(x, weight);
        return bias == null ? out : out.add_(bias);
    }

    /** A matrix product would copy the whole weight into blocks for a single row: 0.8 ms where this takes 0.09. */
    private Tensor oneRow(Tensor x) {
        Tensor out = torch.mv(weight, x.view(-1));
        return (bias == null ? out : out.add(bias)).unsqueeze(0);
    }

    /** ∂/∂x of what {@link #apply} made of x. */
    Tensor backward(Tensor gradient, Tensor x, Gradients gradients) {
        addTo(gradients, gradient, x);
        return Products.times(gradient, weight.t());
    }

    /** As the other, for one of several maps of the same x: adds to the gradient of x. */
    void backward(Tensor gradient, Tensor x, Gradients gradients, Tensor sum) {
        addTo(gradients, gradient, x);
        sum.add_(Products.times(gradient, weight.t()));
    }

    private void addTo(Gradients gradients, Tensor gradient, Tensor x) {
        gradients.addProduct(name + ".weight", gradient, x);
        if (bias != null) {
            gradients.add(name + ".bias", gradient.sum(0));
        }
    }
}
