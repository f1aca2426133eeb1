package tfree.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tfree.checkpoint.Checkpoint;
import tfree.config.RunConfig;
import tfree.dictionary.ScoredWord;
import tfree.generate.Ending;
import tfree.generate.GeneratedWord;
import tfree.generate.Generation;
import tfree.generate.GenerationRequest;
import tfree.generate.Generator;
import tfree.generate.Lexicon;
import tfree.generate.Sampling;
import tfree.generate.Vocabulary;
import tfree.model.Transformer;
import tools.jackson.core.JsonGenerator;

/** {@code tfree generate}: prompt → words. */
@Command(name = "generate", mixinStandardHelpOptions = true, description = {"Continue a prompt with a trained model.",
        "Greedy unless --temperature is given. With --jsonl: an object a line in, "
                + "{\"prompt\": …, \"max_tokens\": 20, \"echo\": true, \"log_probs\": 5, \"more_words\": …, "
                + "\"stop_word\": …, \"abort_eot\": true, \"deny\": […], \"temperature\": 0, \"top_k\": 0, "
                + "\"top_p\": 1, \"min_p\": 0, \"seed\": 1}, an object with completion, words, log_probs, word_counts "
                + "and finish_reason a line out; the options below are the defaults."})
final class GenerateCommand implements Callable<Integer> {
    private static final int MOST_WORDS = 50;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(names = "--jsonl", description = "One request a line in, one answer a line out.")
    private boolean jsonLines;

    @Option(names = "--max-tokens", paramLabel = "N", //
            description = "Words to generate at most (default 50, or fewer where the model's sequence ends).")
    private @Nullable Integer maxTokens;

    @Option(names = "--temperature", paramLabel = "T", defaultValue = "0", //
            description = "0 is greedy, 1 draws by the model's probabilities (default ${DEFAULT-VALUE}).")
    private double temperature;

    @Option(names = "--top-k", paramLabel = "K", defaultValue = "0", description = "Only the K best words; 0: all.")
    private int topK;

    @Option(names = "--top-p", paramLabel = "P", defaultValue = "1", //
            description = "Only the best words that together reach this probability.")
    private double topP = 1;

    @Option(names = "--min-p", paramLabel = "P", defaultValue = "0", //
            description = "Only words at least this share as probable as the best.")
    private double minP;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "The same seed draws the same words.")
    private long seed;

    @Option(names = "--stop-word", paramLabel = "WORD", description = "Ends the answer, as its last word.")
    private @Nullable String stopWord;

    @Option(names = "--deny", paramLabel = "WORD", split = ",", description = "Words that may not be said.")
    private List<String> deny = new ArrayList<>();

    @Mixin
    private FilterOptions filter = new FilterOptions();

    @Option(names = "--more-words", paramLabel = "TEXT", //
            description = "Words that may be said beside the dictionary's (default: the prompt's).")
    private @Nullable String moreWords;

    @Parameters(arity = "0..*", paramLabel = "PROMPT", description = "The text to continue.")
    private List<String> prompt = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        if (jsonLines != prompt.isEmpty() && spec != null) {
            throw new ParameterException(spec.commandLine(), jsonLines
                    ? "expected prompts on standard input with --jsonl but was a prompt in the call"
                    : "expected a prompt but there is none");
        }
        Checkpoint saved = model.checkpoint();
        RunConfig config = saved.config();
        Lexicon lexicon = Lexicon.of(model.units(saved), config, model.scoring(saved));
        String text = String.join(" ", prompt);
        int room = config.architecture().sequenceLength() - lexicon.encoder().encode(text).size();
        GenerationRequest request = request(text, Math.max(0, room)); // wrong options are told before the model loads
        try (Transformer transformer = model.transformer(saved)) {
            Generator generator = new Generator(transformer, lexicon);
            if (jsonLines) {
                return answerLines(generator, request);
            }
            try (OutputStream out = StandardOutput.open()) {
                generator.generate(request.echoing(), answer -> write(answer.takeText(), out));
                out.write('\n');
            }
        }
        return 0;
    }

    private GenerationRequest request(String text, int room) throws IOException {
        int words = maxTokens == null ? Math.min(MOST_WORDS, room) : maxTokens;
        return new GenerationRequest(text, words, 1, false, 0, new Ending(List.of(), stopWord, true),
                new Vocabulary(moreWords, deny, filter.filter()),
                new Sampling(temperature, topK, topP, minP, seed));
    }

    private static int answerLines(Generator generator, GenerationRequest defaults) throws IOException {
        try (InputStream in = System.in; OutputStream out = StandardOutput.open()) {
            JsonLines lines = new JsonLines(out);
            lines.answerAll(in, (question, answer) -> write(
                    generator.generate(GenerationRequests.read(question, defaults)), answer));
            return lines.exitCode();
        }
    }

    private static void write(Generation generation, JsonGenerator out) {
        out.writeStartObject();
        out.writeStringProperty("completion", generation.completion());
        out.writeArrayPropertyStart("words");
        generation.words().forEach(word -> out.writeString(word.word()));
        out.writeEndArray();
        out.writeArrayPropertyStart("log_probs");
        generation.words().forEach(word -> writeLogProbs(word, out));
        out.writeEndArray();
        out.writeArrayPropertyStart("word_indices");
        generation.words().forEach(word -> out.writeNumber(word.index()));
        out.writeEndArray();
        out.writeArrayPropertyStart("word_counts");
        generation.words().forEach(word -> out.writeNumber(word.count()));
        out.writeEndArray();
        out.writeStringProperty("finish_reason", generation.finishReason().text());
        out.writeEndObject();
    }

    /** The chosen word first, then the best others. */
    private static void writeLogProbs(GeneratedWord word, JsonGenerator out) {
        out.writeStartArray();
        Double logProb = word.logProb();
        if (logProb != null && !word.best().isEmpty()) {
            write(word.word(), logProb, out);
        }
        for (ScoredWord best : word.best()) {
            if (best.index() != word.index()) {
                write(best.word(), best.logProb(), out);
            }
        }
        out.writeEndArray();
    }

    private static void write(String word, double logProb, JsonGenerator out) {
        out.writeStartArray();
        out.writeString(word);
        out.writeNumber(logProb);
        out.writeEndArray();
    }

    /** Shows what has come of the text. */
    private static void write(String text, OutputStream out) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
