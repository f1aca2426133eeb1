package tfree.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import tfree.config.ConfigException;
import tfree.config.RunConfig;
import tfree.config.RunConfigFile;
import tfree.dictionary.DictionaryFile;
import tfree.dictionary.WordList;
import tfree.file.AtomicFile;
import tfree.file.CorruptFileException;
import tfree.model.Transformer;
import tfree.token.TokenizerFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * A saved model: its weights, configuration and dictionary, and what a run needs to go on.
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
 * <p>A folder is written under another name, flushed and renamed; {@code latest} follows. So a run that is killed at any
 * moment leaves complete checkpoints only.
 */
public final class Checkpoint {
    private static final String LATEST = "latest";
    private static final Path CONFIG = Path.of("context", "config.yml");
    private static final Path CONTEXT = Path.of("context", "context.json");
    private static final Path ARCHITECTURE = Path.of("transformer", "transformer_config.yaml");
    private static final Path WEIGHTS = Path.of("transformer", "transformer.safetensors");
    private static final Path TOKENIZER = Path.of("tokenizer", "tokenizer_config.yaml");
    private static final Path DICTIONARY = Path.of("tokenizer", "dictionary.tfree");
    private static final Path TOKENIZER_FILE = Path.of("tokenizer", "tokenizer.json");
    private static final Path OPTIMIZER = Path.of("optimizer", "optimizer.safetensors");
    private static final Path TFREE = Path.of("tfree.json");
    private static final String FIRST_MOMENT = "first_moment.";
    private static final String SECOND_MOMENT = "second_moment.";
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

    /**
     * Where a run stands.
     *
     * @param iterations      steps done
     * @param consumedSamples samples taken by all ranks
     * @param optimizerSteps  steps that the optimizer's moments have seen
     */
    public record State(long iterations, long consumedSamples, long optimizerSteps) {
        /** Before the first step. */
        public static final State BEGINNING = new State(0, 0, 0);
    }

    /** Takes an optimizer's state. */
    @FunctionalInterface
    public interface OptimizerState {
        void restore(Map<String, Tensor> firstMoments, Map<String, Tensor> secondMoments, long steps);
    }

    private final Path folder;
    private final RunConfig config;
    private final State state;

    private Checkpoint(Path folder, RunConfig config, State state) {
        this.folder = folder;
        this.config = config;
        this.state = state;
    }

    /**
     * Opens a checkpoint without reading its tensors.
     *
     * @param folder an iteration's folder, or a save folder, whose latest iteration is taken
     * @throws ConfigException      if there is no checkpoint
     * @throws CorruptFileException if one of its files is damaged or missing
     */
    public static Checkpoint open(Path folder) throws IOException {
        Path iteration = iteration(folder);
        try {
            RunConfig config = RunConfigFile.parseWithTFree(Files.readString(iteration.resolve(CONFIG)),
                    Files.readString(iteration.resolve(TFREE)));
            State state = JSON.readValue(Files.readAllBytes(iteration.resolve(CONTEXT)), State.class);
            return new Checkpoint(iteration, config, state);
        } catch (NoSuchFileException e) {
            throw new CorruptFileException(iteration, "expected a checkpoint but the file " + e.getFile()
                    + " is missing");
        } catch (JacksonException e) {
            throw new CorruptFileException(iteration.resolve(CONTEXT), "expected JSON but was damaged: "
                    + e.getOriginalMessage());
        } catch (ConfigException e) {
            throw new CorruptFileException(iteration.resolve(CONFIG), String.valueOf(e.getMessage()));
        }
    }

    private static Path iteration(Path folder) throws IOException {
        if (Files.exists(folder.resolve(CONFIG))) {
            return folder;
        }
        Path latest = folder.resolve(LATEST);
        if (!Files.exists(latest)) {
            throw new ConfigException(folder + ": expected a checkpoint (a save folder with a file latest, or an"
                    + " iteration's folder with " + CONFIG + ") but there is none");
        }
        Path iteration = folder.resolve(Files.readString(latest).strip());
        if (!Files.isDirectory(iteration)) {
            throw new CorruptFileException(latest, "expected the name of an iteration's folder beside it but was "
                    + iteration.getFileName());
        }
        return iteration;
    }

    /** The iteration's folder. */
    public Path folder() {
        return folder;
    }

    /** The configuration of the run that wrote it, the section {@code tfree} included. */
    public RunConfig config() {
        return config;
    }

    /** Where that run stood. */
    public State state() {
        return state;
    }

    /** What the model says; a tokenizer is the caller's to close. */
    public Units units() throws IOException {
        return config.tokenizer().doClassicTokenization()
                ? new Units.Tokens(TokenizerFile.open(folder.resolve(TOKENIZER_FILE)))
                : new Units.Words(dictionary());
    }

    /**
     * The words that decoding may produce.
     *
     * @throws ConfigException if the model says the tokens of a tokenizer
     */
    public WordList dictionary() throws IOException {
        if (config.tokenizer().doClassicTokenization()) {
            throw new ConfigException(folder + ": expected a model that says words but it says the tokens of its"
                    + " tokenizer");
        }
        return DictionaryFile.read(folder.resolve(DICTIONARY));
    }

    /** The model with the saved weights; the caller closes it. */
    public Transformer transformer() throws IOException {
        Transformer model = Transformer.initialised(config.architecture(), 0);
        try {
            loadInto(model);
            return model;
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** Copies the saved weights into a model of the same shape. */
    public void loadInto(Transformer model) throws IOException {
        try (Safetensors weights = Safetensors.open(folder.resolve(WEIGHTS))) {
            model.load(weights.tensors());
        } catch (NoSuchFileException e) {
            throw missing(WEIGHTS);
        } catch (IllegalArgumentException e) {
            throw new CorruptFileException(folder.resolve(WEIGHTS), String.valueOf(e.getMessage()));
        }
    }

    /** Hands over the saved state of the optimizer: views that live as long as the call. */
    public void loadOptimizer(OptimizerState optimizer) throws IOException {
        try (Safetensors saved = Safetensors.open(folder.resolve(OPTIMIZER))) {
            Map<String, Tensor> first = new LinkedHashMap<>();
            Map<String, Tensor> second = new LinkedHashMap<>();
            saved.tensors().forEach((name, tensor) -> {
                if (name.startsWith(FIRST_MOMENT)) {
                    first.put(name.substring(FIRST_MOMENT.length()), tensor);
                } else if (name.startsWith(SECOND_MOMENT)) {
                    second.put(name.substring(SECOND_MOMENT.length()), tensor);
                }
            });
            optimizer.restore(first, second, state.optimizerSteps());
        } catch (NoSuchFileException e) {
            throw missing(OPTIMIZER);
        } catch (IllegalArgumentException e) {
            throw new CorruptFileException(folder.resolve(OPTIMIZER), String.valueOf(e.getMessage()));
        }
    }

    private CorruptFileException missing(Path file) {
        return new CorruptFileException(folder, "expected the file " + file + " but it is missing");
    }

    /**
     * Writes a checkpoint; it appears under its name only when it is complete and on the disk.
     *
     * @return the iteration's folder
     */
    public static Path save(Path saveDir, RunConfig config, Units units, Transformer model,
            Map<String, Tensor> firstMoments, Map<String, Tensor> secondMoments, State state) throws IOException {
        Path folder = saveDir.resolve("%012d".formatted(state.iterations()));
        Path partial = saveDir.resolve("." + folder.getFileName() + ".partial");
        delete(partial);
        for (Path file : List.of(CONFIG, WEIGHTS, TOKENIZER, OPTIMIZER)) {
            Files.createDirectories(partial.resolve(file).getParent());
        }
        write(partial.resolve(CONFIG), RunConfigFile.toJson(config));
        write(partial.resolve(CONTEXT), JSON.writeValueAsString(state));
        write(partial.resolve(ARCHITECTURE), RunConfigFile.sectionToJson(config.architecture()));
        write(partial.resolve(TOKENIZER), RunConfigFile.sectionToJson(config.tokenizer()));
        write(partial.resolve(TFREE), RunConfigFile.sectionToJson(config.tfree()));
        switch (units) {
            case Units.Words words -> DictionaryFile.write(words.dictionary(), partial.resolve(DICTIONARY));
            case Units.Tokens tokens -> AtomicFile.write(partial.resolve(TOKENIZER_FILE), tokens.tokenizer().json());
        }
        Safetensors.write(partial.resolve(WEIGHTS), model.parameters(), Map.of("format", "pt"));
        Map<String, Tensor> moments = new LinkedHashMap<>();
        firstMoments.forEach((name, moment) -> moments.put(FIRST_MOMENT + name, moment));
        secondMoments.forEach((name, moment) -> moments.put(SECOND_MOMENT + name, moment));
        Safetensors.write(partial.resolve(OPTIMIZER), moments, Map.of());
        delete(folder); // a run that was continued from an earlier checkpoint comes by here again
        Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
        write(saveDir.resolve(LATEST), folder.getFileName().toString());
        return folder;
    }

    private static void write(Path file, String text) throws IOException {
        AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
