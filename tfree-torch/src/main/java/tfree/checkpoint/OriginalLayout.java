package tfree.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import tfree.config.ConfigException;
import tfree.config.RunConfig;
import tfree.config.RunConfigFile;
import tfree.dictionary.WordCounts;
import tfree.dictionary.WordList;
import tfree.file.AtomicFile;
import tfree.file.CorruptFileException;
import tfree.model.TensorScope;
import tfree.pickle.CounterPickle;
import tfree.pickle.PickleReader;

/**
 * The original's: {@code .pt} files.
 *
 * <pre>
 * context/context_global_rank_&lt;r&gt;.pt        a dict: iterations, consumed_samples, random states
 * transformer/transformer.pt                 the parameters
 * tokenizer/tokenizer.pt                     a dict: slot table, dictionary
 * optimizer/optimizer_state_layer_&lt;n&gt;.pt     {@link OriginalOptimizer}
 * words_target/words_target_rank_&lt;r&gt;.pt     a Counter of the words that were to be predicted
 * </pre>
 *
 * Published checkpoints have the folders {@code transformer} and {@code tokenizer} alone.
 */
final class OriginalLayout implements Layout {
    static final Path WEIGHTS = Path.of("transformer", "transformer.pt");
    private static final Path TOKENIZER_DATA = Path.of("tokenizer", "tokenizer.pt");
    static final Path CONTEXT = Path.of("context");
    private static final Path FIRST_CONTEXT = CONTEXT.resolve("context_global_rank_0.pt");
    private static final Path WORDS_TARGET = Path.of("words_target");

    private final Path folder;
    private @Nullable Tokenizer tokenizer; // read once: it may hold a million words

    /** What {@code tokenizer.pt} holds, each null if it does not. */
    private record Tokenizer(@Nullable WordList words, CheckpointContents.@Nullable StoredRows rows) {}

    OriginalLayout(Path folder) {
        this.folder = folder;
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public String description() {
        return "the original's .pt files";
    }

    /** The rule of the published models. */
    @Override
    public String tfreeSection() {
        return "{scoring_rule: contrast}";
    }

    @Override
    public Checkpoint.State state() throws IOException {
        Path path = folder.resolve(FIRST_CONTEXT);
        try (TorchFile file = TorchFile.open(path)) {
            if (!(file.value() instanceof Map<?, ?> context)) {
                throw new CorruptFileException(path, "expected a dict but was " + PickleReader.kind(file.value()));
            }
            long steps = 0;
            Checkpoint.LossScale lossScale = null;
            if (hasOptimizer()) {
                try (OriginalOptimizer optimizer = OriginalOptimizer.open(folder)) {
                    steps = optimizer.steps();
                    lossScale = optimizer.lossScale();
                }
            }
            return new Checkpoint.State(number(path, context, "iterations"), number(path, context, "consumed_samples"),
                    steps, lossScale);
        }
    }

    private static long number(Path path, Map<?, ?> context, String name) throws CorruptFileException {
        Object value = context.get(name);
        if (!(value instanceof Integer || value instanceof Long) || ((Number) value).longValue() < 0) {
            throw new CorruptFileException(path, name + ": expected a number of at least 0 but was "
                    + (value instanceof Number ? value : PickleReader.kind(value)));
        }
        return ((Number) value).longValue();
    }

    @Override
    public Path weightsFile() {
        return WEIGHTS;
    }

    @Override
    public SavedTensors weights() throws IOException {
        return TorchTensors.open(folder.resolve(WEIGHTS));
    }

    @Override
    public SavedTensors trainedWeights() throws IOException {
        return hasOptimizer() ? OriginalOptimizer.open(folder).parameters() : weights();
    }

    @Override
    public boolean hasDictionary() throws IOException {
        return tokenizer().words != null || !wordsTargets().isEmpty();
    }

    /** The tokenizer's words in its order, or else those that were to be predicted, and the special ones. */
    @Override
    public WordList dictionary() throws IOException {
        WordList words = tokenizer().words;
        return (words == null ? predictedWords() : words).specialWordsAdded();
    }

    private WordList predictedWords() throws IOException {
        List<Path> counters = wordsTargets();
        if (counters.isEmpty()) {
            throw new ConfigException(folder + ": expected a checkpoint with a dictionary but " + TOKENIZER_DATA
                    + " has no words; name a dictionary with --dictionary");
        }
        WordCounts counts = new WordCounts();
        for (Path counter : counters) {
            try (TorchFile file = TorchFile.open(counter)) {
                CounterPickle.counts(file.value(), counter.toString()).forEach(counts::add);
            }
        }
        return WordList.mostCommon(counts);
    }

    private synchronized Tokenizer tokenizer() throws IOException {
        if (tokenizer == null) {
            Path path = folder.resolve(TOKENIZER_DATA);
            tokenizer = Files.exists(path) ? read(path) : new Tokenizer(null, null);
        }
        return tokenizer;
    }

    private Tokenizer read(Path path) throws IOException {
        try (TorchFile file = TorchFile.open(path)) {
            if (!(file.value() instanceof Map<?, ?> map)) {
                throw new CorruptFileException(path, "expected a dict but was " + PickleReader.kind(file.value()));
            }
            WordList words = map.get("words") instanceof List<?> list && !list.isEmpty() ? TorchDictionary.of(path, map)
                    : null;
            return new Tokenizer(words, map.get(OriginalTokenizer.SLOT_TABLE) instanceof StoredTensor table
                    ? OriginalTokenizer.compare(path, table, config().encoding())
                    : null);
        }
    }

    private List<Path> wordsTargets() throws IOException {
        return files(WORDS_TARGET, "words_target_rank_[0-9]+\\.pt");
    }

    @Override
    public CheckpointContents.@Nullable StoredRows storedRows() throws IOException {
        return tokenizer().rows;
    }

    @Override
    public boolean hasOptimizer() throws IOException {
        return !OriginalOptimizer.files(this).isEmpty();
    }

    @Override
    public void loadOptimizer(Checkpoint.OptimizerState optimizer) throws IOException {
        try (OriginalOptimizer saved = OriginalOptimizer.open(folder)) {
            saved.handTo(optimizer);
        } catch (IllegalArgumentException e) {
            throw new CorruptFileException(folder.resolve(OriginalOptimizer.FOLDER), String.valueOf(e.getMessage()));
        }
    }

    /**
     * Writes the files that a model needs.
     *
     * @param tableRows how much of the slot table, see {@link OriginalTokenizer}
     */
    void writeModel(RunConfig config, Units units, Map<String, Tensor> parameters, int tableRows) throws IOException {
        Files.createDirectories(folder.resolve(ARCHITECTURE).getParent());
        Files.createDirectories(folder.resolve(TOKENIZER).getParent());
        write(ARCHITECTURE, RunConfigFile.sectionToJson(config.architecture()));
        write(TOKENIZER, RunConfigFile.sectionToJson(config.tokenizer()));
        switch (units) {
            case Units.Words words -> OriginalTokenizer.write(folder.resolve(TOKENIZER_DATA), config.encoding(),
                    words.dictionary(), tableRows);
            case Units.Tokens tokens -> AtomicFile.write(folder.resolve(TOKENIZER_FILE), tokens.tokenizer().json());
        }
        TorchFile.writeStateDict(folder.resolve(WEIGHTS), parameters);
    }

    /** Writes where a run stands, for each of its ranks. */
    void writeContext(RunConfig config, Checkpoint.State state) throws IOException {
        Files.createDirectories(folder.resolve(CONTEXT));
        write(CONFIG, RunConfigFile.toJson(config));
        try (TensorScope _ = new TensorScope()) {
            Map<String, @Nullable Object> context = new LinkedHashMap<>();
            context.put("iterations", state.iterations());
            context.put("consumed_samples", state.consumedSamples());
            context.putAll(RandomStates.seeded(config.training().seed()));
            for (int rank = 0; rank < config.training().worldSize(); rank++) {
                TorchFile.write(folder.resolve(CONTEXT).resolve("context_global_rank_" + rank + ".pt"), context);
            }
        }
    }

    /** Writes an optimizer's state. */
    void writeOptimizer(RunConfig config, Checkpoint.State state, Map<String, Tensor> parameters,
            Map<String, Tensor> firstMoments,
            Map<String, Tensor> secondMoments) throws IOException {
        Files.createDirectories(folder.resolve(OriginalOptimizer.FOLDER));
        OriginalOptimizer.write(folder, config, state, parameters, firstMoments, secondMoments);
    }

    private void write(Path file, String text) throws IOException {
        AtomicFile.write(folder.resolve(file), text.getBytes(StandardCharsets.UTF_8));
    }

    /** The files of that pattern in an inner folder, in the order of their names. */
    List<Path> files(Path inner, String pattern) throws IOException {
        if (!Files.isDirectory(folder.resolve(inner))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder.resolve(inner))) {
            return files.filter(path -> String.valueOf(path.getFileName()).matches(pattern)).sorted().toList();
        }
    }
}
