package tfree.tiny;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tfree.checkpoint.Units;
import tfree.config.RunConfig;
import tfree.config.RunConfigFile;
import tfree.data.DocumentStoreWriter;
import tfree.dictionary.WordList;
import tfree.train.CorpusWords;

/** A few rhymes as memory maps, and a configuration that learns them by heart. */
public final class TinyRun {
    public static final List<String> RHYMES = List.of("The cat sat on the mat and the dog lay on the log.",
            "One, two, buckle my shoe; three, four, knock at the door.", "Rain, rain, go away, come again another day.",
            "Twinkle, twinkle, little star, how I wonder what you are.", "Jack and Jill went up the hill.",
            "Row, row, row your boat, gently down the stream.");

    private static final String CONFIG = """
            architecture: {vocab_size: 512, hidden_size: 32, num_layers: 2, num_attention_heads: 2,
              sequence_length: 48, mlp_type: swiglu, mlp_factor: 2, bias_terms: false, embedding_aggregation: sum,
              init: pythia}
            tokenizer: {vocab_size: 512, vocab_population: 4, sequence_length: 48}
            data: {sequence_length: 32}
            training: {iterations: 20, micro_batch_size: 2, gradient_accumulation_steps: 2, loss_pos_weight: 10,
              loss_scale: 10}
            optimizer: {gradient_clipping: 1.0}
            learning_rate_scheduler: {learning_rate: 0.01, learning_rate_minimum: 0.001,
              learning_rate_decay_iters: 200, learning_rate_warmup_steps: 5}
            tfree: {validation_interval: 10}
            """;

    private TinyRun() {}

    /** The configuration of a run in that folder, whose maps it writes if they are not there. */
    public static RunConfig config(Path folder, String... overrides) throws IOException {
        Path prefix = folder.resolve("rhymes");
        if (!prefix.resolveSibling("rhymes.meta.json").toFile().exists()) {
            try (DocumentStoreWriter writer = new DocumentStoreWriter(prefix)) {
                for (String rhyme : RHYMES) {
                    writer.add(rhyme);
                }
                writer.finish();
            }
        }
        List<String> all = new ArrayList<>(List.of("data.prefix_paths=[" + prefix + "]",
                "tfree.validation_prefix_paths=[" + prefix + "]",
                "training.save_dir=" + folder.resolve("checkpoints")));
        all.addAll(List.of(overrides));
        return RunConfigFile.parse(CONFIG, all);
    }

    /** The words of the rhymes, for a trainer. */
    public static Units.Words units(RunConfig config) throws IOException {
        return new Units.Words(words(config));
    }

    /** The words of the rhymes. */
    public static WordList words(RunConfig config) throws IOException {
        return CorpusWords.dictionary(config, null);
    }
}
