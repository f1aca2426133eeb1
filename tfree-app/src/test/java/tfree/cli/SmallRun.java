package tfree.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A few rhymes as a memory map, and the configuration of a run that learns them in seconds. */
final class SmallRun {
    private static final String MODEL = """
            architecture: {vocab_size: 512, hidden_size: 32, num_layers: 2, num_attention_heads: 4,
              sequence_length: 48, mlp_type: swiglu, mlp_factor: 2, bias_terms: false, embedding_aggregation: sum,
              init: pythia}
            tokenizer: {vocab_size: 512, vocab_population: 4, sequence_length: 48}
            data: {sequence_length: 24, prefix_paths: [MAP]}
            learning_rate_scheduler: {learning_rate: 0.01, learning_rate_warmup_steps: 5}
            """;

    private SmallRun() {}

    /** The map, as {@code --data} takes it. */
    static String map(Path folder) {
        return folder.resolve("rhymes").toString();
    }

    /**
     * Imports the text into the folder, a document between blank lines.
     *
     * @param sections of the configuration, beside those that say the model, the data and the learning rate
     * @return the configuration's file
     */
    static String prepare(Path folder, String text, String sections) throws IOException {
        String file = Files.writeString(folder.resolve("rhymes.txt"), text).toString();
        Call.of("data", "import", map(folder), "--text", file, "--separator", "").output();
        return Files.writeString(folder.resolve("config.yml"), MODEL.replace("MAP", map(folder)) + sections).toString();
    }
}
