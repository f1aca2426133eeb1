package tfree.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tfree.generate.Ending;
import tfree.generate.GenerationRequest;
import tfree.generate.Sampling;
import tfree.generate.Vocabulary;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads requests of {@code tfree generate --jsonl}: a field that is absent or null takes the default. */
final class GenerationRequests {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Set<String> FIELDS = Set.of("prompt", "max_tokens", "echo", "log_probs", "stop_word",
            "abort_eot", "more_words", "deny", "temperature", "top_k", "top_p", "min_p", "seed");

    private GenerationRequests() {}

    /** @throws IllegalArgumentException naming the field, what was expected and what it was */
    static GenerationRequest read(JsonParser in, GenerationRequest defaults) {
        JsonNode json = JSON.readTree(in);
        if (!json.isObject()) {
            throw new IllegalArgumentException("expected an object with a prompt but was " + json);
        }
        for (String name : json.propertyNames()) {
            if (!FIELDS.contains(name)) {
                throw new IllegalArgumentException("%s: unknown field; known are %s".formatted(name,
                        String.join(", ", FIELDS.stream().sorted().toList())));
            }
        }
        String prompt = text(json, "prompt", null);
        if (prompt == null) {
            throw new IllegalArgumentException("prompt: expected a text but it is missing");
        }
        Sampling sampling = defaults.sampling();
        Ending ending = defaults.ending();
        Vocabulary vocabulary = defaults.vocabulary();
        return new GenerationRequest(prompt, integer(json, "max_tokens", defaults.maxWords()), defaults.samples(),
                flag(json, "echo", defaults.echo()), integer(json, "log_probs", defaults.logProbs()),
                new Ending(ending.stopStrings(), text(json, "stop_word", ending.stopWord()),
                        flag(json, "abort_eot", ending.atEndOfText())),
                new Vocabulary(text(json, "more_words", vocabulary.moreWords()),
                        words(json, vocabulary.deniedWords()), vocabulary.filter()),
                new Sampling(number(json, "temperature", sampling.temperature()),
                        integer(json, "top_k", sampling.topK()), number(json, "top_p", sampling.topP()),
                        number(json, "min_p", sampling.minP()), sampling.penalties(),
                        seed(json, sampling.seed())));
    }

    private static @Nullable JsonNode given(JsonNode json, String name) {
        JsonNode value = json.get(name);
        return value == null || value.isNull() ? null : value;
    }

    private static @Nullable String text(JsonNode json, String name, @Nullable String fallback) {
        JsonNode value = given(json, name);
        require(value == null || value.isString(), name, "a text", value);
        return value == null ? fallback : value.asString();
    }

    private static boolean flag(JsonNode json, String name, boolean fallback) {
        JsonNode value = given(json, name);
        require(value == null || value.isBoolean(), name, "true or false", value);
        return value == null ? fallback : value.asBoolean();
    }

    private static int integer(JsonNode json, String name, int fallback) {
        JsonNode value = given(json, name);
        require(value == null || (value.isIntegralNumber() && value.canConvertToInt()), name, "an integer", value);
        return value == null ? fallback : value.asInt();
    }

    private static long seed(JsonNode json, long fallback) {
        JsonNode value = given(json, "seed");
        boolean fits = value == null || (value.isIntegralNumber() && value.canConvertToLong());
        require(fits, "seed", "a 64-bit integer", value);
        return value == null ? fallback : value.asLong();
    }

    private static double number(JsonNode json, String name, double fallback) {
        JsonNode value = given(json, name);
        require(value == null || value.isNumber(), name, "a number", value);
        return value == null ? fallback : value.asDouble();
    }

    private static List<String> words(JsonNode json, List<String> fallback) {
        JsonNode value = given(json, "deny");
        if (value == null) {
            return fallback;
        }
        require(value.isArray(), "deny", "an array of words", value);
        List<String> words = new ArrayList<>();
        for (JsonNode word : value) {
            require(word.isString(), "deny", "an array of words", value);
            words.add(word.asString());
        }
        return words;
    }

    private static void require(boolean holds, String name, String expected, @Nullable Object actual) {
        if (!holds) {
            throw new IllegalArgumentException("%s: expected %s but was %s".formatted(name, expected, actual));
        }
    }
}
