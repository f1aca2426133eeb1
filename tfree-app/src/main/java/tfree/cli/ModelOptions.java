package tfree.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tfree.checkpoint.Checkpoint;
import tfree.checkpoint.Units;
import tfree.config.ConfigException;
import tfree.dictionary.Dictionary;
import tfree.dictionary.PatternFile;
import tfree.dictionary.Scoring;
import tfree.dictionary.ScoringRule;
import tfree.dictionary.WordList;
import tfree.generate.Lexicon;
import tfree.generate.WordLexicon;
import tfree.model.ArchitectureConfig.Precision;
import tfree.model.Transformer;
import tfree.trigram.SlotTable;

/** The options that name a trained model, the words that it may say, and the rule that chooses among them. */
final class ModelOptions {
    static final String DICTIONARY = "The words that may be said, instead of the checkpoint's: "
            + DictionarySource.FORMATS
            + ".";
    static final String TOP_WORDS = "Only the dictionary's first N words, and all special ones.";

    @Option(names = "--checkpoint", required = true, paramLabel = "DIR", //
            description = "A run's save folder, one of its iterations, or a published checkpoint.")
    private Path checkpoint = Path.of("");

    @Option(names = "--dictionary", paramLabel = "FILE", //
            description = DICTIONARY)
    private @Nullable Path dictionary;

    @Option(names = "--top-words", paramLabel = "N", description = TOP_WORDS)
    private @Nullable Integer topWords;

    @Option(names = "--precision", paramLabel = "P", //
            description = "float32, bfloat16 or float16 (default: the checkpoint's).")
    private @Nullable Precision precision;

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

    /** Its model; the caller closes it. */
    Transformer transformer(Checkpoint saved) throws IOException {
        return precision == null ? saved.transformer() : saved.transformer(precision);
    }

    /**
     * What the model says: the checkpoint's, or the words that the options name.
     *
     * @throws ConfigException if words are named but the model says tokens
     */
    Units units(Checkpoint saved) throws IOException {
        return units(saved, dictionary, topWords);
    }

    /**
     * The same ready to score, a compiled dictionary without compiling it again.
     *
     * @throws ConfigException as of {@link #units}
     */
    Lexicon lexicon(Checkpoint saved) throws IOException {
        Dictionary compiled = compiled(saved);
        return compiled == null ? Lexicon.of(units(saved), saved.config(), scoring(saved))
                : new WordLexicon(compiled, scoring(saved));
    }

    private @Nullable Dictionary compiled(Checkpoint saved) throws IOException {
        if (dictionary == null || topWords != null || saved.config().tokenizer().doClassicTokenization()
                || !DictionarySource.isCompiled(dictionary)) {
            return null;
        }
        return PatternFile.read(dictionary, new SlotTable(saved.config().encoding()));
    }

    static Units units(Checkpoint saved, @Nullable Path dictionary, @Nullable Integer topWords) throws IOException {
        if (dictionary == null && topWords == null) {
            return saved.units();
        }
        if (saved.config().tokenizer().doClassicTokenization()) {
            throw new ConfigException(saved.folder() + ": expected a model that says words but it says the tokens of"
                    + " its tokenizer; leave --dictionary and --top-words out");
        }
        WordList words = dictionary == null ? saved.dictionary() : words(dictionary, saved).specialWordsAdded();
        return new Units.Words(topWords == null ? words : words.top(topWords));
    }

    private static WordList words(Path dictionary, Checkpoint saved) throws IOException {
        return DictionarySource.isCompiled(dictionary)
                ? PatternFile.read(dictionary, new SlotTable(saved.config().encoding())).wordList()
                : DictionarySource.read(dictionary);
    }

    /**
     * The checkpoint's rule, with what the options change.
     *
     * @throws ConfigException if the rule needs what a published checkpoint does not say
     */
    Scoring scoring(Checkpoint checkpoint) {
        Scoring saved = checkpoint.config().scoring();
        ScoringRule chosen = rule == null ? saved.rule() : rule;
        if (chosen == ScoringRule.LIKELIHOOD && posWeight == null && !checkpoint.hasContext()) {
            throw new ConfigException("--pos-weight: expected the loss_pos_weight of the training, which the rule"
                    + " likelihood needs and " + checkpoint.folder() + " does not say, but it is missing");
        }
        return new Scoring(chosen, edgeWeight,
                posWeight == null ? saved.posWeight() : posWeight,
                refinementSteps == null ? saved.refinementSteps() : refinementSteps);
    }
}
