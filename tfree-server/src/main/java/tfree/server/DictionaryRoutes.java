package tfree.server;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tfree.dictionary.Dictionary;
import tfree.generate.WordLexicon;
import tfree.text.SpecialWords;
import tfree.trigram.TokenizerConfig;
import tools.jackson.core.JsonGenerator;

/** {@code /v1/dictionary}: what the model may say; GET tells of its dictionaries, POST looks words up. */
final class DictionaryRoutes {
    private final ServedModel model;
    private final Workers workers;
    private final Limits limits;

    DictionaryRoutes(ServedModel model, Workers workers, Limits limits) {
        this.model = model;
        this.workers = workers;
        this.limits = limits;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/v1/dictionary", this::info);
        routes.post("/v1/dictionary", this::lookUp);
    }

    private void info(Context context) {
        TokenizerConfig encoding = model.words().dictionary().table().config();
        Exchange.of(context).answer(json -> {
            json.writeStartObject();
            json.writeStringProperty("object", "dictionary");
            json.writeStringProperty("model", model.name());
            json.writeNumberProperty("vocab_size", encoding.vocabSize());
            json.writeNumberProperty("vocab_population", encoding.vocabPopulation());
            json.writeNumberProperty("lowercase_overlap", encoding.lowercaseOverlap());
            json.writeStringProperty("mode", encoding.splitMode().configName());
            json.writeStringProperty("rule", model.scoring().rule().name().toLowerCase(Locale.ROOT));
            json.writeArrayPropertyStart("dictionaries");
            write(null, model.words(), json);
            new TreeMap<>(model.dictionaries()).forEach((name, words) -> write(name, words, json));
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void write(@Nullable String name, WordLexicon lexicon, JsonGenerator json) {
        json.writeStartObject();
        if (name == null) {
            json.writeNullProperty("name");
        } else {
            json.writeStringProperty("name", name);
        }
        json.writeNumberProperty("words", lexicon.size());
        json.writeEndObject();
    }

    private void lookUp(Context context) {
        Exchange exchange = Exchange.of(context);
        Fields fields = exchange.fields();
        model.require(fields.text("model"));
        Dictionary dictionary = model.dictionary(fields.text("dictionary")).dictionary();
        List<String> words = fields.requiredTexts("words", limits.listLength());
        boolean patterns = fields.flag("patterns", false);
        fields.end();
        exchange.answer(workers.await(() -> Json.bytes(json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("words");
            for (String word : words) {
                write(word, dictionary, patterns, json);
            }
            json.writeEndArray();
            json.writeEndObject();
        })));
    }

    /** Words that are not in the dictionary have no index and, as added ones, count 0. */
    private static void write(String word, Dictionary dictionary, boolean patterns, JsonGenerator json) {
        int index = dictionary.indexOf(word);
        json.writeStartObject();
        json.writeStringProperty("word", word);
        if (index < 0) {
            json.writeNullProperty("index");
        } else {
            json.writeNumberProperty("index", index);
        }
        json.writeNumberProperty("count", index < 0 ? 0 : dictionary.count(index));
        json.writeBooleanProperty("special", SpecialWords.isSpecial(word));
        if (patterns && !word.isEmpty()) {
            json.writeName("pattern");
            EncodedTextJson.write(dictionary.table().pattern(word), json);
        }
        json.writeEndObject();
    }
}
