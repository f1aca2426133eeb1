package tfree.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tfree.checkpoint.Checkpoint;
import tfree.checkpoint.Units;
import tfree.data.DocumentStore;
import tfree.data.Documents;
import tfree.dictionary.EscapeRule;
import tfree.dictionary.ScoringRule;
import tfree.dictionary.WordCounts;
import tfree.dictionary.WordList;
import tfree.generate.BitsPerByte;
import tfree.generate.Lexicon;
import tfree.generate.MultipleChoice;
import tfree.generate.WordLexicon;
import tfree.model.Transformer;

/** {@code tfree eval}: how good a trained model is on text that it has not seen. */
@Command(name = "eval", mixinStandardHelpOptions = true, description = {
        "Measure a trained model on texts and questions.",
        "Bits per byte, open: a word of the dictionary costs -log2((1 - e) p(word)), an unknown one -log2(e) + 8 bits a "
                + "byte. Closed: -log2 p(word), over the dictionary's words and their bytes alone. A text's first word "
                + "is given."})
final class EvalCommand implements Callable<Integer> {
    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(names = "--data", arity = "1..*", paramLabel = "PREFIX", description = "Memory maps of texts to measure on.")
    private List<Path> data = new ArrayList<>();

    @Mixin
    private TextSource text = new TextSource();

    @Option(names = "--limit", paramLabel = "N", description = "Only the first N texts.")
    private @Nullable Integer limit;

    @Option(names = "--escape", paramLabel = "E", description = "The probability e of an unknown word (default: "
            + "estimated from the dictionary's counts, which are those of the training text).")
    private @Nullable Double escape;

    @Option(names = "--choices", paramLabel = "FILE", description = "Questions with choices, one JSON object a line: "
            + "question, choices, answer; also as ARC and HellaSwag are published.")
    private @Nullable Path choices;

    @Option(names = "--jsonl", description = "As one JSON object on a line.")
    private boolean jsonLines;

    @Override
    public Integer call() throws IOException {
        if (data.isEmpty() && !text.isGiven() && choices == null) {
            throw new IllegalArgumentException("expected --data, --text or --choices to say what to measure on,"
                    + " but was none of them");
        }
        Checkpoint saved = model.checkpoint();
        List<MultipleChoice.Question> questions = choices == null ? List.of() : Choices.read(choices);
        List<String> texts = texts();
        Units units = model.units(saved);
        Lexicon lexicon = model.lexicon(saved);
        EscapeRule rule = escapeRule(units, lexicon);
        try (Transformer transformer = model.transformer(saved)) {
            BitsPerByte.Result bits = texts.isEmpty() ? null
                    : new BitsPerByte(transformer, rule).measure(texts, List.of(lexicon)).getFirst();
            MultipleChoice chooser = new MultipleChoice(transformer, lexicon);
            MultipleChoice.Result chosen = questions.stream().map(chooser::answer).reduce(MultipleChoice.Result.NONE,
                    MultipleChoice.Result::plus);
            if (jsonLines) {
                writeJson(texts.size(), bits, chosen, rule);
            } else {
                write(lexicon, texts.size(), bits, chosen, rule);
            }
        }
        return 0;
    }

    private List<String> texts() throws IOException {
        List<String> texts = new ArrayList<>();
        long most = limit == null ? Long.MAX_VALUE : limit;
        for (Path prefix : data) {
            try (DocumentStore store = DocumentStore.open(prefix)) {
                for (long d = 0; d < store.size() && texts.size() < most; d++) {
                    texts.add(store.text(d));
                }
            }
        }
        if (text.isGiven()) {
            try (Documents documents = text.open()) {
                for (String document = documents.next(); document != null && texts.size() < most; document = documents
                        .next()) {
                    texts.add(document);
                }
            }
        }
        if (texts.isEmpty() && choices == null) {
            throw new IllegalArgumentException("expected texts to measure on but was none");
        }
        return texts;
    }

    /** Null for tokens, which cover every text. */
    private @Nullable EscapeRule escapeRule(Units units, Lexicon lexicon) {
        if (!(units instanceof Units.Words(WordList words) && lexicon instanceof WordLexicon known)) {
            return null;
        }
        if (escape != null) {
            return new EscapeRule(escape);
        }
        WordCounts counts = new WordCounts();
        for (int i = 0; i < words.size(); i++) {
            counts.add(words.word(i), words.count(i));
        }
        if (counts.total() == 0) {
            throw new IllegalArgumentException("expected a dictionary with counts, or --escape, to tell how probable an"
                    + " unknown word is");
        }
        return EscapeRule.estimate(counts, known.dictionary());
    }

    private static void write(Lexicon lexicon, int texts, BitsPerByte.@Nullable Result bits,
            MultipleChoice.Result chosen, @Nullable EscapeRule escape) throws IOException {
        String unit = lexicon instanceof WordLexicon ? "word" : "token";
        try (Writer out = StandardOutput.text()) {
            if (bits != null) {
                line(out, "rule", "%s", rule(lexicon));
                line(out, "texts", "%,d of %,d %ss and %,d bytes", texts, bits.words(), unit, bits.bytes());
                if (escape == null) {
                    line(out, "bits per byte", "%.4f", bits.bitsPerByte());
                } else {
                    line(out, "bits per byte", "%.4f  open, an unknown word has probability %.4f", bits.bitsPerByte(),
                            escape.escapeProbability());
                    line(out, "", "%.4f  closed", bits.closedBitsPerByte());
                }
                line(out, "bits a " + unit, "%.3f", bits.bits() / bits.words());
                line(out, "unknown", "%.2f %% of the %ss", 100.0 * bits.unknown() / bits.words(), unit);
                line(out, "top 1", "%.2f %% of the %ss", 100 * bits.accuracy(), unit);
                line(out, "top 5", "%.2f %% of the %ss", 100 * bits.accuracyAmongFive(), unit);
            }
            if (chosen.questions() > 0) {
                line(out, "questions", "%,d", chosen.questions());
                line(out, "right", "%.2f %%, by log-likelihood", 100.0 * chosen.correct() / chosen.questions());
                line(out, "", "%.2f %%, by log-likelihood for each byte",
                        100.0 * chosen.correctByByte() / chosen.questions());
            }
        }
    }

    private static String rule(Lexicon lexicon) {
        return switch (lexicon) {
            case WordLexicon words when words.scoring().rule() == ScoringRule.CONTRAST -> "contrast";
            case WordLexicon words -> "likelihood, %d refinement steps".formatted(words.scoring().refinementSteps());
            default -> "softmax over the tokens";
        };
    }

    private static void line(Writer out, String name, String format, Object... values) throws IOException {
        out.write(String.format(Locale.ROOT, "%-14s ", name) + String.format(Locale.ROOT, format, values) + "\n");
    }

    private static void writeJson(int texts, BitsPerByte.@Nullable Result bits, MultipleChoice.Result chosen,
            @Nullable EscapeRule escape) throws IOException {
        try (OutputStream out = StandardOutput.open()) {
            new JsonLines(out).write(json -> {
                json.writeStartObject();
                if (bits != null) {
                    json.writeNumberProperty("texts", texts);
                    json.writeNumberProperty("words", bits.words());
                    json.writeNumberProperty("bytes", bits.bytes());
                    json.writeNumberProperty("unknown", bits.unknown());
                    if (escape != null) {
                        json.writeNumberProperty("escape_probability", escape.escapeProbability());
                    }
                    json.writeNumberProperty("bits_per_byte", bits.bitsPerByte());
                    json.writeNumberProperty("closed_bits_per_byte", bits.closedBitsPerByte());
                    json.writeNumberProperty("top_1", bits.accuracy());
                    json.writeNumberProperty("top_5", bits.accuracyAmongFive());
                }
                if (chosen.questions() > 0) {
                    json.writeNumberProperty("questions", chosen.questions());
                    json.writeNumberProperty("correct", chosen.correct());
                    json.writeNumberProperty("correct_by_byte", chosen.correctByByte());
                }
                json.writeEndObject();
            });
        }
    }
}
