package tfree.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import tfree.dictionary.WordFilter;
import tfree.generate.Beams;
import tfree.generate.Ending;
import tfree.generate.GenerationRequest;
import tfree.generate.Penalties;
import tfree.generate.Sampling;
import tfree.generate.Vocabulary;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads requests of {@code tfree generate --jsonl}: a field that is absent or null takes the default.
 *
 * @param defaults   what the command's options say
 * @param usualWords how many words follow a prompt where nobody says; null: as many as the defaults say
 */
record GenerationRequests(Asked defaults, @Nullable ToIntFunction<String> usualWords) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /** The fields' names. */
    static final String NAMES = "prompt, max_tokens, n, echo, log_probs, stop, stop_word, abort_eot, more_words, deny, "
            + "allow, regex, prefix, choices, temperature, top_k, top_p, min_p, repetition_penalty, presence_penalty, "
            + "frequency_penalty, logit_bias, seed, num_beams, length_penalty";

    private static final Set<String> FIELDS = Set.of(NAMES.split(", "));

    /**
     * A request, and how wide it is searched.
     *
     * @param beams null: word by word
     */
    record Asked(GenerationRequest request, @Nullable Beams beams) {}

    /** @throws IllegalArgumentException naming the field, what was expected and what it was */
    Asked read(JsonParser in) {
        RequestFields fields = RequestFields.of(JSON.readTree(in), FIELDS);
        String prompt = fields.text("prompt", null);
        if (prompt == null) {
            throw new IllegalArgumentException("prompt: expected a text but it is missing");
        }
        GenerationRequest usual = defaults.request();
        int words = usualWords == null || fields.has("max_tokens") ? usual.maxWords() : usualWords.applyAsInt(prompt);
        Ending ending = usual.ending();
        GenerationRequest request = new GenerationRequest(prompt, fields.integer("max_tokens", words),
                fields.integer("n", usual.samples()), fields.flag("echo", usual.echo()),
                fields.integer("log_probs", usual.logProbs()),
                new Ending(fields.textOrTexts("stop", ending.stopStrings()),
                        fields.text("stop_word", ending.stopWord()), fields.flag("abort_eot", ending.atEndOfText())),
                vocabulary(fields, usual.vocabulary()), sampling(fields, usual.sampling()));
        return new Asked(request, beams(fields, defaults.beams()));
    }

    private static Vocabulary vocabulary(RequestFields fields, Vocabulary usual) {
        List<WordFilter> filters = new ArrayList<>();
        if (fields.has("allow")) {
            filters.add(WordFilter.allowing(fields.texts("allow", List.of())));
        }
        String regex = fields.text("regex", null);
        if (regex != null) {
            filters.add(FilterOptions.matching("regex", regex));
        }
        String prefix = fields.text("prefix", null);
        if (prefix != null) {
            filters.add(WordFilter.startingWith(prefix));
        }
        return new Vocabulary(fields.text("more_words", usual.moreWords()),
                fields.texts("deny", usual.deniedWords()), filters.stream().reduce(WordFilter::and).orElse(
                        usual.filter()),
                fields.texts("choices", usual.choices()));
    }

    private static Sampling sampling(RequestFields fields, Sampling usual) {
        Penalties penalties = usual.penalties();
        return new Sampling(fields.number("temperature", usual.temperature()), fields.integer("top_k", usual.topK()),
                fields.number("top_p", usual.topP()), fields.number("min_p", usual.minP()),
                new Penalties(fields.number("repetition_penalty", penalties.repetition()),
                        fields.number("presence_penalty", penalties.presence()),
                        fields.number("frequency_penalty", penalties.frequency()),
                        fields.numbers("logit_bias", penalties.bias())),
                fields.longInteger("seed", usual.seed()));
    }

    private static @Nullable Beams beams(RequestFields fields, @Nullable Beams usual) {
        if (!fields.has("num_beams") && usual == null) {
            return null;
        }
        return new Beams(fields.integer("num_beams", usual == null ? 1 : usual.width()),
                fields.number("length_penalty", usual == null ? 1 : usual.lengthPenalty()));
    }
}
