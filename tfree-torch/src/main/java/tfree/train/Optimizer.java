package tfree.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.Type;
import org.bytedeco.pytorch.global.torch;
import tfree.model.Gradients;
import tfree.model.Operator;
import tfree.model.TensorScope;
import tfree.model.Tensors;

/**
 * AdamW over a model's parameters, in one fused pass of libtorch: decoupled weight decay on every parameter except those
 * whose name ends in {@code .bias}, after clipping by the gradients' global norm.
 *
 * <pre>
 * m ← β₁·m + (1 − β₁)·g,  v ← β₂·v + (1 − β₂)·g²
 * w ← w·(1 − lr·decay) − lr · m/(1 − β₁ᵗ) / ( √(v/(1 − β₂ᵗ)) + ε )
 * </pre>
 *
 * Native memory: two floats for each number of the parameters, until {@link #close()}.
 */
public final class Optimizer implements AutoCloseable {

    /**
     * What AdamW needs beside the learning rate.
     *
     * @param clipping the largest global gradient norm that is let through; 0 lets all through
     */
    public record Settings(double beta1, double beta2, double epsilon, double weightDecay, double clipping) {

        /** @throws IllegalArgumentException naming the field, what was expected and what it was */
        public Settings {
            require(beta1 >= 0 && beta1 < 1, "optimizer.beta1: expected 0 to below 1", beta1);
            require(beta2 >= 0 && beta2 < 1, "optimizer.beta2: expected 0 to below 1", beta2);
            require(epsilon >= 0, "optimizer.eps: expected at least 0", epsilon);
            require(weightDecay >= 0, "training.weight_decay: expected at least 0", weightDecay);
            require(clipping >= 0, "optimizer.gradient_clipping: expected at least 0", clipping);
        }

        private static void require(boolean holds, String expected, double actual) {
            if (!holds) {
                throw new IllegalArgumentException(expected + " but was " + actual);
            }
        }
    }

    private final Map<String, Tensor> parameters;
    private final Share share;
    private final DoubleUnaryOperator overShares;
    private final Map<String, Tensor> firstMoments = new LinkedHashMap<>();
    private final Map<String, Tensor> secondMoments = new LinkedHashMap<>();
    private final Settings settings;
    private long step;

    /** At step 0, with both moments 0. */
    public Optimizer(Map<String, Tensor> parameters, Settings settings) {
        this(parameters, settings, Share.everything(parameters), squares -> squares);
    }

    /**
     * One of several that step on the parameters together, each on its share.
     *
     * @param overShares of the squared norm of one's gradients: the sum of all
     */
    Optimizer(Map<String, Tensor> parameters, Settings settings, Share share, DoubleUnaryOperator overShares) {
        this.parameters = Map.copyOf(parameters);
        this.settings = settings;
        this.share = share;
        this.overShares = overShares;
        try (TensorScope scope = new TensorScope()) {
            share.pieces().forEach((name, piece) -> {
                Tensor numbers = piece.of(parameter(name));
                firstMoments.put(name, scope.keep(torch.zeros_like(numbers)));
                secondMoments.put(name, scope.keep(torch.zeros_like(numbers)));
            });
        }
    }

    /**
     * Moves every parameter by its gradient and makes the gradients 0.
     *
     * @return the gradients' global norm, before clipping
     */
    public double step(double learningRate, Gradients gradients) {
        return step(learningRate, gradients, 1);
    }

    /**
     * The same with gradients that are {@code scale} times too large. If one is not finite, nothing moves.
     *
     * @return the gradients' global norm, before clipping, without the scale
     */
    public double step(double learningRate, Gradients gradients, double scale) {
        try (TensorScope _ = new TensorScope()) {
            double norm = norm(gradients) / scale;
            if (Double.isFinite(norm)) {
                step++;
                List<String> decayed = new ArrayList<>();
                List<String> biases = new ArrayList<>();
                firstMoments.keySet().forEach(name -> (name.endsWith(".bias") ? biases : decayed).add(name));
                double clipped = settings.clipping() > 0 && norm > settings.clipping() ? norm / settings.clipping() : 1;
                update(decayed, gradients, learningRate, settings.weightDecay(), scale * clipped);
                update(biases, gradients, learningRate, 0, scale * clipped);
            }
            gradients.forget();
            return norm;
        }
    }

    /** The L2 norm of all gradients together. */
    private double norm(Gradients gradients) {
        double squares = 0;
        for (String name : firstMoments.keySet()) {
            double norm = torch.linalg_vector_norm(gradient(gradients, name)).item().toDouble();
            squares += norm * norm;
        }
        return Math.sqrt(overShares.applyAsDouble(squares));
    }

    /** How many steps the moments have seen. */
    public long steps() {
        return step;
    }

    /** The running means of the share's gradients, by parameter, in the parameters' order: the tensors themselves. */
    public Map<String, Tensor> firstMoments() {
        return Collections.unmodifiableMap(firstMoments);
    }

    /** The running means of the gradients' squares, by parameter: the tensors themselves. */
    public Map<String, Tensor> secondMoments() {
        return Collections.unmodifiableMap(secondMoments);
    }

    /**
     * Continues from a saved state, of which the own share is copied.
     *
     * @throws IllegalArgumentException if a parameter's moments are missing or of another shape
     */
    public void restore(Map<String, Tensor> savedFirst, Map<String, Tensor> savedSecond, long steps) {
        try (TensorScope _ = new TensorScope()) {
            copy(savedFirst, firstMoments);
            copy(savedSecond, secondMoments);
        }
        step = steps;
    }

    private void copy(Map<String, Tensor> saved, Map<String, Tensor> moments) {
        share.pieces().forEach((name, piece) -> {
            Tensor from = saved.get(name);
            List<Long> shape = Tensors.shape(parameter(name));
            if (from == null || !Tensors.shape(from).equals(shape)) {
                throw new IllegalArgumentException("expected an optimizer state of shape " + shape
                        + " for " + name + " but was " + (from == null ? "none" : Tensors.shape(from)));
            }
            Objects.requireNonNull(moments.get(name)).copy_(piece.of(from));
        });
    }

    private void update(List<String> names, Gradients gradients, double learningRate, double weightDecay,
            double divisor) {
        if (names.isEmpty()) {
            return;
        }
        FusedAdamW fused = new FusedAdamW();
        for (String name : names) {
            fused.add(piece(name).of(parameter(name)), gradient(gradients, name),
                    Objects.requireNonNull(firstMoments.get(name)), Objects.requireNonNull(secondMoments.get(name)));
        }
        fused.run(learningRate, weightDecay, settings, step, divisor);
    }

    private Tensor gradient(Gradients gradients, String name) {
        return piece(name).of(gradients.of(name));
    }

    private Tensor parameter(String name) {
        return Objects.requireNonNull(parameters.get(name), name);
    }

    private Share.Piece piece(String name) {
        return Objects.requireNonNull(share.pieces().get(name), name);
    }

    /** Frees the moments. */
    @Override
    public void close() {
        firstMoments.values().forEach(Tensor::close);
        secondMoments.values().forEach(Tensor::close);
    }

    /** All parameters of one weight decay, in one pass of libtorch. */
    private static final class FusedAdamW {
        private static final Operator OPERATOR = Operator.find("aten::_fused_adamw_").orElseThrow();
        private static final Type.TypePtr TENSOR = OPERATOR.elementType(0);

        private final GenericList weights = new GenericList(TENSOR);
        private final GenericList gradients = new GenericList(TENSOR);
        private final GenericList first = new GenericList(TENSOR);
        private final GenericList second = new GenericList(TENSOR);

        void add(Tensor weight, Tensor gradient, Tensor firstMoment, Tensor secondMoment) {
            weights.push_back(new IValue(weight));
            gradients.push_back(new IValue(gradient));
            first.push_back(new IValue(firstMoment));
            second.push_back(new IValue(secondMoment));
        }

        void run(double learningRate, double weightDecay, Settings settings, long step, double divisor) {
            GenericList steps = new GenericList(TENSOR);
            IValue count = new IValue(Tensors.ofFloats(new float[]{step}));
            for (long i = weights.size(); i > 0; i--) {
                steps.push_back(count);
            }
            IValue scale = divisor == 1 ? new IValue() : new IValue(Tensors.ofFloats(new float[]{(float) divisor}));
            OPERATOR.run(new IValue(weights), new IValue(gradients), new IValue(first), new IValue(second),
                    /* max_exp_avg_sqs */ new IValue(new GenericList(TENSOR)), new IValue(steps),
                    new IValue(learningRate), new IValue(settings.beta1()), new IValue(settings.beta2()),
                    new IValue(weightDecay), new IValue(settings.epsilon()), /* amsgrad */ new IValue(false),
                    /* maximize */ new IValue(false), scale, /* found_inf */ new IValue());
        }
    }
}
