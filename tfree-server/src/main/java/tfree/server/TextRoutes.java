package tfree.server;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tfree.dictionary.DictionaryScorer;
import tfree.dictionary.ScoredWord;
import tfree.dictionary.Scoring;
import tfree.generate.WordLexicon;
import tfree.text.WordSplitter;
import tfree.trigram.EncodedText;
import tfree.trigram.TextEncoder;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * {@code /v1/encode}: text → words with their trigrams and slots; {@code /v1/decode}: words → text, or logits, or slots
 * that are on, → the dictionary's best words. No model runs.
 */
final class TextRoutes {
    private static final int MOST_TOP = 1000;
    /** The logit of a slot that is on for certain; its sigmoid is 1 in float32. */
    private static final float CERTAIN = 40;

    private final ServedModel model;
    private final Workers workers;
    private final Limits limits;

    TextRoutes(ServedModel model, Workers workers, Limits limits) {
        this.model = model;
        this.workers = workers;
        this.limits = limits;
    }

    void addTo(RoutesConfig routes) {
        routes.post("/v1/encode", this::encode);
        routes.post("/v1/decode", this::decode);
    }

    private void encode(Context context) throws IOException {
        Exchange exchange = Exchange.of(context);
        Fields fields = exchange.fields();
        model.require(fields.text("model"));
        String text = fields.requiredText("text");
        boolean patterns = fields.flag("patterns", true);
        fields.end();
        EncodedText encoded = workers.await(() -> new TextEncoder(model.words().dictionary().table()).encode(text));
        exchange.note().promptWords = encoded.size();
        try (OutputStream out = exchange.stream("application/json")) {
            Json.write(out, json -> {
                if (patterns) {
                    EncodedTextJson.write(encoded, json);
                } else {
                    json.writeStartObject();
                    EncodedTextJson.writeWords(encoded, json);
                    json.writeEndObject();
                }
            });
        }
    }

    private void decode(Context context) {
        Exchange exchange = Exchange.of(context);
        Fields fields = exchange.fields();
        model.require(fields.text("model"));
        WordLexicon lexicon = model.dictionary(fields.text("dictionary"));
        List<String> words = fields.texts("words", limits.listLength());
        JsonNode logits = fields.any("logits");
        JsonNode slots = fields.any("slots");
        int top = fields.integer("top", 10, 1, MOST_TOP);
        fields.end();
        int given = (words == null ? 0 : 1) + (logits == null ? 0 : 1) + (slots == null ? 0 : 1);
        if (given != 1) {
            throw ApiError.invalid("words", "missing_parameter",
                    "words, logits, slots: expected one of the three but was " + (given == 0 ? "none" : given));
        }
        if (words != null) {
            String text = join(words);
            exchange.answer(json -> {
                json.writeStartObject();
                json.writeStringProperty("text", text);
                json.writeEndObject();
            });
            return;
        }
        Scoring scoring = logits == null ? Scoring.contrast(1) : lexicon.scoring();
        float[] row = logits == null ? on(fields, slots) : logits(fields, logits);
        List<ScoredWord> best = workers.await(
                () -> new DictionaryScorer(lexicon.dictionary(), scoring).top(row, top));
        exchange.answer(json -> write(best, json));
    }

    /** The words' text: one of them may stand for a million spaces, so the length is known before it is made. */
    private String join(List<String> words) {
        WordSplitter splitter = WordSplitter.of(model.words().dictionary().table().config().splitMode());
        long length = 0;
        try {
            for (String word : words) {
                length += splitter.join(List.of(word)).length();
                if (length > limits.bodyBytes()) {
                    throw new IllegalArgumentException("expected words of at most %d characters together but was more"
                            .formatted(limits.bodyBytes()));
                }
            }
            return splitter.join(words);
        } catch (IllegalArgumentException e) {
            throw ApiError.invalid("words", "invalid_value", "words: " + e.getMessage());
        }
    }

    private float[] logits(Fields fields, JsonNode logits) {
        int v = model.words().dictionary().table().config().vocabSize();
        if (!logits.isArray() || logits.size() != v) {
            throw ApiError.value("logits", "an array of " + v + " numbers, one a slot",
                    logits.isArray() ? logits.size() + " entries" : Fields.shown(logits));
        }
        float[] row = new float[v];
        for (int slot = 0; slot < v; slot++) {
            JsonNode logit = logits.get(slot);
            if (!logit.isNumber() || !Float.isFinite(logit.floatValue())) {
                throw fields.wrong("logits[" + slot + "]", "a number", logit);
            }
            row[slot] = logit.floatValue();
        }
        return row;
    }

    private float[] on(Fields fields, @Nullable JsonNode slots) {
        int v = model.words().dictionary().table().config().vocabSize();
        if (slots == null || !slots.isArray()) {
            throw ApiError.value("slots", "an array of slots", slots == null ? "missing" : Fields.shown(slots));
        }
        fields.limit("slots", slots.size(), v);
        float[] row = new float[v];
        Arrays.fill(row, -CERTAIN);
        for (int i = 0; i < slots.size(); i++) {
            JsonNode slot = slots.get(i);
            if (!slot.isIntegralNumber() || !slot.canConvertToInt() || slot.asInt() < 0 || slot.asInt() >= v) {
                throw fields.wrong("slots[" + i + "]", "a slot from 0 to " + (v - 1), slot);
            }
            row[slot.asInt()] = CERTAIN;
        }
        return row;
    }

    private static void write(List<ScoredWord> best, JsonGenerator json) {
        json.writeStartObject();
        json.writeArrayPropertyStart("top");
        for (ScoredWord word : best) {
            json.writeStartObject();
            json.writeStringProperty("word", word.word());
            json.writeNumberProperty("index", word.index());
            json.writeNumberProperty("score", word.score());
            json.writeNumberProperty("log_prob", word.logProb());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
