package tfree.generate;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import tfree.dictionary.Dictionary;
import tfree.dictionary.Scoring;
import tfree.model.Transformer;
import tfree.trigram.EncodedText;

/**
 * Prompt → words, one after the other, for any number of answers at a time.
 *
 * <pre>
 * prompt ─Lexicon→ patterns ─Transformer + KvCache→ logits ─Lexicon→ scores ─NextWord→ word ↺
 * </pre>
 *
 * <p>{@link #start} makes answers, {@link #step} gives each of those it is handed one more word, in one pass of the model:
 * the weights are read once for all. Whoever serves many adds and takes away answers between two steps; {@link #generate}
 * is the loop for one request, or for a list of them.
 *
 * <p>Words are T-Free's, or the tokens of a baseline: the {@link Lexicon} knows. A generated word is fed back as that word,
 * by its pattern; its text is not split again. Any thread may start answers; one thread at a time steps, closes and
 * generates. The model may be shared.
 */
public final class Generator {
    /** So many words of prompts are read in a step at most, so that answers that run do not wait long for new ones. */
    private static final int PROMPT_WORDS = 512;

    private final Transformer model;
    private final Lexicon lexicon;
    private final PrefixCache prefixes;

    /** A generator that says the words of a dictionary, chosen by a scoring rule. */
    public Generator(Transformer model, Dictionary dictionary, Scoring scoring) {
        this(model, new WordLexicon(dictionary, scoring));
    }

    /** A generator that says what the lexicon has. */
    public Generator(Transformer model, Lexicon lexicon) {
        this(model, lexicon, new PrefixCache(0));
    }

    /** @param prefixes what is known of earlier texts; the caller closes it */
    public Generator(Transformer model, Lexicon lexicon, PrefixCache prefixes) {
        this.model = model;
        this.lexicon = lexicon;
        this.prefixes = prefixes;
    }

    /**
     * The answers to a request, {@link GenerationRequest#samples} of them, none begun: their prompt is read, once for all,
     * in the first steps. The caller closes them.
     *
     * @throws IllegalArgumentException if the prompt is empty, or too long together with the words to generate
     */
    public List<Sequence> start(GenerationRequest request) {
        Prompt prompt = prompt(request, request.samples());
        List<Sequence> answers = new ArrayList<>();
        for (int sample = 0; sample < request.samples(); sample++) {
            answers.add(new Sequence(request, prompt, sample));
        }
        return answers;
    }

    private Prompt prompt(GenerationRequest request, int answers) {
        EncodedText text = lexicon.encoder().encode(request.prompt());
        check(text, request.maxWords());
        return new Prompt(text, request, lexicon(request, text), answers);
    }

    /** With the words that the request adds. */
    private Lexicon lexicon(GenerationRequest request, EncodedText prompt) {
        Vocabulary vocabulary = request.vocabulary();
        List<String> more = new ArrayList<>(vocabulary.moreWords() == null ? prompt.words()
                : lexicon.encoder().encode(vocabulary.moreWords()).words());
        more.addAll(vocabulary.filter().listed());
        for (List<String> choice : vocabulary.choicesIn(lexicon.encoder())) {
            Sampling.require(!choice.isEmpty() && choice.size() <= request.maxWords(), "choices",
                    "texts of 1 to " + request.maxWords() + " words (max_tokens)", choice.size() + " words");
            more.addAll(choice);
        }
        return lexicon.plus(more);
    }

    private void check(EncodedText prompt, int maxWords) {
        if (prompt.size() == 0) {
            throw new IllegalArgumentException("prompt: expected at least one word but it is empty");
        }
        int longest = model.config().sequenceLength();
        if (prompt.size() + (long) maxWords > longest) {
            throw new IllegalArgumentException(("prompt: expected at most %d words together with max_tokens (the"
                    + " model's sequence_length) but was %d + %d; shorten one of them")
                    .formatted(longest, prompt.size(), maxWords));
        }
    }

    /**
     * Gives each of the answers that are not finished one more word, in one pass. Of new prompts {@value #PROMPT_WORDS}
     * words are read at most; answers whose prompt is not read to its end get their first word in a later step. An answer
     * that fails is finished, and its {@link Sequence#result} says why; the others go on.
     */
    public void step(List<Sequence> answers) {
        List<Sequence> running = answers.stream().filter(answer -> answer.isRunning(prefixes)).toList();
        List<Reading> readings = new ArrayList<>();
        Set<Prompt> prompts = new LinkedHashSet<>();
        for (Sequence answer : running) {
            Prompt prompt = answer.unread();
            Reading word = answer.lastWord();
            if (prompt != null) {
                prompts.add(prompt);
            } else if (word != null) {
                readings.add(word);
            }
        }
        int room = PROMPT_WORDS;
        for (Prompt prompt : prompts) {
            if (room > 0) {
                Reading some = prompt.next(room, model.config(), prefixes);
                readings.add(some);
                room -= some.words().size();
            }
        }
        Reading.together(readings, model);
        for (Sequence answer : running) {
            if (answer.unread() == null) {
                answer.advance(prefixes);
            }
        }
    }

    /** The answer to a request; of several the first. */
    public Generation generate(GenerationRequest request) {
        return generate(request, _ -> {});
    }

    /**
     * As the other.
     *
     * @param onWord is handed the answer after each of its words: {@link Sequence#takeText} has the text that came,
     *               {@link Sequence#cancel} ends it
     * @throws IllegalArgumentException as of {@link #start}, or if no word may be said
     */
    public Generation generate(GenerationRequest request, Consumer<Sequence> onWord) {
        return generate(List.of(request), onWord).getFirst();
    }

    /** The answers to several requests, side by side: in their order, those to one request after one another. */
    public List<Generation> generate(List<GenerationRequest> requests) {
        return generate(requests, _ -> {});
    }

    /**
     * The best answers to a request as wholes, best first, by a beam search.
     *
     * @throws IllegalArgumentException as of {@link #generate}, or if the request draws words by chance
     */
    public List<Generation> search(GenerationRequest request, Beams beams) {
        Prompt prompt = prompt(request, 1);
        BeamSearch search = new BeamSearch(request, beams, prompt);
        while (!prompt.isRead()) {
            Reading.together(List.of(prompt.next(PROMPT_WORDS, model.config(), prefixes)), model);
        }
        return search.search(readings -> Reading.together(readings, model));
    }

    private List<Generation> generate(List<GenerationRequest> requests, Consumer<Sequence> onWord) {
        List<Sequence> answers = new ArrayList<>();
        requests.forEach(request -> answers.addAll(start(request)));
        try {
            List<Sequence> running = answers;
            while (!running.isEmpty()) {
                step(running);
                running.stream().filter(answer -> answer.unread() == null).forEach(onWord);
                running = running.stream().filter(answer -> !answer.isFinished()).toList();
            }
            return answers.stream().map(Sequence::result).toList();
        } finally {
            answers.forEach(Sequence::close);
        }
    }
}
