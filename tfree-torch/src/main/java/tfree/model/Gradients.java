package tfree.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The gradients of a transformer's parameters, in fp32 whatever the parameters' precision: one block of memory, of which
 * each parameter's gradient is a part. So all of them are forgotten, added up and measured by one operation.
 *
 * <pre>{@code
 * HiddenStates hidden = transformer.forward(input);
 * hidden.backward(gradient, gradients); // adds
 * double norm = optimizer.step(learningRate, gradients); // makes them 0
 * }</pre>
 *
 * Native memory: four bytes for each number of the parameters, until {@link #close()}.
 */
public final class Gradients implements AutoCloseable {
    private final Tensor all; // [numbers]
    private final Map<String, Tensor> byName = new LinkedHashMap<>();

    /** Of every parameter of such a transformer, all 0. */
    public Gradients(ArchitectureConfig config) {
        long numbers = 0;
        for (ParameterSpec spec : ParameterSpec.of(config)) {
            numbers += spec.size();
        }
        try (TensorScope scope = new TensorScope()) {
            all = scope.keep(Tensors.zeroFloats(numbers));
            long from = 0;
            for (ParameterSpec spec : ParameterSpec.of(config)) {
                byName.put(spec.name(), scope.keep(all.narrow(0, from, spec.size()).view(spec.sizes())));
                from += spec.size();
            }
        }
    }

    /** The gradient of one parameter, in the parameter's shape: the numbers themselves. */
    public Tensor of(String parameter) {
        return Objects.requireNonNull(byName.get(parameter), parameter);
    }

    /** The head's gradient, [v, h]. */
    public Tensor ofHead() {
        return of(ParameterSpec.HEAD);
    }

    /** By parameter, in the order of their registration: the numbers themselves. */
    public Map<String, Tensor> byName() {
        return Collections.unmodifiableMap(byName);
    }

    /** All numbers, one parameter behind the other. */
    public Tensor all() {
        return all;
    }

    /** Makes all of them 0. */
    public void forget() {
        try (TensorScope _ = new TensorScope()) {
            all.zero_();
        }
    }

    /** Adds the gradients of another pass. */
    public void add(Gradients other) {
        try (TensorScope _ = new TensorScope()) {
            all.add_(other.all);
        }
    }

    /** The L2 norm of all of them together. */
    public double norm() {
        try (TensorScope _ = new TensorScope()) {
            return torch.linalg_vector_norm(all).item().toDouble();
        }
    }

    /** Adds to one parameter's gradient. */
    void add(String parameter, Tensor gradient) {
        of(parameter).add_(gradient);
    }

    /** Adds the gradient of a matrix [outputs, inputs]: the sum over positions of what came out times what went in. */
    void addProduct(String parameter, Tensor outputGradient, Tensor input) {
        of(parameter).add_(Products.times(outputGradient.t(), input.t()));
    }

    /** Frees the memory. */
    @Override
    public void close() {
        byName.values().forEach(Tensor::close);
        all.close();
    }
}
