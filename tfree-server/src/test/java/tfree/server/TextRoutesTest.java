package tfree.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import tools.jackson.databind.JsonNode;

@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class TextRoutesTest {
    private SmallServer server;

    @BeforeAll
    void start() throws IOException {
        server = SmallServer.start();
    }

    @AfterAll
    void end() {
        server.close();
    }

    @Test
    void encodesATextAsTheCommandDoes() {
        JsonNode answer = server.post("/v1/encode", "{\"text\": \"Hello  World!<|endoftext|>\"}").json();
        assertEquals("[\"Hello\",\"<|2<-ws->|>\",\"World\",\"!\",\"<|endoftext|>\"]",
                answer.get("words").toString());
        JsonNode first = answer.get("patterns").get(0).get(0);
        assertEquals("204865", first.get("trigram").asString());
        assertEquals(4, first.get("slots").size());
        assertTrue(answer.get("patterns").get(4).get(0).get("trigram").isNull());
        assertFalse(server.post("/v1/encode", "{\"text\": \"a\", \"patterns\": false}").json().has("patterns"));
    }

    @Test
    void joinsWordsToTheTextThatTheyCameFrom() {
        String text = "f(x)  =  y,\n\n naïve 字 — \uD83D\uDE00 \"so\" she said.";
        JsonNode words = server.post("/v1/encode", "{\"patterns\": false, \"text\": " + quoted(text) + "}").json()
                .get("words");
        assertEquals(text, server.post("/v1/decode", "{\"words\": " + words + "}").json().get("text").asString());
    }

    @Test
    void namesTheWordWhoseSlotsAreOn() {
        JsonNode pattern = server.post("/v1/dictionary", "{\"words\": [\"buckle\"], \"patterns\": true}").json()
                .get("words").get(0).get("pattern");
        String slots = pattern.valueStream().flatMap(row -> row.get("slots").valueStream())
                .map(JsonNode::toString).collect(Collectors.joining(","));
        JsonNode top = server.post("/v1/decode", "{\"slots\": [" + slots + "], \"top\": 3}").json().get("top");
        assertEquals(3, top.size());
        assertEquals("buckle", top.get(0).get("word").asString());
        assertTrue(top.get(0).get("score").asDouble() > top.get(1).get("score").asDouble());
    }

    @Test
    void scoresLogitsByTheModelsRule() {
        String logits = IntStream.range(0, 512).mapToObj(i -> Double.toString(Math.sin(i)))
                .collect(Collectors.joining(","));
        JsonNode top = server.post("/v1/decode", "{\"logits\": [" + logits + "], \"top\": 1000}").json().get("top");
        double all = top.valueStream().mapToDouble(word -> Math.exp(word.get("log_prob").asDouble())).sum();
        assertEquals(server.model().words().size(), top.size());
        assertEquals(1, all, 1e-9);
        assertEquals(18, server.post("/v1/decode",
                "{\"logits\": [" + logits + "], \"top\": 1000, \"dictionary\": \"animals\"}").json().get("top").size());
    }

    @Test
    void tellsOfItsDictionariesAndLooksWordsUp() {
        JsonNode info = server.get("/v1/dictionary").json();
        assertEquals(512, info.get("vocab_size").asInt());
        assertEquals("likelihood", info.get("rule").asString());
        assertEquals("animals", info.get("dictionaries").get(1).get("name").asString());
        JsonNode words = server.post("/v1/dictionary", "{\"words\": [\"the\", \"Zanzibar\", \"<|endoftext|>\"]}").json()
                .get("words");
        assertEquals(5, words.get(0).get("count").asInt());
        assertTrue(words.get(1).get("index").isNull());
        assertTrue(words.get(2).get("special").asBoolean());
    }

    @Test
    void listsItsModelAsOpenAiDoes() {
        JsonNode model = server.get("/v1/models").json().get("data").get(0);
        assertEquals("babble", model.get("id").asString());
        assertEquals(model, server.get("/v1/models/babble").json());
        SmallServer.Answer other = server.get("/v1/models/gpt-4o");
        assertEquals(404, other.status());
        assertEquals("model_not_found", other.error("code"));
    }

    @Test
    void countsRequestsAndDescribesItselfToPrometheus() {
        server.get("/health");
        String metrics = server.get("/metrics").body();
        assertTrue(
                metrics.contains("http_server_requests_seconds_bucket{method=\"GET\",status=\"200\",uri=\"/health\""),
                metrics);
        assertTrue(metrics.contains("tfree_dictionary_words{dictionary=\"animals\"} 18"), metrics);
        assertTrue(metrics.contains("jvm_threads_live_threads"), metrics);
    }

    static String quoted(String text) {
        return tools.jackson.databind.json.JsonMapper.builder().build().writeValueAsString(text);
    }
}
