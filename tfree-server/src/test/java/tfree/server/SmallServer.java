package tfree.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tfree.config.RunConfigFile;
import tfree.dictionary.Dictionary;
import tfree.dictionary.Scoring;
import tfree.dictionary.WordCounts;
import tfree.dictionary.WordList;
import tfree.generate.WordLexicon;
import tfree.model.ArchitectureConfig;
import tfree.model.Transformer;
import tfree.text.SplitMode;
import tfree.text.WordSplitter;
import tfree.trigram.SlotTable;
import tfree.trigram.TokenizerConfig;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server of a small fresh model on a free port, and a client of it. */
final class SmallServer implements AutoCloseable {
    static final int SEQUENCE = 64;
    static final String TEXT = "The cat sat on the mat and the dog lay on the log. One, two, buckle my shoe; three, four,"
            + " knock at the door. Rain, rain, go away, come again another day. Twinkle, twinkle, little star, how I"
            + " wonder what you are. Jack and Jill went up the hill.";
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String SHAPE = "{vocab_size: 512, hidden_size: 32, num_layers: 2, num_attention_heads: 2,"
            + " sequence_length: " + SEQUENCE + ", mlp_type: swiglu, mlp_factor: 2, bias_terms: false,"
            + " embedding_aggregation: sum, init: pythia}";

    private final Transformer transformer;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final HttpClient client = HttpClient.newHttpClient();
    private final ServedModel model;
    private final Server server;

    private SmallServer(ServerConfig config) throws IOException {
        transformer = Transformer.initialised(
                RunConfigFile.parseSection(ArchitectureConfig.class, "architecture", SHAPE), 42);
        model = new ServedModel("babble", Instant.EPOCH, transformer, lexicon(TEXT),
                Map.of("animals", lexicon("cat dog")));
        server = Server.start(model, config, log);
    }

    static SmallServer start() throws IOException {
        return new SmallServer(ServerConfig.local(0));
    }

    static SmallServer start(ServerConfig config) throws IOException {
        return new SmallServer(config);
    }

    private static WordLexicon lexicon(String text) {
        WordCounts counts = new WordCounts();
        WordSplitter.of(SplitMode.REFERENCE).split(text).forEach(counts::add);
        return new WordLexicon(Dictionary.of(WordList.ranked(counts).specialWordsFirst(),
                new SlotTable(TokenizerConfig.of(512, 4, 1))), Scoring.likelihood(10, 1));
    }

    Server server() {
        return server;
    }

    ServedModel model() {
        return model;
    }

    int port() {
        return server.port();
    }

    String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    /** A status and a body, and a header by its name. */
    record Answer(int status, String body, java.net.http.HttpHeaders headers) {
        JsonNode json() {
            return JSON.readTree(body);
        }

        /** A field of the error. */
        String error(String field) {
            return json().path("error").path(field).asString();
        }

        String header(String name) {
            return headers.firstValue(name).orElse("");
        }
    }

    Answer get(String path, String... headers) {
        return send(request(path, headers).GET().build());
    }

    Answer post(String path, String body, String... headers) {
        return post(path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    Answer post(String path, byte[] body, String... headers) {
        return send(request(path, headers).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body)).build());
    }

    HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url(path))).timeout(Duration.ofMinutes(4));
        return headers.length == 0 ? request : request.headers(headers);
    }

    Answer send(HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body(), response.headers());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends these bytes, whatever they are, and reads until the server ends the connection. */
    String raw(byte[] bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The access log's lines so far. */
    List<JsonNode> log() {
        return log.toString(StandardCharsets.UTF_8).lines().map(JSON::readTree).toList();
    }

    /** Waits for a line of the access log: it comes after the answer. */
    JsonNode awaitLogged(Predicate<JsonNode> wanted) {
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (System.nanoTime() < end) {
            Optional<JsonNode> line = log().stream().filter(wanted).findFirst();
            if (line.isPresent()) {
                return line.get();
            }
            pause();
        }
        throw new AssertionError("expected a line in the log but there were\n" + log.toString(StandardCharsets.UTF_8));
    }

    static void pause() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.close();
        client.close();
        transformer.close();
    }
}
