package tfree.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tfree.dictionary.Dictionary;
import tfree.dictionary.DictionaryScorer;
import tfree.dictionary.ScoredWord;
import tfree.dictionary.Scoring;
import tfree.dictionary.ScoringRule;
import tfree.dictionary.WordList;
import tfree.file.CorruptFileException;
import tfree.text.PythonText;
import tfree.text.WordSplitter;
import tfree.trigram.SlotTable;
import tfree.trigram.TokenizerConfig;
import tools.jackson.core.JsonGenerator;

/** {@code tfree dictionary score}: a model's activations → the best words. */
@Command(name = "score", description = {"The best words for rows of logits.",
        "For each row a line {\"top\": [[word, index, score, log_prob], …]}, best first. The score is the rule's, before "
                + "the softmax; log_prob is the natural logarithm of the word's probability among all words of the "
                + "dictionary, forbidden ones too. Special words that the dictionary lacks follow at its end."})
final class DictionaryScoreCommand implements Callable<Integer> {
    private static final int REFINEMENT_STEPS = 5;

    @Option(names = "--logits", required = true, paramLabel = "FILE.npy", //
            description = "[rows, V] or [V], float32 or float64.")
    private @Nullable Path logits;

    @Option(names = "--dictionary", required = true, paramLabel = "DICTIONARY", //
            description = "A dictionary of any format.")
    private @Nullable Path dictionary;

    @Mixin
    private TokenizerOptions tokenizer = new TokenizerOptions();

    @Option(names = "--rule", paramLabel = "RULE", defaultValue = "contrast", //
            description = "contrast or likelihood (default ${DEFAULT-VALUE}).")
    private ScoringRule rule = ScoringRule.CONTRAST;

    @Option(names = "--edge-weight", paramLabel = "E", defaultValue = "1", //
            description = "contrast: the weight of trigrams at a word's edge (default ${DEFAULT-VALUE}).")
    private double edgeWeight;

    @Option(names = "--pos-weight", paramLabel = "P", //
            description = "likelihood: loss_pos_weight of the model's training; needed there.")
    private @Nullable Double posWeight;

    @Option(names = "--refinement-steps", paramLabel = "N", defaultValue = "" + REFINEMENT_STEPS, //
            description = "likelihood: 0 to 10 (default ${DEFAULT-VALUE}).")
    private int refinementSteps;

    @Option(names = "--more-words", paramLabel = "TEXT", //
            description = "Words to add at the dictionary's end, as a text that is split.")
    private @Nullable String moreWords;

    @Option(names = "--deny", paramLabel = "JSON", description = "Words that are not to come up, as a JSON array.")
    private @Nullable String deny;

    @Option(names = "--allow", paramLabel = "JSON", //
            description = "The only words that are to come up, as a JSON array.")
    private @Nullable String allow;

    @Option(names = "--no-softmax", description = "Take the score itself for the probability: log_prob is ln(score), "
            + "null for a score that has none; under likelihood the score, which is a logarithm already.")
    private boolean noSoftmax;

    @Option(names = "--top", paramLabel = "N", defaultValue = "10", //
            description = "Words a row (default ${DEFAULT-VALUE}).")
    private int top;

    @SuppressWarnings("UnusedVariable") // this command knows no other output
    @Option(names = "--jsonl", description = "JSON lines, as without it.")
    private boolean jsonLines;

    @Override
    public Integer call() throws IOException {
        Path file = required(logits);
        TokenizerConfig config = tokenizer.config();
        Scoring scoring = scoring();
        try (NpyRows rows = NpyRows.open(file); OutputStream out = StandardOutput.open()) {
            if (rows.columns() != config.vocabSize()) {
                throw new CorruptFileException(file, "expected a logit for each of " + config.vocabSize()
                        + " slots (--vocab-size) but was " + rows.columns());
            }
            Dictionary words = words(config);
            DictionaryScorer scorer = new DictionaryScorer(words, scoring);
            IntPredicate allowed = allowed(words);
            JsonLines lines = new JsonLines(out);
            long number = 0;
            for (float[] row = rows.next(); row != null; row = rows.next()) {
                List<ScoredWord> best = best(scorer, row, allowed, file + ": row " + number++);
                lines.write(json -> write(best, json));
            }
            return lines.exitCode();
        }
    }

    private List<ScoredWord> best(DictionaryScorer scorer, float[] row, IntPredicate allowed, String where)
            throws CorruptFileException {
        try {
            return scorer.top(row, top, allowed);
        } catch (IllegalArgumentException e) {
            throw new CorruptFileException(where, String.valueOf(e.getMessage()));
        }
    }

    private Scoring scoring() {
        if (rule == ScoringRule.CONTRAST) {
            return Scoring.contrast(edgeWeight);
        }
        if (posWeight == null) {
            throw new IllegalArgumentException(
                    "expected --pos-weight with --rule likelihood: the loss_pos_weight that the model was trained with");
        }
        return Scoring.likelihood(posWeight, refinementSteps);
    }

    private Dictionary words(TokenizerConfig config) throws IOException {
        WordList list = DictionarySource.read(required(dictionary)).specialWordsAdded();
        Dictionary words = Dictionary.of(list, new SlotTable(config));
        if (moreWords != null) {
            String text = config.lowercase() ? PythonText.lower(moreWords) : moreWords;
            words = words.plus(WordSplitter.of(config.splitMode()).split(text));
        }
        if (!words.excluded().isEmpty()) {
            System.err.println("tfree: left out words whose trigrams fill all slots: " + words.excluded());
        }
        return words;
    }

    private IntPredicate allowed(Dictionary words) throws IOException {
        BitSet allowed = new BitSet();
        if (allow == null) {
            allowed.set(0, words.size());
        } else {
            places(allow, "--allow", words).forEach(allowed::set);
        }
        if (deny != null) {
            places(deny, "--deny", words).forEach(allowed::clear);
        }
        return allowed::get;
    }

    /** Where the words of a JSON array stand; those that the dictionary lacks need not be looked at. */
    private static List<Integer> places(String json, String option, Dictionary words) throws IOException {
        try {
            return JsonLines.parse(json, JsonLines::strings).stream().map(words::indexOf).filter(i -> i >= 0).toList();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
        }
    }

    private void write(List<ScoredWord> best, JsonGenerator json) {
        json.writeStartObject();
        json.writeName("top");
        json.writeStartArray();
        for (ScoredWord word : best) {
            json.writeStartArray();
            json.writeString(word.word());
            json.writeNumber(word.index());
            writeFinite(word.score(), json);
            writeFinite(logProb(word), json);
            json.writeEndArray();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private double logProb(ScoredWord word) {
        if (!noSoftmax) {
            return word.logProb();
        }
        return rule == ScoringRule.LIKELIHOOD ? word.score() : Math.log(word.score());
    }

    private static void writeFinite(double value, JsonGenerator json) {
        if (Double.isFinite(value)) {
            json.writeNumber(value);
        } else {
            json.writeNull();
        }
    }

    private static Path required(@Nullable Path option) {
        if (option == null) {
            throw new IllegalStateException("picocli sets what is required");
        }
        return option;
    }
}
