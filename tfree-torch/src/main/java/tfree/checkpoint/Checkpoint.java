package tfree.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import tfree.checkpoint.CheckpointContents.StoredRows;
import tfree.config.ConfigException;
import tfree.config.RunConfig;
import tfree.config.RunConfig.TableInit;
import tfree.dictionary.WordList;
import tfree.file.CorruptFileException;
import tfree.model.ArchitectureConfig.Precision;
import tfree.model.Transformer;
import tfree.token.TokenizerFile;

/**
 * A saved model: its weights, configuration and dictionary, and what a run needs to go on. This is the layout that is
 * written; that of the original, {@link OriginalLayout}, is read as well.
 *
 * <pre>
 * &lt;save_dir&gt;/latest                              the newest iteration folder's name
 * &lt;save_dir&gt;/000000000400/                       iterations, 12 digits
 *     context/config.yml                         the whole configuration, as the original writes it
 *     context/context.json                       {@link State}
 *     transformer/transformer_config.yaml        the section architecture
 *     transformer/transformer.safetensors        the parameters
 *     tokenizer/tokenizer_config.yaml            the section tokenizer
 *     tokenizer/dictionary.tfree                 the words that decoding may produce, or with classic tokenization
 *     tokenizer/tokenizer.json                   the tokenizer
 *     optimizer/optimizer.safetensors            first_moment.&lt;parameter&gt;, second_moment.&lt;parameter&gt;
 *     tfree.json                                 the section tfree
 * </pre>
 *
 * <p>A published model has neither {@code context} nor {@code optimizer}. How a folder appears whole: {@link SaveFolder}.
 */
public final class Checkpoint {

    /**
     * Where a run stands.
     *
     * @param iterations      steps done
     * @param consumedSamples samples taken by all ranks
     * @param optimizerSteps  steps that the optimizer's moments have seen
     * @param lossScale       of the loss scaler; null if there is none
     */
    public record State(long iterations, long consumedSamples, long optimizerSteps, @Nullable LossScale lossScale) {
        /** Before the first step. */
        public static final State BEGINNING = new State(0, 0, 0, null);

        private State unscaled() {
            return new State(iterations, consumedSamples, optimizerSteps, null);
        }
    }

    /**
     * Where a loss scaler stands.
     *
     * @param scale       what the loss is multiplied with
     * @param hysteresis  from 1 on the next gradient that is not finite lowers the scale
     * @param finiteSteps in a row, since one was not
     */
    public record LossScale(double scale, double hysteresis, long finiteSteps) {}

    /** Takes an optimizer's state. */
    @FunctionalInterface
    public interface OptimizerState {
        void restore(Map<String, Tensor> firstMoments, Map<String, Tensor> secondMoments, long steps)
                throws IOException;
    }

    /** Takes a model's weights. */
    @FunctionalInterface
    interface Weights {
        void read(Map<String, Tensor> weights) throws IOException;
    }

    private final Layout layout;
    private final RunConfig config;
    private final State state;

    private Checkpoint(Layout layout, RunConfig config, State state) {
        this.layout = layout;
        this.config = config;
        this.state = state;
    }

    /**
     * Opens a checkpoint of either layout without reading its tensors.
     *
     * @param folder an iteration's folder, or a save folder, whose latest iteration is taken
     * @throws ConfigException      if there is no checkpoint
     * @throws CorruptFileException if one of its files is damaged or missing
     */
    public static Checkpoint open(Path folder) throws IOException {
        boolean iteration = Files.isDirectory(folder.resolve(Layout.TRANSFORMER));
        Layout layout = Layout.of(iteration ? folder : new SaveFolder(folder).latest());
        return complete(layout, () -> {
            RunConfig config = layout.config();
            State state = layout.hasContext() ? layout.state() : State.BEGINNING;
            // The original writes a loss scaler's state whether it is switched on or not.
            return new Checkpoint(layout, config, config.optimizer().lossScaler().enable() ? state : state.unscaled());
        });
    }

    /** The iteration's folder. */
    public Path folder() {
        return layout.folder();
    }

    /**
     * The configuration of the run that wrote it, the section {@code tfree} included. Without a context only the sections
     * {@code architecture}, {@code tokenizer} and {@code tfree} are its own, and the others hold defaults.
     */
    public RunConfig config() {
        return config;
    }

    /** Where that run stood; at its beginning without a context. */
    public State state() {
        return state;
    }

    /** Whether it knows of the run that wrote it; published models do not. */
    public boolean hasContext() {
        return layout.hasContext();
    }

    /** What it holds, without reading its numbers. */
    public CheckpointContents contents() throws IOException {
        return complete(layout, () -> CheckpointContents.of(this, layout));
    }

    /** What the model says; a tokenizer is the caller's to close. */
    public Units units() throws IOException {
        return config.tokenizer().doClassicTokenization()
                ? new Units.Tokens(complete(layout,
                        () -> TokenizerFile.open(folder().resolve(Layout.TOKENIZER_FILE))))
                : new Units.Words(dictionary());
    }

    /** Whether {@link #dictionary} has words: the original's trainer writes none. */
    public boolean hasDictionary() throws IOException {
        return layout.hasDictionary();
    }

    /**
     * The words that decoding may produce.
     *
     * @throws ConfigException if the model says the tokens of a tokenizer, or has no dictionary
     */
    public WordList dictionary() throws IOException {
        if (config.tokenizer().doClassicTokenization()) {
            throw new ConfigException(folder() + ": expected a model that says words but it says the tokens of its"
                    + " tokenizer");
        }
        return complete(layout, layout::dictionary);
    }

    /**
     * The model with the saved weights, for inference; the caller closes it. Weights of the type that the architecture's
     * precision names are mapped and not copied: they are not to be written to, and cost memory only as they are read.
     */
    public Transformer transformer() throws IOException {
        return transformer(config.architecture().precision());
    }

    /** The same in another precision than the architecture's. */
    public Transformer transformer(Precision precision) throws IOException {
        requireComputedSlots();
        return complete(layout, () -> {
            SavedTensors weights = layout.weights();
            try {
                return Transformer.mapped(config.architecture().withPrecision(precision), weights.tensors(),
                        weights::close);
            } catch (IllegalArgumentException e) {
                weights.close();
                throw unfit(e);
            }
        });
    }

    /** The weights mean nothing under other slots than those that are computed here. */
    private void requireComputedSlots() throws IOException {
        if (config.tokenizer().initialize() == TableInit.ORTHOGONAL) {
            throw new ConfigException(
                    folder() + ": tokenizer.initialize: expected hash but was orthogonal; such a table"
                            + " depends on another library's random numbers");
        }
        StoredRows rows = layout.storedRows();
        if (rows != null && rows.equal() < rows.compared()) {
            throw new ConfigException(
                    folder() + (": expected the slots of trigrams that follow from the configuration but"
                            + " %d of %d rows of the stored table that were compared are others")
                            .formatted(rows.compared() - rows.equal(), rows.compared()));
        }
    }

    /** Copies the saved weights into a model of the same shape, to train on: in fp32 if the checkpoint has them so. */
    public void loadInto(Transformer model) throws IOException {
        requireComputedSlots();
        withTrainedWeights(model::load);
    }

    /** @throws IOException if the weights do not fit the architecture, or the slots are not those computed */
    void requireLoadable() throws IOException {
        requireComputedSlots();
        withWeights(weights -> Transformer.requireFit(config.architecture(), weights));
    }

    /** Hands over the saved weights: views that live as long as the call. */
    void withWeights(Weights reader) throws IOException {
        hand(layout::weights, reader);
    }

    /** The same, as training goes on with them. */
    void withTrainedWeights(Weights reader) throws IOException {
        hand(layout::trainedWeights, reader);
    }

    private void hand(Part<SavedTensors> part, Weights reader) throws IOException {
        complete(layout, () -> {
            try (SavedTensors weights = part.read()) {
                reader.read(weights.tensors());
                return weights;
            } catch (IllegalArgumentException e) {
                throw unfit(e);
            }
        });
    }

    /** Whether it has an optimizer's state. */
    public boolean hasOptimizer() throws IOException {
        return layout.hasOptimizer();
    }

    /** Hands over the saved state of the optimizer: views that live as long as the call. */
    public void loadOptimizer(OptimizerState optimizer) throws IOException {
        complete(layout, () -> {
            layout.loadOptimizer(optimizer);
            return layout;
        });
    }

    private CorruptFileException unfit(IllegalArgumentException e) {
        return new CorruptFileException(folder().resolve(layout.weightsFile()), String.valueOf(e.getMessage()));
    }

    /** Reads a part. */
    @FunctionalInterface
    private interface Part<T> {
        T read() throws IOException;
    }

    private static <T> T complete(Layout layout, Part<T> part) throws IOException {
        try {
            return part.read();
        } catch (NoSuchFileException e) {
            Path file = Path.of(e.getFile());
            throw new CorruptFileException(layout.folder(), "expected the file "
                    + (file.startsWith(layout.folder()) ? layout.folder().relativize(file) : file)
                    + " but it is missing");
        }
    }

    /**
     * Writes a checkpoint; it appears under its name only when it is complete and on the disk.
     *
     * @return the iteration's folder
     */
    public static Path save(Path saveDir, RunConfig config, Units units, Transformer model,
            Map<String, Tensor> firstMoments, Map<String, Tensor> secondMoments, State state) throws IOException {
        return new SaveFolder(saveDir).put(state.iterations(), folder -> {
            OwnLayout layout = new OwnLayout(folder);
            layout.writeModel(config, units, model.parameters());
            layout.writeContext(config, state);
            layout.writeOptimizer(firstMoments, secondMoments);
        });
    }
}
