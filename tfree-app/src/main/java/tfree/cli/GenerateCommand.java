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
import tfree.cli.GenerationRequests.Asked;
import tfree.generate.Beams;
import tfree.generate.Ending;
import tfree.generate.Generation;
import tfree.generate.GenerationRequest;
import tfree.generate.Generator;
import tfree.generate.Lexicon;
import tfree.generate.PrefixCache;
import tfree.generate.Vocabulary;
import tfree.model.Transformer;

/** {@code tfree generate}: prompt → words. */
@Command(name = "generate", mixinStandardHelpOptions = true, description = {"Continue a prompt with a trained model.",
        "Greedy unless --temperature is given. With --jsonl: an object a line in, {\"prompt\": …, \"max_tokens\": 20, …}, "
                + "an object with completion, words, log_probs, word_counts, finish_reason and usage a line out; with "
                + "\"n\" above 1 these stand in an array choices. The options are the defaults of the fields, which are "
                + GenerationRequests.NAMES + ". docs/generate.md says more."})
final class GenerateCommand implements Callable<Integer> {
    private static final int MOST_WORDS = 50;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(names = "--jsonl", description = "One request a line in, one answer a line out.")
    private boolean jsonLines;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "1", //
            description = "With --jsonl: so many answers side by side in one pass of the model (default "
                    + "${DEFAULT-VALUE}).")
    private int batch;

    @Option(names = "--prefix-cache", paramLabel = "WORDS", defaultValue = "0", //
            description = "With --jsonl: so many words of earlier prompts and answers are not read again where a prompt "
                    + "begins with them (default ${DEFAULT-VALUE}).")
    private int prefixWords;

    @Option(names = "--max-tokens", paramLabel = "N", //
            description = "Words to generate at most (default 50, or fewer where the model's sequence ends).")
    private @Nullable Integer maxTokens;

    @Option(names = "--n", paramLabel = "N", defaultValue = "1", description = "So many answers to the prompt.")
    private int samples;

    @Option(names = "--stop", paramLabel = "TEXT", description = "The answer ends before this text; several times.")
    private List<String> stop = new ArrayList<>();

    @Option(names = "--stop-word", paramLabel = "WORD", description = "Ends the answer, as its last word.")
    private @Nullable String stopWord;

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Option(names = "--num-beams", paramLabel = "N", //
            description = "Look for the best answer as a whole: a beam search of this width.")
    private @Nullable Integer beams;

    @Option(names = "--length-penalty", paramLabel = "A", defaultValue = "1", //
            description = "An answer's log-probability is divided by its words to this power (default ${DEFAULT-VALUE}).")
    private double lengthPenalty;

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
        if (batch < 1) {
            throw new IllegalArgumentException("--batch: expected at least 1 but was " + batch);
        }
        Checkpoint saved = model.checkpoint();
        Lexicon lexicon = model.lexicon(saved);
        int longest = saved.config().architecture().sequenceLength();
        Asked asked = asked(usualWords(String.join(" ", prompt), lexicon, longest)); // wrong options are told first
        try (Transformer transformer = model.transformer(saved);
                PrefixCache prefixes = new PrefixCache(prefixWords)) {
            Generator generator = new Generator(transformer, lexicon, prefixes);
            if (!jsonLines) {
                answer(generator, asked);
                return 0;
            }
            try (InputStream in = System.in; OutputStream out = StandardOutput.open()) {
                return new LinesInFlight(generator, new GenerationRequests(asked,
                        maxTokens == null ? text -> usualWords(text, lexicon, longest) : null), batch).answer(in, out);
            }
        }
    }

    private static int usualWords(String prompt, Lexicon lexicon, int longest) {
        return Math.clamp(longest - lexicon.encoder().encode(prompt).size(), 0, MOST_WORDS);
    }

    private Asked asked(int usualWords) throws IOException {
        return new Asked(
                new GenerationRequest(String.join(" ", prompt), maxTokens == null ? usualWords : maxTokens, samples,
                        false, 0, new Ending(stop, stopWord, true),
                        new Vocabulary(moreWords, deny, filter.filter(), filter.choices()), sampling.sampling()),
                beams == null ? null : new Beams(beams, lengthPenalty));
    }

    /** Shows the prompt and how it goes on; one answer as it grows, several with a blank line between. */
    private static void answer(Generator generator, Asked asked) throws IOException {
        GenerationRequest request = asked.request().echoing();
        try (OutputStream out = StandardOutput.open()) {
            if (request.samples() == 1 && asked.beams() == null) {
                generator.generate(request, answer -> write(answer.takeText(), out));
                write("\n", out);
                return;
            }
            List<Generation> answers = asked.beams() == null ? generator.generate(List.of(request))
                    : generator.search(request, asked.beams());
            write(String.join("\n\n", answers.stream().map(Generation::completion).toList()) + "\n", out);
        }
    }

    private static void write(String text, OutputStream out) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
