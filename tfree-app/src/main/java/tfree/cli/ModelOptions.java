package tfree.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tfree.checkpoint.Checkpoint;
import tfree.checkpoint.Units;
import tfree.config.ConfigException;
import tfree.config.RunConfig;
import tfree.dictionary.Scoring;
import tfree.dictionary.ScoringRule;
import tfree.dictionary.WordList;

/** The options that name a trained model, the words that it may say, and the rule that chooses among them. */
final class ModelOptions {
    @Option(names = "--checkpoint", required = true, paramLabel = "DIR", //
            description = "A run's save folder, or one of its iterations.")
    private Path checkpoint = Path.of("");

    @Option(names = "--dictionary", paramLabel = "FILE", //
            description = "The words that may be said, instead of the checkpoint's: " + DictionarySource.FORMATS + ".")
    private @Nullable Path dictionary;

    @Option(names = "--top-words", paramLabel = "N", description = "Only the dictionary's first N words.")
    private @Nullable Integer topWords;

    @Option(names = "--rule", paramLabel = "RULE", description = "contrast or likelihood (default: the checkpoint's).")
    private @Nullable ScoringRule rule;

    @Option(names = "--edge-weight", paramLabel = "E", defaultValue = "1", //
            description = "contrast: the weight of edge trigrams' slots.")
    private double edgeWeight = 1;

    @Option(names = "--pos-weight", paramLabel = "P", //
            description = "likelihood: the loss_pos_weight of the training (default: the checkpoint's).")
    private @Nullable Double posWeight;

    @Option(names = "--refinement-steps", paramLabel = "N", //
            description = "likelihood: refinement steps, 0 to 10 (default: the checkpoint's).")
    private @Nullable Integer refinementSteps;

    /** The checkpoint, its tensors not read yet. */
    Checkpoint checkpoint() throws IOException {
        return Checkpoint.open(checkpoint);
    }

    /**
     * What the model says: the checkpoint's, or the words that the options name.
     *
     * @throws ConfigException if words are named but the model says tokens
     */
    Units units(Checkpoint saved) throws IOException {
        if (dictionary == null && topWords == null) {
            return saved.units();
        }
        WordList checkpoints = saved.dictionary();
        WordList words = dictionary == null ? checkpoints : DictionarySource.read(dictionary);
        return new Units.Words(topWords == null ? words : words.top(topWords));
    }

    /** The checkpoint's rule, with what the options change. */
    Scoring scoring(RunConfig config) {
        Scoring saved = config.scoring();
        return new Scoring(rule == null ? saved.rule() : rule, edgeWeight,
                posWeight == null ? saved.posWeight() : posWeight,
                refinementSteps == null ? saved.refinementSteps() : refinementSteps);
    }
}
