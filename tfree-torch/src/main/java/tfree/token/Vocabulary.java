package tfree.token;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tfree.file.CorruptFileException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tokens of a {@code tokenizer.json} by their ids, those that were added to the model's own included.
 *
 * @param tokens  as the file writes them ({@code Ġthe}, {@code ▁the}); an id that no token has is empty
 * @param special tokens that are no text: ends, paddings
 * @param unknown the id that stands for what no token covers, or −1
 */
record Vocabulary(String[] tokens, Map<String, Integer> ids, List<String> special, int unknown) {
    private static final int MOST = 1 << 24;

    /** @throws CorruptFileException if the file holds no vocabulary */
    static Vocabulary parse(Path file, byte[] json) throws CorruptFileException {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(json);
        } catch (JacksonException e) {
            throw new CorruptFileException(file, "expected a Hugging Face tokenizer.json but was no JSON: "
                    + e.getOriginalMessage());
        }
        Map<String, Integer> ids = new HashMap<>();
        JsonNode model = root.path("model");
        JsonNode vocabulary = model.path("vocab");
        if (vocabulary.isObject()) { // BPE, WordPiece, WordLevel: token to id
            vocabulary.forEachEntry((token, id) -> ids.put(token, id.asInt(-1)));
        }
        for (int id = 0; vocabulary.isArray() && id < vocabulary.size(); id++) { // Unigram: token and score
            ids.put(vocabulary.get(id).path(0).asString(""), id);
        }
        List<String> special = new ArrayList<>();
        for (JsonNode added : root.path("added_tokens")) {
            ids.put(added.path("content").asString(""), added.path("id").asInt(-1));
            if (added.path("special").asBoolean(false)) {
                special.add(added.path("content").asString(""));
            }
        }
        int size = ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
        if (size == 0 || size > MOST || ids.containsValue(-1)) {
            throw new CorruptFileException(file,
                    "expected a Hugging Face tokenizer.json with a model.vocab of up to " + MOST + " tokens but was "
                            + (size == 0 ? "none" : "another"));
        }
        String[] tokens = new String[size];
        Arrays.fill(tokens, "");
        ids.forEach((token, id) -> tokens[id] = token);
        return new Vocabulary(tokens, ids, special, unknown(model, ids));
    }

    private static int unknown(JsonNode model, Map<String, Integer> ids) {
        if (model.path("unk_id").isIntegralNumber()) {
            return model.path("unk_id").asInt();
        }
        @Nullable
        Integer id = ids.get(model.path("unk_token").asString(""));
        return id == null ? -1 : id;
    }

    int size() {
        return tokens.length;
    }
}
