package tfree.generate;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import tfree.dictionary.Dictionary;
import tfree.dictionary.ScoredWord;
import tfree.dictionary.Scoring;
import tfree.generate.Generation.FinishReason;
import tfree.model.KvCache;
import tfree.model.ModelInput;
import tfree.model.Transformer;
import tfree.trigram.EncodedText;
import tfree.trigram.UnitEncoder;

/**
 * Prompt → words, one after the other.
 *
 * <pre>
 * prompt ─Lexicon→ patterns ─Transformer + KvCache→ logits ─Lexicon→ probabilities ─Sampler→ word ↺
 * </pre>
 *
 * <p>Words are T-Free's, or the tokens of a baseline: the {@link Lexicon} knows. A generated word is fed back as that word,
 * by its pattern; its text is not split again. One thread at a time; the model may be shared.
 */
public final class Generator {
    private final Transformer model;
    private final Lexicon lexicon;
    private final UnitEncoder encoder;

    /** A generator that says the words of a dictionary, chosen by a scoring rule. */
    public Generator(Transformer model, Dictionary dictionary, Scoring scoring) {
        this(model, new WordLexicon(dictionary, scoring));
    }

    /** A generator that says what the lexicon has. */
    public Generator(Transformer model, Lexicon lexicon) {
        this.model = model;
        this.lexicon = lexicon;
        this.encoder = lexicon.encoder();
    }

    /** As {@link #generate(GenerationRequest, Consumer)}, all words at the end. */
    public Generation generate(GenerationRequest request) {
        return generate(request, _ -> {});
    }

    /**
     * Answers a request.
     *
     * @param onWord is told each word as it comes
     * @throws IllegalArgumentException if the prompt is empty, or too long together with the words to generate, or if no
     *                                  word may be said
     */
    public Generation generate(GenerationRequest request, Consumer<GeneratedWord> onWord) {
        EncodedText prompt = encoder.encode(request.prompt());
        check(prompt, request.maxWords());
        Lexicon words = lexicon.plus(
                request.moreWords() == null ? prompt.words() : encoder.encode(request.moreWords()).words())
                .plus(request.filter().listed());
        try (KvCache cache = new KvCache(model.config())) {
            return new Answer(request, words, onWord, cache).from(prompt);
        }
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

    /** One answer in the making. */
    private final class Answer {
        private final GenerationRequest request;
        private final Lexicon words;
        private final Lexicon.Scorer scorer;
        private final Sampler sampler;
        private final Consumer<GeneratedWord> onWord;
        private final KvCache cache;
        private final List<GeneratedWord> said = new ArrayList<>();
        private final IntPredicate allowed;

        Answer(GenerationRequest request, Lexicon words, Consumer<GeneratedWord> onWord, KvCache cache) {
            this.request = request;
            this.words = words;
            this.scorer = words.scorer();
            this.sampler = Sampler.of(request.sampling());
            this.onWord = onWord;
            this.cache = cache;
            BitSet denied = new BitSet();
            request.deniedWords().stream().mapToInt(words::indexOf).filter(i -> i >= 0).forEach(denied::set);
            IntPredicate passing = words.allowed(request.filter());
            this.allowed = word -> passing.test(word) && !denied.get(word);
        }

        Generation from(EncodedText prompt) {
            float[] logits = prefill(prompt);
            FinishReason reason = FinishReason.LENGTH;
            for (int i = 0; i < request.maxWords() && reason == FinishReason.LENGTH; i++) {
                GeneratedWord next = next(logits);
                say(next);
                if (endsAnswer(next.word())) {
                    reason = FinishReason.STOP;
                } else if (i + 1 < request.maxWords()) {
                    logits = model.next(ModelInputs.of(List.of(words.pattern(next.word())), cache.length()), cache);
                }
            }
            return new Generation(words.join(said.stream().map(GeneratedWord::word).toList()), said, reason);
        }

        private float[] prefill(EncodedText prompt) {
            ModelInput input = ModelInputs.of(prompt, 0, prompt.size());
            if (!request.echo() || request.logProbs() == 0) {
                if (request.echo()) {
                    prompt.words().forEach(word -> say(known(word, null, List.of())));
                }
                return model.next(input, cache);
            }
            float[][] logits = model.nextAfterEach(input, cache);
            say(known(prompt.word(0), null, List.of()));
            for (int p = 1; p < logits.length; p++) {
                Lexicon.Scores scores = scorer.score(logits[p - 1]);
                int index = words.indexOf(prompt.word(p));
                say(known(prompt.word(p), index < 0 ? null : scores.logProbs()[index], best(scores)));
            }
            return logits[logits.length - 1];
        }

        private GeneratedWord next(float[] logits) {
            Lexicon.Scores scores = scorer.score(logits);
            double[] logProbs = scores.logProbs();
            double[] sayable = logProbs.clone();
            for (int word = 0; word < sayable.length; word++) {
                if (!allowed.test(word)) {
                    sayable[word] = Double.NEGATIVE_INFINITY;
                }
            }
            int chosen = sampler.choose(sayable);
            return known(words.unit(chosen), logProbs[chosen], best(scores));
        }

        private GeneratedWord known(String word, @Nullable Double logProb, List<ScoredWord> best) {
            int index = words.indexOf(word);
            return new GeneratedWord(word, index, index < 0 ? 0 : words.count(index), logProb, best);
        }

        private List<ScoredWord> best(Lexicon.Scores scores) {
            return request.logProbs() == 0 ? List.of() : scores.top(request.logProbs());
        }

        private void say(GeneratedWord word) {
            said.add(word);
            onWord.accept(word);
        }

        private boolean endsAnswer(String word) {
            return word.equals(request.stopWord())
                    || (request.stopAtEnd() && word.equals(encoder.endOfText()));
        }
    }
}
