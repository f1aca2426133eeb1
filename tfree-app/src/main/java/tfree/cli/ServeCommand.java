package tfree.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tfree.checkpoint.Checkpoint;
import tfree.config.ConfigException;
import tfree.console.Interrupt;
import tfree.dictionary.Dictionary;
import tfree.file.CorruptFileException;
import tfree.generate.Lexicon;
import tfree.generate.WordLexicon;
import tfree.model.Transformer;
import tfree.server.Limits;
import tfree.server.ServedModel;
import tfree.server.Server;
import tfree.server.ServerConfig;

/** {@code tfree serve}: a trained model over HTTP. */
@Command(name = "serve", description = {"Serve a trained model over HTTP, as OpenAI's clients ask for it.",
        "Prints one JSON line a request. SIGTERM or Ctrl-C lets running answers end."})
final class ServeCommand implements Callable<Integer> {
    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(names = "--host", paramLabel = "NAME", defaultValue = "127.0.0.1", //
            description = "The address to listen at (default ${DEFAULT-VALUE}: this machine alone).")
    private String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "N", defaultValue = "8080", //
            description = "The port; 0 takes a free one (default ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--api-key-file", paramLabel = "FILE", //
            description = "A file whose first line clients have to send: Authorization: Bearer KEY.")
    private @Nullable Path keyFile;

    @Option(names = "--no-api-key", description = "Let everybody in who reaches an address beyond this machine.")
    private boolean open;

    @Option(names = "--name", paramLabel = "NAME", description = "The model's name (default: the checkpoint's folder).")
    private @Nullable String name;

    @Option(names = "--more-dictionaries", paramLabel = "NAME=FILE", split = ",", //
            description = "Dictionaries that a request may name instead of the model's.")
    private Map<String, Path> moreDictionaries = new LinkedHashMap<>();

    @Option(names = "--max-body", paramLabel = "SIZE", description = "The largest request (default 4M).")
    private @Nullable ByteSize maxBody;

    @Option(names = "--max-running", paramLabel = "N", description = "Answers generated side by side (default 64).")
    private int maxRunning = Limits.DEFAULT.running();

    @Option(names = "--max-queued", paramLabel = "N", //
            description = "Answers that may wait; beyond them requests get 429 (default 256).")
    private int maxQueued = Limits.DEFAULT.queued();

    @Option(names = "--time-limit", paramLabel = "S", description = "Seconds for one request (default 300).")
    private int timeLimit = (int) Limits.DEFAULT.requestTime().toSeconds();

    @Option(names = "--end-time", paramLabel = "S", //
            description = "Seconds for running answers once the server is to end (default 30).")
    private int endTime = (int) Limits.DEFAULT.endTime().toSeconds();

    @Override
    public Integer call() throws IOException, InterruptedException {
        ServerConfig config = new ServerConfig(host, port, key(), open, limits());
        Checkpoint saved = model.checkpoint();
        WordLexicon words = words(Lexicon.of(model.units(saved), saved.config(), model.scoring(saved)), saved);
        Map<String, WordLexicon> others = new LinkedHashMap<>();
        for (Map.Entry<String, Path> other : moreDictionaries.entrySet()) {
            others.put(other.getKey(), new WordLexicon(Dictionary.of(
                    DictionarySource.read(other.getValue()).specialWordsAdded(), words.dictionary().table()),
                    words.scoring()));
        }
        CountDownLatch asked = new CountDownLatch(1);
        try (Transformer transformer = model.transformer(saved);
                OutputStream log = StandardOutput.open();
                Interrupt _ = new Interrupt(asked::countDown);
                Server server = Server.start(new ServedModel(named(saved), created(saved), transformer, words, others),
                        config, log)) {
            PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
            err.printf(Locale.ROOT, "tfree serve: %s, %,d parameters, %,d words, at http://%s:%d%n", named(saved),
                    transformer.parameterCount(), words.size(), host.contains(":") ? "[" + host + "]" : host,
                    server.port());
            asked.await();
            err.println("tfree serve: no new requests; running answers have " + endTime + " s");
        }
        return 0;
    }

    private static WordLexicon words(Lexicon lexicon, Checkpoint saved) {
        if (lexicon instanceof WordLexicon words) {
            return words;
        }
        throw new ConfigException(saved.folder() + ": expected a model that says words but it says the tokens of its"
                + " tokenizer, which only generate and eval take");
    }

    private Limits limits() {
        Limits usual = Limits.DEFAULT;
        long body = maxBody == null ? usual.bodyBytes() : maxBody.bytes();
        if (body > Integer.MAX_VALUE / 2) {
            throw new IllegalArgumentException("--max-body: expected at most 1G but was " + body + " bytes");
        }
        return new Limits((int) body, usual.listLength(), usual.answers(), maxRunning, maxQueued, usual.connections(),
                Duration.ofSeconds(timeLimit), Duration.ofSeconds(endTime));
    }

    private @Nullable String key() throws IOException {
        if (keyFile == null) {
            return null;
        }
        String key = Files.readString(keyFile).lines().findFirst().orElse("").strip();
        if (key.isEmpty()) {
            throw new CorruptFileException(keyFile, "expected an API key on the first line but it is empty");
        }
        return key;
    }

    /** The folder of the run rather than the folder of its checkpoints. */
    private String named(Checkpoint saved) {
        if (name != null) {
            return name;
        }
        Path folder = saved.folder().toAbsolutePath().normalize();
        while (folder.getParent() != null && folder.getFileName().toString().matches("\\d{12}|checkpoints?")) {
            folder = folder.getParent();
        }
        return folder.getFileName() == null ? "tfree" : folder.getFileName().toString();
    }

    private static Instant created(Checkpoint saved) throws IOException {
        return Files.getLastModifiedTime(saved.folder()).toInstant();
    }
}
