package tfree.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import tfree.model.Rotary.Turns;

/**
 * A decoder-only, pre-norm transformer from trigram slots to slot logits (T-Free, arXiv 2406.19223).
 *
 * <pre>
 * slots ─embedding→ [positions, h] ─block × L→ ─norm→ [positions, h] ─lm_head→ logits [positions, v]
 * </pre>
 *
 * A position is a word. Positions of all documents of a batch stand one after the other, without padding; see
 * {@link ModelInput}. Parameters are plain tensors under the names of the checkpoints.
 *
 * <p>
 * Inference, from a prompt of three words to the logits of the next word and on:
 *
 * <pre>{@code
 * try (KvCache cache = new KvCache(transformer.config())) {
 *     float[] logits = transformer.next(prompt, cache); // [v]
 *     logits = transformer.next(word, cache); // one position only
 * }
 * }</pre>
 *
 * Reading is thread-safe; a cache belongs to one thread at a time.
 */
public final class Transformer implements AutoCloseable {
    /** Rows of logits that are held natively at a time. */
    private static final int ROWS_AT_ONCE = 64;

    private final ArchitectureConfig config;
    private final Map<String, Tensor> parameters;
    private final Map<String, Tensor> rounded = new LinkedHashMap<>(); // copies of those of a higher precision
    private final TrigramEmbedding embedding;
    private final Rotary rotary;
    private final List<TransformerBlock> blocks = new ArrayList<>();
    private final Normalization finalNorm;
    private final Tensor head; // [v, h]
    private final Runnable release;

    /**
     * A transformer on existing tensors, which it owns from here on. Of fp32 ones it works on copies in
     * {@code config.precision()}, which follow them by {@link #refresh()}; those that are of that precision already it
     * works on itself. Mapped ones serve for inference; to train, {@link #load} a copy.
     *
     * @param parameters by name, as {@link ParameterSpec#of} lists them
     * @throws IllegalArgumentException if one is missing, too many, or of another shape or type
     */
    public Transformer(ArchitectureConfig config, Map<String, Tensor> parameters) {
        this(config, parameters, () -> {});
    }

    private Transformer(ArchitectureConfig config, Map<String, Tensor> parameters, Runnable release) {
        NativeEngine.start();
        this.config = config;
        this.parameters = inOrder(config, parameters);
        this.parameters.forEach(this::checkType);
        try (TensorScope scope = new TensorScope()) {
            this.parameters.forEach((name, parameter) -> {
                if (Tensors.type(parameter) != precision()) {
                    rounded.put(name, scope.keep(parameter.to(precision())));
                }
            });
        }
        Map<String, Tensor> weights = new LinkedHashMap<>(this.parameters);
        weights.putAll(rounded);
        embedding = new TrigramEmbedding(config, named(weights, ParameterSpec.EMBEDDING));
        rotary = new Rotary(config);
        for (int i = 0; i < config.numLayers(); i++) {
            blocks.add(new TransformerBlock(config, i, rotary, weights));
        }
        finalNorm = new Normalization(config, weights, ParameterSpec.FINAL_NORM);
        head = named(weights, ParameterSpec.HEAD);
        this.release = release;
    }

    /**
     * A transformer on the tensors of a mapped file, for inference: those of the architecture's precision are not copied,
     * the others are converted.
     *
     * @param release lets go of the file, when the transformer is closed
     * @throws IllegalArgumentException as of the constructor; the file is the caller's then
     */
    public static Transformer mapped(ArchitectureConfig config, Map<String, Tensor> saved, Runnable release) {
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        try (TensorScope scope = new TensorScope()) {
            inOrder(config, saved).forEach((name, tensor) -> parameters.put(name,
                    scope.keep(tensor.detach().to(type(config.precision())))));
        }
        try {
            return new Transformer(config, parameters, release);
        } catch (IllegalArgumentException e) {
            parameters.values().forEach(Tensor::close);
            throw e;
        }
    }

    /** The type of the numbers of a precision. */
    public static ScalarType type(ArchitectureConfig.Precision precision) {
        return switch (precision) {
            case FLOAT32 -> ScalarType.Float;
            case BFLOAT16 -> ScalarType.BFloat16;
            case FLOAT16 -> ScalarType.Half;
        };
    }

    private void checkType(String name, Tensor tensor) {
        ScalarType type = Tensors.type(tensor);
        if (type != ScalarType.Float && type != precision()) {
            String other = precision() == ScalarType.Float ? ""
                    : " or " + config.precision().name().toLowerCase(Locale.ROOT);
            throw new IllegalArgumentException("expected float32" + other + " but was " + type + " at parameter " + name
                    + "; load a copy into an initialised transformer");
        }
    }

    private ScalarType precision() {
        return type(config.precision());
    }

    /** Takes over what was written into the parameters: to be called after every change to them. */
    public void refresh() {
        try (TensorScope _ = new TensorScope()) {
            rounded.forEach((name, weight) -> weight.copy_(named(parameters, name)));
        }
    }

    /** A fresh transformer, initialised as {@code config.init()} says; the same seed gives the same numbers. */
    public static Transformer initialised(ArchitectureConfig config, long seed) {
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        try (TensorScope scope = new TensorScope()) {
            GeneratorOptional random = new GeneratorOptional(torch.make_generator_cpu(seed));
            for (ParameterSpec spec : ParameterSpec.of(config)) {
                parameters.put(spec.name(), scope.keep(spec.draw(config, random)));
            }
        }
        return new Transformer(config, parameters);
    }

    /**
     * Copies saved values into the parameters, whatever type they are saved in.
     *
     * @param saved by name, exactly the parameters of this architecture
     * @throws IllegalArgumentException if one is missing, too many, or of another shape; nothing is copied then
     */
    public void load(Map<String, Tensor> saved) {
        Map<String, Tensor> checked = inOrder(config, saved);
        try (TensorScope _ = new TensorScope()) {
            parameters.forEach((name, parameter) -> parameter.copy_(Objects.requireNonNull(checked.get(name))));
        }
        refresh();
    }

    /** The shape. */
    public ArchitectureConfig config() {
        return config;
    }

    /** All parameters by name, in the order of registration: the tensors themselves, fp32 in training. */
    public Map<String, Tensor> parameters() {
        return Collections.unmodifiableMap(parameters);
    }

    /** How many numbers the parameters hold together. */
    public long parameterCount() {
        return ParameterSpec.of(config).stream().mapToLong(ParameterSpec::size).sum();
    }

    /** The head's weight in the precision at work, [v, h]. */
    public Tensor head() {
        return head;
    }

    /** Hidden states after the final norm, [positions, h]; documents do not see each other. */
    public Tensor hidden(ModelInput input) {
        return hidden(input, new DocumentMask(input));
    }

    /**
     * The same hidden states with the way back to the parameters.
     *
     * @param recompute whether each block keeps its input only and runs again on the way back (activation
     *            checkpointing): about a quarter more time, a fraction of the memory, the same bits
     */
    public HiddenStates forward(ModelInput input, boolean recompute) {
        Turns turns = rotary.at(input.positionIds());
        DocumentMask mask = new DocumentMask(input);
        List<Pass> passes = new ArrayList<>();
        Tensor x = embedding.apply(input);
        for (TransformerBlock block : blocks) {
            Pass.Part part = in -> block.forward(in, turns, mask);
            Pass pass = recompute ? Pass.again(part, x) : part.forward(x);
            passes.add(pass);
            x = pass.output();
        }
        passes.add(finalNorm.forward(x));
        return new HiddenStates(passes.getLast().output(), (gradient, gradients) -> {
            Tensor back = gradient;
            for (Pass pass : passes.reversed()) {
                back = pass.back(back, gradients);
            }
            embedding.backward(back, input, gradients);
        });
    }

    /** Slot logits of hidden states, fp32: [positions, h] → [positions, v]. */
    public Tensor logits(Tensor hidden) {
        return Tensors.fp32(new Linear(ParameterSpec.HEAD, head, null).apply(hidden));
    }

    /**
     * Reads one document's next words and answers with the logits of the word that follows the last of them.
     *
     * @param input one document, at the positions that follow the cache's
     * @return [v]
     * @throws IllegalArgumentException if the positions exceed {@code sequenceLength}
     */
    public float[] next(ModelInput input, KvCache cache) {
        return next(input, List.of(cache), new int[]{input.positions() - 1})[0];
    }

    /** As {@link #next}, with the logits behind every word: [positions][v]. */
    public float[][] nextAfterEach(ModelInput input, KvCache cache) {
        return next(input, List.of(cache), IntStream.range(0, input.positions()).toArray());
    }

    /**
     * Reads the next words of several documents in one pass, each behind its own cache: of running answers one word each,
     * of new ones their prompts.
     *
     * @param input  each document at the positions that follow its cache's
     * @param caches a document's each
     * @param at     the positions of the input behind which logits are wanted
     * @return [at][v]
     * @throws IllegalArgumentException if a position exceeds {@code sequenceLength}, or does not follow the cache's
     */
    public float[][] next(ModelInput input, List<KvCache> caches, int[] at) {
        try (TensorScope _ = new TensorScope()) {
            CachedDocuments documents = new CachedDocuments(input, caches);
            Tensor hidden = hidden(input, documents);
            documents.advance();
            Tensor wanted = at.length == input.positions() ? hidden : hidden.index_select(0, Tensors.ofInts(at));
            float[][] rows = new float[at.length][];
            for (int from = 0; from < rows.length; from += ROWS_AT_ONCE) {
                int count = Math.min(ROWS_AT_ONCE, rows.length - from);
                try (TensorScope _ = new TensorScope()) {
                    Tensor some = logits(wanted.narrow(0, from, count));
                    for (int p = 0; p < count; p++) {
                        rows[from + p] = Tensors.floats(some.select(0, p));
                    }
                }
            }
            return rows;
        }
    }

    private Tensor hidden(ModelInput input, AttentionReach reach) {
        Turns turns = rotary.at(input.positionIds());
        Tensor x = embedding.apply(input);
        for (TransformerBlock block : blocks) {
            try (TensorScope scope = new TensorScope()) {
                x = scope.handUp(block.apply(x, turns, reach));
            }
        }
        return finalNorm.forward(x).output();
    }

    private static Tensor named(Map<String, Tensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    /** @throws IllegalArgumentException if these are not the parameters of this architecture: names and shapes */
    public static void requireFit(ArchitectureConfig config, Map<String, Tensor> saved) {
        inOrder(config, saved);
    }

    private static Map<String, Tensor> inOrder(ArchitectureConfig config, Map<String, Tensor> given) {
        Map<String, Tensor> ordered = new LinkedHashMap<>();
        for (ParameterSpec spec : ParameterSpec.of(config)) {
            Tensor tensor = given.get(spec.name());
            if (tensor == null) {
                throw new IllegalArgumentException("expected a parameter " + spec.name() + " of shape " + spec.shape()
                        + " but there is none; does the architecture fit the checkpoint?");
            }
            List<Long> shape = Tensors.shape(tensor);
            if (!shape.equals(spec.shape())) {
                throw new IllegalArgumentException("expected shape " + spec.shape() + " but was " + shape
                        + " at parameter " + spec.name() + "; does the architecture fit the checkpoint?");
            }
            ordered.put(spec.name(), tensor);
        }
        for (String name : given.keySet()) {
            if (!ordered.containsKey(name)) {
                throw new IllegalArgumentException("expected no parameter " + name
                        + " in this architecture; does the architecture fit the checkpoint?");
            }
        }
        return ordered;
    }

    /** Frees the parameters. */
    @Override
    public void close() {
        rounded.values().forEach(Tensor::close);
        parameters.values().forEach(Tensor::close);
        rotary.close();
        release.run();
    }
}
