package tfree.generate;

import java.nio.charset.StandardCharsets;
import java.util.List;
import tfree.model.KvCache;
import tfree.model.Transformer;
import tfree.trigram.EncodedText;
import tfree.trigram.UnitEncoder;

/**
 * Questions with given choices, as ARC and HellaSwag have them: the model chooses the one that it holds for the most
 * probable continuation, {@code Σ log p(word | question and the choice's words before)}, as it is or for each byte of
 * the choice, so that long choices are not at a disadvantage. The question's and the choices' words may all be said,
 * also those that the dictionary lacks.
 */
public final class MultipleChoice {
    private final Transformer model;
    private final Lexicon lexicon;
    private final UnitEncoder encoder;

    public MultipleChoice(Transformer model, Lexicon lexicon) {
        this.model = model;
        this.lexicon = lexicon;
        this.encoder = lexicon.encoder();
    }

    /** @param answer the right choice's index */
    public record Question(String text, List<String> choices, int answer) {
        /** @throws IllegalArgumentException for fewer than two choices, an empty text, or an answer that is none of them */
        public Question {
            choices = List.copyOf(choices);
            if (choices.size() < 2) {
                throw new IllegalArgumentException("choices: expected at least two but was " + choices);
            }
            if (text.isBlank() || choices.stream().anyMatch(String::isBlank)) {
                throw new IllegalArgumentException(
                        "expected a question and choices of at least one word but one is empty");
            }
            if (answer < 0 || answer >= choices.size()) {
                throw new IllegalArgumentException(
                        "answer: expected one of the " + choices.size() + " choices but was number " + (answer + 1));
            }
        }
    }

    /**
     * How often the right choice was chosen.
     *
     * @param correct       by log-likelihood
     * @param correctByByte by log-likelihood for each byte
     */
    public record Result(long questions, long correct, long correctByByte) {
        /** Before the first question. */
        public static final Result NONE = new Result(0, 0, 0);

        /** Both together. */
        public Result plus(Result other) {
            return new Result(questions + other.questions, correct + other.correct,
                    correctByByte + other.correctByByte);
        }
    }

    /**
     * Answers one question.
     *
     * @throws IllegalArgumentException if a choice alone exceeds the model's sequence
     */
    public Result answer(Question question) {
        double[] likelihoods = logLikelihoods(question.text(), question.choices());
        double[] byByte = new double[likelihoods.length];
        for (int i = 0; i < byByte.length; i++) {
            byByte[i] = likelihoods[i] / question.choices().get(i).getBytes(StandardCharsets.UTF_8).length;
        }
        return new Result(1, Sampler.mostProbable(likelihoods) == question.answer() ? 1 : 0,
                Sampler.mostProbable(byByte) == question.answer() ? 1 : 0);
    }

    /** The natural logarithm of each choice's probability behind the text. */
    public double[] logLikelihoods(String text, List<String> choices) {
        List<EncodedText> whole = choices.stream().map(choice -> encoder.encode(text + " " + choice)).toList();
        Lexicon words = lexicon;
        for (EncodedText each : whole) {
            words = words.plus(each.words());
        }
        Lexicon all = words;
        Lexicon.Scorer scorer = all.scorer();
        EncodedText given = encoder.encode(text);
        return whole.stream().mapToDouble(each -> logLikelihood(each, common(given, each), all, scorer)).toArray();
    }

    /** How many words the two begin with together; a tokenizer may join the text's last with what follows. */
    private static int common(EncodedText given, EncodedText whole) {
        int common = 0;
        while (common < given.size() && common < whole.size() - 1 && given.word(common).equals(whole.word(common))) {
            common++;
        }
        return Math.max(1, common);
    }

    /** Of a text that is too long the beginning is left out. */
    private double logLikelihood(EncodedText text, int given, Lexicon words, Lexicon.Scorer scorer) {
        int last = text.size() - 1;
        int first = Math.max(0, last - model.config().sequenceLength());
        if (first >= given) {
            throw new IllegalArgumentException("choices: expected at most %d words (the model's sequence_length)"
                    .formatted(model.config().sequenceLength()) + " but was " + (text.size() - given));
        }
        try (KvCache cache = new KvCache(model.config())) {
            float[][] logits = model.nextAfterEach(ModelInputs.of(text, first, last), cache);
            double sum = 0;
            for (int p = given; p <= last; p++) {
                int index = words.indexOf(text.word(p));
                if (index < 0) { // so long that it would fill all slots: see Dictionary
                    return Double.NEGATIVE_INFINITY;
                }
                sum += scorer.logProbs(logits[p - 1 - first])[index];
            }
            return sum;
        }
    }
}
