package tfree.checkpoint;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import tfree.config.RunConfig;
import tfree.file.CorruptFileException;
import tfree.model.TensorScope;
import tfree.model.Tensors;
import tfree.pickle.PickleReader;

/**
 * The original's optimizer state: a file a layer, each a dict of
 *
 * <pre>
 * step_index              steps so far
 * loss_scaler             current_scale, current_hysteresis, no_overflow_steps
 * parameters              "layer_index_0_parameter_name_" + name →
 *     parameter           the fp32 values that the optimizer steps on
 *     meta                local_shape, layer_index, parameter_name
 *     optimizer_state     step, exp_avg, exp_avg_sq
 * optimizer_param_groups  AdamW's settings
 * </pre>
 */
final class OriginalOptimizer implements AutoCloseable {
    static final Path FOLDER = Path.of("optimizer");
    private static final Path FIRST_FILE = FOLDER.resolve("optimizer_state_layer_0.pt");
    private static final String FILES = "optimizer_state_layer_[0-9]+\\.pt";

    private final List<TorchFile> files = new ArrayList<>();
    private final Map<String, StoredTensor> parameters = new LinkedHashMap<>();
    private final Map<String, StoredTensor> firstMoments = new LinkedHashMap<>();
    private final Map<String, StoredTensor> secondMoments = new LinkedHashMap<>();
    private long steps = -1;
    private Checkpoint.@Nullable LossScale lossScale;

    private OriginalOptimizer() {}

    static List<Path> files(OriginalLayout layout) throws IOException {
        return layout.files(FOLDER, FILES);
    }

    /** @throws CorruptFileException if a file is damaged, or they contradict each other */
    static OriginalOptimizer open(Path folder) throws IOException {
        List<Path> paths = files(new OriginalLayout(folder));
        if (paths.isEmpty()) {
            throw new NoSuchFileException(folder.resolve(FIRST_FILE).toString());
        }
        OriginalOptimizer optimizer = new OriginalOptimizer();
        try {
            for (Path path : paths) {
                optimizer.add(path);
            }
            return optimizer;
        } catch (IOException | RuntimeException e) {
            optimizer.close();
            throw e;
        }
    }

    /**
     * Writes all parameters as those of one layer, as the original's trainer does.
     *
     * @param parameters fp32 values
     */
    static void write(Path folder, RunConfig config, Checkpoint.State state, Map<String, Tensor> parameters,
            Map<String, Tensor> firstMoments, Map<String, Tensor> secondMoments) throws IOException {
        try (TensorScope _ = new TensorScope()) {
            Map<String, @Nullable Object> content = new LinkedHashMap<>();
            long steps = state.optimizerSteps();
            content.put("step_index", steps);
            RunConfig.LossScaler scaler = config.optimizer().lossScaler();
            Checkpoint.LossScale scale = state.lossScale() == null
                    ? new Checkpoint.LossScale(scaler.initialScale(), scaler.hysteresis(), 0) : state.lossScale();
            content.put("loss_scaler", ordered("current_scale", scale.scale(), "current_hysteresis",
                    scale.hysteresis(), "no_overflow_steps", scale.finiteSteps()));
            Map<String, Object> states = new LinkedHashMap<>();
            parameters.forEach((name, parameter) -> {
                Tensor first = firstMoments.get(name);
                Tensor second = secondMoments.get(name);
                if (first == null || second == null) {
                    throw new IllegalArgumentException("expected moments of " + name + " but there are none");
                }
                states.put("layer_index_0_parameter_name_" + name, ordered("parameter",
                        new TorchFileWriter.Parameter(parameter), "meta",
                        ordered("local_shape", Tensors.shape(parameter).toArray(), "layer_index", 0, "parameter_name",
                                name),
                        "optimizer_state",
                        ordered("step", Tensors.ofFloats(new float[]{steps}), "exp_avg", first, "exp_avg_sq", second)));
            });
            content.put("parameters", states);
            content.put("optimizer_param_groups", groups(config, parameters.keySet()));
            TorchFile.write(folder.resolve(FIRST_FILE), content);
        }
    }

    /** Those that decay, then the biases, if there are any. The schedule sets the learning rate anew in each step. */
    private static List<Object> groups(RunConfig config, Set<String> parameters) {
        List<Object> groups = new ArrayList<>(List.of(group(config, config.training().weightDecay())));
        if (parameters.stream().anyMatch(name -> name.endsWith(".bias"))) {
            groups.add(group(config, 0));
        }
        return groups;
    }

    private static Map<String, @Nullable Object> group(RunConfig config, double weightDecay) {
        RunConfig.Optimizer adam = config.optimizer();
        return ordered("weight_decay", weightDecay, "lr", config.learningRateScheduler().learningRate(), "betas",
                new Object[]{adam.beta1(), adam.beta2()}, "eps", adam.eps(), "amsgrad", false, "foreach", null,
                "maximize", false, "capturable", false, "params", List.of());
    }

    private static Map<String, @Nullable Object> ordered(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return map;
    }

    /** How many steps the moments have seen. */
    long steps() {
        return steps;
    }

    /** Where the loss scaler stands, whether it is switched on or not; null if the files do not say. */
    Checkpoint.@Nullable LossScale lossScale() {
        return lossScale;
    }

    /** Hands over views that live as long as the call. */
    void handTo(Checkpoint.OptimizerState optimizer) throws IOException {
        try (TensorScope _ = new TensorScope()) {
            optimizer.restore(views(firstMoments), views(secondMoments), steps);
        }
    }

    /** The values that the optimizer steps on, in fp32 whatever the model's precision; closing them closes this. */
    SavedTensors parameters() {
        Map<String, Tensor> views = new LinkedHashMap<>();
        try (TensorScope scope = new TensorScope()) {
            parameters.forEach((name, tensor) -> views.put(name, scope.keep(tensor.view())));
        }
        OriginalOptimizer owner = this;
        return new SavedTensors() {
            @Override
            public Map<String, Tensor> tensors() {
                return views;
            }

            @Override
            public void close() {
                views.values().forEach(Tensor::close);
                owner.close();
            }
        };
    }

    private static Map<String, Tensor> views(Map<String, StoredTensor> stored) {
        Map<String, Tensor> views = new LinkedHashMap<>();
        stored.forEach((name, tensor) -> views.put(name, tensor.view()));
        return views;
    }

    private void add(Path path) throws IOException {
        TorchFile file = TorchFile.open(path);
        files.add(file);
        try {
            Map<?, ?> parameters = dict(dict(file.value(), "the file").get("parameters"), "parameters");
            for (Map.Entry<?, ?> entry : parameters.entrySet()) {
                addParameter(String.valueOf(entry.getKey()), entry.getValue());
            }
            if (dict(file.value(), "the file").get("loss_scaler") instanceof Map<?, ?> scaler) {
                lossScale = new Checkpoint.LossScale(number(scaler, "current_scale"),
                        number(scaler, "current_hysteresis"),
                        (long) number(scaler, "no_overflow_steps"));
            }
        } catch (IllegalArgumentException e) {
            throw new CorruptFileException(path, String.valueOf(e.getMessage()));
        }
    }

    private void addParameter(String key, @Nullable Object value) {
        Map<?, ?> parameter = dict(value, key);
        Object name = dict(parameter.get("meta"), key + ".meta").get("parameter_name");
        if (!(name instanceof String text)) {
            throw new IllegalArgumentException(key + ".meta.parameter_name: expected a str but was "
                    + PickleReader.kind(name));
        }
        Map<?, ?> state = dict(parameter.get("optimizer_state"), key + ".optimizer_state");
        StoredTensor first = tensor(state, key, "exp_avg");
        StoredTensor second = tensor(state, key, "exp_avg_sq");
        parameters.put(text, tensor(parameter, key, "parameter"));
        long seen = steps(tensor(state, key, "step"), key);
        if (firstMoments.put(text, first) != null || secondMoments.put(text, second) != null) {
            throw new IllegalArgumentException("expected each parameter once but " + text + " is there twice");
        }
        if (steps >= 0 && seen != steps) {
            throw new IllegalArgumentException("%s: expected a step of %d as before but was %d".formatted(key, steps,
                    seen));
        }
        steps = seen;
    }

    private static double number(Map<?, ?> scaler, String name) {
        if (!(scaler.get(name) instanceof Number value)) {
            throw new IllegalArgumentException("loss_scaler." + name + ": expected a number but was "
                    + PickleReader.kind(scaler.get(name)));
        }
        return value.doubleValue();
    }

    private static long steps(StoredTensor step, String key) {
        if (step.count() != 1) {
            throw new IllegalArgumentException(key + ".step: expected one number but was " + step.count());
        }
        try (TensorScope _ = new TensorScope()) {
            double number = step.view().item().toDouble();
            if (!(number >= 0 && number == Math.rint(number))) {
                throw new IllegalArgumentException(key + ".step: expected a number of steps but was " + number);
            }
            return (long) number;
        }
    }

    private static StoredTensor tensor(Map<?, ?> state, String key, String name) {
        Object value = state.get(name);
        if (value instanceof StoredTensor tensor) {
            return tensor.requireOwnNumbers();
        }
        throw new IllegalArgumentException(key + "." + name + ": expected a tensor but was "
                + PickleReader.kind(value));
    }

    private static Map<?, ?> dict(@Nullable Object value, String place) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new IllegalArgumentException(place + ": expected a dict but was " + PickleReader.kind(value));
    }

    @Override
    public void close() {
        files.forEach(TorchFile::close);
    }
}
