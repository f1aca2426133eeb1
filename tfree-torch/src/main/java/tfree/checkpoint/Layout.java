package tfree.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tfree.config.ConfigException;
import tfree.config.RunConfig;
import tfree.config.RunConfigFile;
import tfree.dictionary.WordList;
import tfree.file.CorruptFileException;

/**
 * How the parts of a checkpoint are laid out in its folder. What both layouts share: the configuration's files.
 *
 * <pre>
 * context/config.yml                  the whole configuration; published checkpoints have none
 * transformer/transformer_config.yaml its section architecture
 * tokenizer/tokenizer_config.yaml     its section tokenizer
 * tokenizer/tokenizer.json            with classic tokenization, the tokenizer
 * </pre>
 */
sealed interface Layout permits OwnLayout, OriginalLayout {
    Path CONFIG = Path.of("context", "config.yml");
    Path TRANSFORMER = Path.of("transformer");
    Path ARCHITECTURE = TRANSFORMER.resolve("transformer_config.yaml");
    Path TOKENIZER = Path.of("tokenizer", "tokenizer_config.yaml");
    String WITHOUT_DEFAULT = "{iterations: 1, micro_batch_size: 1, gradient_accumulation_steps: 1}";
    Path TOKENIZER_FILE = Path.of("tokenizer", "tokenizer.json");

    /** The layout of a folder. */
    static Layout of(Path folder) {
        boolean original = Files.exists(folder.resolve(OriginalLayout.WEIGHTS))
                && !Files.exists(folder.resolve(OwnLayout.WEIGHTS));
        return original ? new OriginalLayout(folder) : new OwnLayout(folder);
    }

    /** The iteration's folder. */
    Path folder();

    /** What the layout is called. */
    String description();

    /** The section {@code tfree} in YAML. */
    String tfreeSection() throws IOException;

    /** Where the run stands that wrote it. */
    Checkpoint.State state() throws IOException;

    /** Where the parameters stand. */
    Path weightsFile();

    /** The parameters. */
    SavedTensors weights() throws IOException;

    /** The parameters as training goes on with them: in fp32, if the optimizer's state says them. */
    SavedTensors trainedWeights() throws IOException;

    /** The words that decoding may produce. */
    WordList dictionary() throws IOException;

    /** Whether {@link #dictionary} has any. */
    boolean hasDictionary() throws IOException;

    /** The rows of the slot table that are stored, compared with computed ones; null where there are none. */
    CheckpointContents.@Nullable StoredRows storedRows() throws IOException;

    /** Whether there is an optimizer's state. */
    boolean hasOptimizer() throws IOException;

    /** Hands it over. */
    void loadOptimizer(Checkpoint.OptimizerState optimizer) throws IOException;

    /** Whether the run that wrote it can be gone on with, which is not so for published checkpoints. */
    default boolean hasContext() {
        return Files.exists(folder().resolve(CONFIG));
    }

    /** The configuration; of a checkpoint without context its model's sections are what counts. */
    default RunConfig config() throws IOException {
        try {
            if (hasContext()) {
                return RunConfigFile.parseWithTFree(Files.readString(folder().resolve(CONFIG)), tfreeSection());
            }
            Map<String, String> sections = new LinkedHashMap<>();
            sections.put("architecture", Files.readString(folder().resolve(ARCHITECTURE)));
            sections.put("tokenizer", Files.readString(folder().resolve(TOKENIZER)));
            sections.put("training", WITHOUT_DEFAULT);
            sections.put("tfree", tfreeSection());
            return RunConfigFile.parseSections(sections);
        } catch (ConfigException e) {
            throw new CorruptFileException(hasContext() ? folder().resolve(CONFIG) : folder(),
                    String.valueOf(e.getMessage()));
        }
    }
}
