package tfree.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.data.DocumentStore;
import tfree.hub.FakeHub;
import tfree.hub.ParquetShards;

/** {@code tfree data download}, from a hub on this machine. */
class DataDownloadTest {
    private static final int SHARDS = 4;
    private static final Map<String, List<String>> TEXTS = new LinkedHashMap<>();
    private static final Map<String, byte[]> FILES = new LinkedHashMap<>();

    private final FakeHub server = new FakeHub();

    @TempDir
    private Path folder;
    private Path output;

    @BeforeAll
    static void write() throws IOException {
        Random random = new Random(3);
        for (int i = 0; i < SHARDS; i++) {
            List<String> texts = ParquetShards.texts(random, 2000);
            TEXTS.put("en/00" + i, texts);
            FILES.put("data/en/00" + i + ".parquet", ParquetShards.parquet("text", texts));
        }
    }

    @BeforeEach
    void publish() {
        output = folder.resolve("corpus");
        FILES.forEach(server::file);
        server.file("data/de/a.jsonl", "{\"text\":\"Straße\"}\n").file("README.md", """
                ---
                configs:
                - {config_name: en, data_files: data/en/*, default: true}
                - {config_name: de, data_files: data/de/*}
                ---
                """);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void downloadsAndSaysHowToTrain() throws IOException {
        Path names = Files.writeString(folder.resolve("names"), "# German\nde # all of it\n\n");
        Call call = download("--config", "en", "--configs", names.toString());
        assertEquals("", call.output());
        assertTrue(call.err().endsWith("5 shards are complete; train with data.prefix_paths: ["
                + output.resolve("manifest.json") + "]\n"), call.err());
        assertTrue(call.err().contains(" MB in 5 shards to download and convert\n"), call.err());
        assertComplete();
        assertEquals(List.of("\"Straße\""), Call.of("data", "cat", output.resolve("de/a").toString()).lines());
    }

    @Test
    void namesWhatFailedAndExitsWithOne() throws IOException {
        server.always("data/en/002.parquet", FakeHub.status(404));
        Call call = download();
        assertEquals(1, call.exitCode());
        assertEquals("", call.out());
        assertTrue(call.err().endsWith("""
                3 shards are complete, 1 failed, 0 are left; the same command goes on
                failed: en/002: data/en/002.parquet: the hub lists this file but does not have it (404)
                """), call.err());
        server.always("data/en/002.parquet", FakeHub.none());
        download().output();
        assertComplete();
    }

    @Test
    void aWrongCallIsOneLineAndExitsWithTwo() {
        assertWrong("expected a config of owner/corpus, one of en, de, but was eng", "--config", "eng");
        assertWrong("expected a split of owner/corpus, config en, one of train, but was test", "--split", "test");
        assertWrong("expected a branch, a tag or a commit of owner/corpus but there is no v2", "--revision", "v2");
        assertWrong("expected at least 1 worker but was 0", "--workers", "0");
        assertWrong("expected --limit of at least 1 file but was 0", "--limit", "0");
        assertWrong("expected the hub's address, such as https://huggingface.co, but was nowhere", "--endpoint",
                "nowhere");
        assertFalse(Files.exists(output.resolve("status.json")));
    }

    @Test
    void aGatedDataSetAsksForATokenThatTheEnvironmentGives() throws Exception {
        server.requireToken("hf_right");
        Call refused = download();
        assertEquals(1, refused.exitCode());
        assertEquals(
                "tfree: owner/corpus is gated: accept its terms at " + server.endpoint() + "/datasets/owner/corpus, "
                        + "make a token at " + server.endpoint() + "/settings/tokens and set HF_TOKEN to it\n",
                refused.err());
        ProcessBuilder builder = process();
        builder.environment().put("HF_TOKEN", "hf_right");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        assertFalse(said.contains("hf_right"));
        assertComplete();
    }

    @Test
    void aKilledDownloadIsFinishedByTheSameCommand() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        FILES.keySet().forEach(path -> server.always(path, FakeHub.slow(20, 15)));
        List<String> complete = new ArrayList<>();
        for (int kill = 0; kill < 2; kill++) {
            server.forgetRequests();
            Process process = process().start();
            while (process.isAlive() && server.requests().stream().noneMatch(FakeHub.Request::isForContent)) {
                Thread.sleep(5);
            }
            boolean _ = process.waitFor(random.nextInt(900), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
            assertNotFetchedAgain(complete, seed);
            complete = complete();
        }
        FILES.keySet().forEach(path -> server.always(path, FakeHub.none()));
        server.forgetRequests();
        Process last = process().start();
        String said = new String(last.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, last.waitFor(), () -> "seed " + seed + "\n" + said);
        assertNotFetchedAgain(complete, seed);
        assertComplete();
    }

    private ProcessBuilder process() {
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), Tfree.class.getName(), "data", "download", FakeHub.NAME,
                "--output", output.toString(), "--workers", "2").redirectErrorStream(true);
        builder.environment().put("HF_ENDPOINT", server.endpoint().toString());
        return builder;
    }

    private Call download(String... more) {
        List<String> args = new ArrayList<>(List.of("data", "download", FakeHub.NAME, "--output", output.toString()));
        if (!List.of(more).contains("--endpoint")) {
            args.addAll(List.of("--endpoint", server.endpoint().toString()));
        }
        args.addAll(List.of(more));
        return Call.of(args.toArray(String[]::new));
    }

    private void assertWrong(String message, String... more) {
        Call call = download(more);
        assertEquals(new Call(2, "", "tfree: " + message + "\n"), call);
    }

    /** The shards that the status file calls complete, {@code 000}. */
    private List<String> complete() throws IOException {
        Path status = output.resolve("status.json");
        List<String> names = new ArrayList<>();
        if (Files.exists(status)) {
            Matcher shard = Pattern.compile("\"name\":\"(\\d+)\",\"state\":\"complete\"")
                    .matcher(Files.readString(status));
            while (shard.find()) {
                names.add(shard.group(1));
            }
        }
        return names;
    }

    private void assertNotFetchedAgain(List<String> complete, long seed) {
        for (String name : complete) {
            assertEquals(List.of(), server.contentRequests("data/en/" + name + ".parquet"), "seed " + seed);
        }
    }

    private void assertComplete() throws IOException {
        for (Map.Entry<String, List<String>> shard : TEXTS.entrySet()) {
            try (DocumentStore store = DocumentStore.open(output.resolve(shard.getKey()))) {
                List<String> texts = new ArrayList<>();
                for (long i = 0; i < store.size(); i++) {
                    texts.add(store.text(i));
                }
                assertEquals(shard.getValue(), texts);
            }
        }
    }
}
