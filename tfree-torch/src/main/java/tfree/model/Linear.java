package tfree.model;

import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** x ↦ x·weightᵀ + bias, with the weight as [outputs, inputs]. */
record Linear(Tensor weight, @Nullable Tensor bias) {

    static Linear of(Map<String, Tensor> parameters, String name) {
        return new Linear(Objects.requireNonNull(parameters.get(name + ".weight"), name),
                parameters.get(name + ".bias"));
    }

    /** [positions, inputs] → [positions, outputs] */
    Tensor apply(Tensor x) {
        if (x.size(0) == 1) {
            return oneRow(x, weight, bias);
        }
        return bias == null ? torch.linear(x, weight) : torch.linear(x, weight, bias);
    }

    /** A matrix product would copy the whole weight into blocks for a single row: 0.8 ms where this takes 0.09. */
    static Tensor oneRow(Tensor x, Tensor weight, @Nullable Tensor bias) {
        Tensor out = torch.mv(weight, x.view(-1));
        return (bias == null ? out : out.add(bias)).unsqueeze(0);
    }
}
