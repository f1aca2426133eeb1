package tfree.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import tfree.config.RunConfig;
import tfree.config.RunConfigFile;
import tfree.dictionary.DictionaryFile;
import tfree.dictionary.WordList;
import tfree.file.AtomicFile;
import tfree.file.CorruptFileException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** The project's own: safetensors, JSON and a dictionary file, as {@link Checkpoint} lists them. */
record OwnLayout(Path folder) implements Layout {
    static final Path WEIGHTS = Path.of("transformer", "transformer.safetensors");
    private static final Path CONTEXT = Path.of("context", "context.json");
    private static final Path DICTIONARY = Path.of("tokenizer", "dictionary.tfree");
    private static final Path OPTIMIZER = Path.of("optimizer", "optimizer.safetensors");
    private static final Path TFREE = Path.of("tfree.json");
    private static final String FIRST_MOMENT = "first_moment.";
    private static final String SECOND_MOMENT = "second_moment.";
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

    @Override
    public String description() {
        return "safetensors and JSON";
    }

    @Override
    public String tfreeSection() throws IOException {
        return Files.readString(folder.resolve(TFREE));
    }

    @Override
    public Checkpoint.State state() throws IOException {
        try {
            return JSON.readValue(Files.readAllBytes(folder.resolve(CONTEXT)), Checkpoint.State.class);
        } catch (JacksonException e) {
            throw new CorruptFileException(folder.resolve(CONTEXT), "expected JSON but was damaged: "
                    + e.getOriginalMessage());
        }
    }

    @Override
    public Path weightsFile() {
        return WEIGHTS;
    }

    @Override
    public SavedTensors weights() throws IOException {
        return Safetensors.open(folder.resolve(WEIGHTS));
    }

    /** A run's own are fp32 already. */
    @Override
    public SavedTensors trainedWeights() throws IOException {
        return weights();
    }

    @Override
    public boolean hasDictionary() {
        return Files.exists(folder.resolve(DICTIONARY));
    }

    @Override
    public WordList dictionary() throws IOException {
        return DictionaryFile.read(folder.resolve(DICTIONARY));
    }

    @Override
    public CheckpointContents.@Nullable StoredRows storedRows() {
        return null;
    }

    @Override
    public boolean hasOptimizer() {
        return Files.exists(folder.resolve(OPTIMIZER));
    }

    @Override
    public void loadOptimizer(Checkpoint.OptimizerState optimizer) throws IOException {
        long steps = state().optimizerSteps();
        try (Safetensors saved = Safetensors.open(folder.resolve(OPTIMIZER))) {
            optimizer.restore(named(saved, FIRST_MOMENT), named(saved, SECOND_MOMENT), steps);
        } catch (IllegalArgumentException e) {
            throw new CorruptFileException(folder.resolve(OPTIMIZER), String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, Tensor> named(Safetensors saved, String prefix) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        saved.tensors().forEach((name, tensor) -> {
            if (name.startsWith(prefix)) {
                tensors.put(name.substring(prefix.length()), tensor);
            }
        });
        return tensors;
    }

    /** Writes the files that a model needs. */
    void writeModel(RunConfig config, Units units, Map<String, Tensor> parameters) throws IOException {
        Files.createDirectories(folder.resolve(WEIGHTS).getParent());
        Files.createDirectories(folder.resolve(TOKENIZER).getParent());
        write(ARCHITECTURE, RunConfigFile.sectionToJson(config.architecture()));
        write(TOKENIZER, RunConfigFile.sectionToJson(config.tokenizer()));
        write(TFREE, RunConfigFile.sectionToJson(config.tfree()));
        switch (units) {
            case Units.Words words -> DictionaryFile.write(words.dictionary(), folder.resolve(DICTIONARY));
            case Units.Tokens tokens -> AtomicFile.write(folder.resolve(TOKENIZER_FILE), tokens.tokenizer().json());
        }
        Safetensors.write(folder.resolve(WEIGHTS), parameters, Map.of("format", "pt"));
    }

    /** Writes where a run stands. */
    void writeContext(RunConfig config, Checkpoint.State state) throws IOException {
        Files.createDirectories(folder.resolve(CONTEXT).getParent());
        write(CONFIG, RunConfigFile.toJson(config));
        write(CONTEXT, JSON.writeValueAsString(state));
    }

    /** Writes an optimizer's state. */
    void writeOptimizer(Map<String, Tensor> firstMoments, Map<String, Tensor> secondMoments) throws IOException {
        Files.createDirectories(folder.resolve(OPTIMIZER).getParent());
        Map<String, Tensor> moments = new LinkedHashMap<>();
        firstMoments.forEach((name, moment) -> moments.put(FIRST_MOMENT + name, moment));
        secondMoments.forEach((name, moment) -> moments.put(SECOND_MOMENT + name, moment));
        Safetensors.write(folder.resolve(OPTIMIZER), moments, Map.of());
    }

    private void write(Path file, String text) throws IOException {
        AtomicFile.write(folder.resolve(file), text.getBytes(StandardCharsets.UTF_8));
    }
}
