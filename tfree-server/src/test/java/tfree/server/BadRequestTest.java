package tfree.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Every wrong request is answered as one, and the server goes on. */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class BadRequestTest {
    private static final Limits SMALL = new Limits(10_000, 50, 8, 4, 4, 100, Duration.ofSeconds(30), Duration.ZERO);

    private SmallServer server;

    @BeforeAll
    void start() throws IOException {
        server = SmallServer.start(ServerConfig.local(0).with(SMALL));
    }

    @AfterAll
    void end() {
        server.close();
    }

    private void refused(int status, String code, String message, SmallServer.Answer answer) {
        assertEquals(status, answer.status(), answer.body());
        assertEquals(code, answer.error("code"), answer.body());
        assertEquals(message, answer.error("message"));
        assertEquals("application/json", answer.header("Content-Type"));
        assertEquals(200, server.get("/health").status());
    }

    @Test
    void namesAnUnknownParameterAndTheNearestOne() {
        refused(400, "unknown_parameter",
                "txet: unknown parameter; did you mean text? Known are model, patterns, text",
                server.post("/v1/encode", "{\"txet\": \"a\"}"));
    }

    @Test
    void saysWhereTheBodyIsNotJson() {
        SmallServer.Answer cut = server.post("/v1/encode", "{\"text\": \"a");
        assertEquals("invalid_json", cut.error("code"));
        assertTrue(cut.error("message").startsWith("the body: expected JSON but was Unexpected end-of-input"),
                cut.body());
        for (String wrong : new String[]{"", "nonsense", "[]", "3", "{\"text\": \"a\"} {}",
                "{\"text\": 1, \"text\": 2}",
                "{'text': 'a'}", "[".repeat(5000), "{\"text\": NaN}", "\0\0", "{\"a\":".repeat(1000)}) {
            SmallServer.Answer answer = server.post("/v1/encode", wrong);
            assertEquals(400, answer.status(), wrong + " → " + answer.body());
        }
    }

    @Test
    void namesTheParameterWithAWrongValue() {
        refused(400, "invalid_value", "text: expected a text but was 12", server.post("/v1/encode", "{\"text\": 12}"));
        refused(400, "missing_parameter", "text: expected a text but it is missing", server.post("/v1/encode", "{}"));
        refused(400, "invalid_value", "words[1]: expected a text but was null",
                server.post("/v1/decode", "{\"words\": [\"a\", null]}"));
        refused(400, "invalid_value", "slots[0]: expected a slot from 0 to 511 but was 512",
                server.post("/v1/decode", "{\"slots\": [512]}"));
        refused(400, "invalid_value", "logits: expected an array of 512 numbers, one a slot but was 1 entries",
                server.post("/v1/decode", "{\"logits\": [1]}"));
        refused(400, "missing_parameter", "words, logits, slots: expected one of the three but was none",
                server.post("/v1/decode", "{}"));
        refused(400, "invalid_value", "dictionary: expected one of animals but was plants",
                server.post("/v1/dictionary", "{\"words\": [], \"dictionary\": \"plants\"}"));
        refused(400, "invalid_value",
                "text: expected text of whole characters but was half of a surrogate pair at index 1",
                server.post("/v1/encode", "{\"text\": \"a\\ud800\"}"));
        refused(404, "model_not_found", "model: expected babble, the one that is served, but was gpt-4",
                server.post("/v1/encode", "{\"text\": \"a\", \"model\": \"gpt-4\"}"));
    }

    @Test
    void refusesWhatIsTooLarge() {
        String body = "{\"text\": \"" + "a".repeat(SMALL.bodyBytes()) + "\"}";
        refused(413, "body_too_large", "the body: expected at most 10000 bytes but was more",
                server.post("/v1/encode", body));
        SmallServer.Answer chunked = server.send(server.request("/v1/encode").header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))))
                .build());
        refused(413, "body_too_large", "the body: expected at most 10000 bytes but was more", chunked);
        refused(400, "list_too_long", "words: expected at most 50 entries but was 51",
                server.post("/v1/decode", "{\"words\": [" + "\"a\",".repeat(50) + "\"a\"]}"));
        refused(400, "invalid_value", "words: expected words of at most 10000 characters together but was more",
                server.post("/v1/decode", "{\"words\": [" + "\"<|1000000<-ws->|>\",".repeat(49) + "\"a\"]}"));
    }

    @Test
    void refusesWhatIsNoRequestOfIts() {
        refused(404, "not_found", "there is nothing at /v1/nothing; docs/serve.md lists the paths",
                server.get("/v1/nothing"));
        refused(405, "method_not_allowed", "/v1/encode does not take GET", server.get("/v1/encode"));
        refused(415, "unsupported_media_type",
                "the header Content-Type: expected application/json but was text/plain",
                server.send(server.request("/v1/encode").header("Content-Type", "text/plain")
                        .POST(BodyPublishers.ofString("{\"text\": \"a\"}")).build()));
    }

    @Test
    void isNotReachedByAForeignNameOfThisMachine() throws IOException {
        String answer = server.raw(("GET /v1/models HTTP/1.1\r\nHost: evil.example:" + server.port()
                + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.UTF_8));
        assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
        assertTrue(answer.contains("wrong_host"), answer);
    }

    @Test
    void answersWhatIsNoHttpAndGoesOn() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            byte[] noise = new byte[random.nextInt(3000)];
            random.nextBytes(noise);
            try {
                String answer = server.raw(noise);
                assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 4") || answer.startsWith("HTTP/1.1 5"),
                        answer);
            } catch (java.net.SocketException e) {
                // the server ended the connection before it was all sent
            }
        }
        for (int i = 0; i < 200; i++) {
            byte[] noise = new byte[random.nextInt(3000)];
            random.nextBytes(noise);
            assertEquals(400, server.post("/v1/encode", noise).status(), "noise " + i);
        }
        assertEquals(200, server.get("/health").status());
    }

    @Test
    void wantsItsKeyWhereItHasOne() throws IOException {
        ServerConfig config = new ServerConfig("127.0.0.1", 0, "secret-key", false, SMALL);
        try (SmallServer locked = SmallServer.start(config)) {
            assertEquals(200, locked.get("/health").status());
            for (String path : new String[]{"/v1/models", "/metrics", "/v1/nothing", "/"}) {
                SmallServer.Answer without = locked.get(path);
                assertEquals(401, without.status());
                assertEquals("invalid_api_key", without.error("code"));
                assertEquals(401, locked.get(path, "Authorization", "Bearer secret-kex").status());
                assertEquals(401, locked.get(path, "Authorization", "secret-key").status());
            }
            assertEquals(200, locked.get("/v1/models", "Authorization", "Bearer secret-key").status());
        }
    }

    @Test
    void listensBeyondThisMachineOnlyWithAKeyOrWhenTold() {
        assertEquals(
                "--host: expected an address of this machine alone, such as 127.0.0.1, where there is no API key but"
                        + " was 0.0.0.0; give --api-key-file, or say --no-api-key if everybody who reaches it may use it",
                assertThrows(IllegalArgumentException.class,
                        () -> new ServerConfig("0.0.0.0", 0, null, false, SMALL)).getMessage());
        new ServerConfig("0.0.0.0", 0, null, true, SMALL);
        new ServerConfig("0.0.0.0", 0, "secret-key", false, SMALL);
    }

    @Test
    void sendsTheHeadersThatKeepABrowserSafeAndNoOthers() {
        SmallServer.Answer answer = server.get("/v1/models", "Origin", "https://evil.example");
        assertEquals("nosniff", answer.header("X-Content-Type-Options"));
        assertEquals("DENY", answer.header("X-Frame-Options"));
        assertEquals("", answer.header("Access-Control-Allow-Origin"));
        assertEquals("", answer.header("Server"));
        assertTrue(answer.header("X-Request-Id").startsWith("req-"));
    }

    @Test
    void logsALineARequestWithoutItsText() {
        server.post("/v1/encode", "{\"text\": \"private matter\"}");
        server.post("/v1/encode", "{\"txet\": \"private matter\"}");
        server.awaitLogged(line -> line.get("status").asInt() == 200 && line.path("prompt_words").asInt() == 2);
        server.awaitLogged(line -> line.path("error").asString().startsWith("unknown_parameter"));
        assertTrue(server.log().stream().noneMatch(line -> line.toString().contains("private")));
    }
}
