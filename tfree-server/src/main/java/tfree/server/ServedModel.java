package tfree.server;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tfree.dictionary.Scoring;
import tfree.generate.WordLexicon;
import tfree.model.Transformer;

/**
 * A model, and the words that it may say.
 *
 * @param name         as requests name it
 * @param created      when it was saved
 * @param transformer  the network; the caller closes it
 * @param words        what it says where a request names no dictionary
 * @param dictionaries what else it may say, by the names that requests use
 */
public record ServedModel(String name, Instant created, Transformer transformer, WordLexicon words,
        Map<String, WordLexicon> dictionaries) {

    public ServedModel {
        dictionaries = Map.copyOf(dictionaries);
    }

    /** A model with one dictionary. */
    public static ServedModel of(String name, Instant created, Transformer transformer, WordLexicon words) {
        return new ServedModel(name, created, transformer, words, Map.of());
    }

    /** @throws ApiError 404 if the request is for another model */
    void require(@Nullable String model) {
        if (model != null && !model.equals(name)) {
            throw ApiError.request(404, "model_not_found", "model",
                    "model: expected %s, the one that is served, but was %s".formatted(name, model));
        }
    }

    /** The dictionary of that name; the model's own where there is no name. */
    WordLexicon dictionary(@Nullable String called) {
        if (called == null) {
            return words;
        }
        WordLexicon named = dictionaries.get(called);
        if (named == null) {
            throw ApiError.value("dictionary", dictionaries.isEmpty() ? "none, since this server has its model's only,"
                    : "one of " + String.join(", ", dictionaries.keySet().stream().sorted().toList()), called);
        }
        return named;
    }

    /** How the words are chosen. */
    Scoring scoring() {
        return words.scoring();
    }
}
