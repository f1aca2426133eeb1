package tfree.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.data.DocumentStore;
import tfree.data.Manifest;
import tfree.hub.DatasetDownload.Outcome;
import tfree.source.SourceOptions;

/** A data set from the hub to memory maps. */
class DatasetDownloadTest {
    private static final RetryPolicy QUICK = new RetryPolicy(3, 2, Duration.ofMillis(1), Duration.ofMillis(5),
            Duration.ofSeconds(5));
    private static final String CARD = """
            ---
            configs:
            - config_name: en
              default: true
              data_files:
              - {split: train, path: data/en/*}
              - {split: test, path: test/*}
            - config_name: de
              data_files: data/de/*.jsonl
            ---
            """;

    private static final Map<String, List<String>> TEXTS = new LinkedHashMap<>();
    private static final Map<String, byte[]> FILES = new LinkedHashMap<>();

    private final FakeHub server = new FakeHub();
    private final Recorder recorder = new Recorder();

    @TempDir
    private Path folder;

    @BeforeAll
    static void write() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 3; i++) {
            List<String> shard = ParquetShards.texts(random, 500 + i);
            TEXTS.put("en/%03d_00000".formatted(i), shard);
            FILES.put("data/en/%03d_00000.parquet".formatted(i), ParquetShards.parquet("text", shard));
        }
        TEXTS.put("de/eins", List.of("Straße", "läuft"));
        FILES.put("test/a.parquet", ParquetShards.parquet("text", List.of("held back")));
    }

    @BeforeEach
    void publish() {
        server.file("README.md", CARD).file("data/de/eins.jsonl", "{\"text\": \"Straße\"}\n{\"text\": \"läuft\"}\n");
        FILES.forEach(server::file);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void makesAMemoryMapOfEachFile() throws Exception {
        Outcome outcome = run(request(List.of("en", "de")));
        assertEquals(new Outcome(4, List.of(), 0), outcome);
        assertMaps("en/000_00000", "en/001_00000", "en/002_00000", "de/eins");
        assertEquals(List.of(".lock", "de", "en", "manifest.json", "status.json"), names(folder));
        assertEquals(List.of("eins.bin", "eins.idx", "eins.meta.json"), names(folder.resolve("de")));
        assertEquals(
                Stream.of("en/000_00000", "en/001_00000", "en/002_00000", "de/eins").map(folder::resolve).toList(),
                Manifest.read(folder.resolve("manifest.json")).prefixes());
        assertEquals(0, recorder.left.get());
    }

    @Test
    void takesTheDefaultConfigTheFirstFilesAndAnotherSplit() throws Exception {
        run(new DownloadRequest(FakeHub.NAME, "main", List.of(), "train", "text", folder, 2, true, 0, 2));
        assertMaps("en/000_00000", "en/001_00000");
        assertTrue(Files.exists(folder.resolve("en/001_00000.parquet")), "the source was to be kept");
        assertFalse(Files.exists(folder.resolve("en/002_00000.bin")));
        Path test = folder.resolve("test");
        run(new DownloadRequest(FakeHub.NAME, "main", List.of("en"), "test", "text", test, 0, false, 1, 1));
        try (DocumentStore store = DocumentStore.open(test.resolve("en/a"))) {
            assertEquals("held back", store.text(0));
        }
    }

    @Test
    void fetchesNothingThatIsComplete() throws Exception {
        run(request(List.of("en")));
        server.forgetRequests();
        assertEquals(new Outcome(3, List.of(), 0), run(request(List.of("en"))));
        assertTrue(server.requests().stream().noneMatch(request -> request.path().endsWith(".parquet")));
        run(request(List.of("en", "de"))); // more of the same data set is welcome
        assertMaps("en/000_00000", "de/eins");
        assertTrue(server.requests().stream().noneMatch(request -> request.path().endsWith(".parquet")));
    }

    @Test
    void fetchesAgainWhatWasRemoved() throws Exception {
        run(request(List.of("en")));
        server.forgetRequests();
        for (String ending : List.of("bin", "idx", "meta.json")) {
            Files.delete(folder.resolve("en/001_00000." + ending));
        }
        assertEquals(new Outcome(3, List.of(), 0), run(request(List.of("en"))));
        assertMaps("en/000_00000", "en/001_00000", "en/002_00000");
        assertEquals(1, server.contentRequests("data/en/001_00000.parquet").size());
        assertEquals(0, server.contentRequests("data/en/000_00000.parquet").size());
    }

    @Test
    void aShardThatFailsDoesNotStopTheOthersAndIsTriedAgain() throws Exception {
        server.always("data/en/001_00000.parquet", FakeHub.flippedBit());
        Outcome outcome = run(request(List.of("en")));
        assertEquals(2, outcome.complete());
        assertTrue(outcome.failed().getFirst().startsWith("en/001_00000: data/en/001_00000.parquet: expected "),
                outcome.toString());
        assertFalse(outcome.isComplete());
        assertFalse(Files.exists(folder.resolve("manifest.json")), "only what is complete has a manifest");
        Shard failed = Objects.requireNonNull(status().get("en/001_00000"));
        assertEquals(Shard.State.FAILED, failed.state());
        assertEquals(2, failed.attempts());

        server.always("data/en/001_00000.parquet", FakeHub.none()).forgetRequests();
        assertEquals(new Outcome(3, List.of(), 0), run(request(List.of("en"))));
        assertMaps("en/000_00000", "en/001_00000", "en/002_00000");
        assertEquals(0, server.contentRequests("data/en/000_00000.parquet").size());
        assertEquals(3, Objects.requireNonNull(status().get("en/001_00000")).attempts());
    }

    @Test
    void stopsWhenAllWouldFail() throws Exception {
        byte[] one = Objects.requireNonNull(FILES.get("test/a.parquet"));
        for (int i = 3; i < 12; i++) {
            server.file("data/en/%03d_00000.parquet".formatted(i), one);
        }
        DownloadRequest wrong = new DownloadRequest(FakeHub.NAME, "main", List.of("en"), "train", "content", folder, 0,
                false, 0, 1);
        Outcome outcome = run(wrong);
        assertEquals(3, outcome.failed().size());
        assertEquals(9, outcome.left());
        assertTrue(outcome.failed().getFirst().contains("content"), outcome.toString());
        // Nothing was complete: the right column may be given now, and what is here is not fetched again.
        server.forgetRequests();
        assertEquals(12, run(request(List.of("en"))).complete());
        assertEquals(0, server.contentRequests("data/en/000_00000.parquet").size());
        assertEquals(1, server.contentRequests("data/en/011_00000.parquet").size());
    }

    @Test
    void refusesToMixDownloads() throws Exception {
        run(request(List.of("en")));
        for (DownloadRequest other : List.of(
                new DownloadRequest(FakeHub.NAME, "v2", List.of("en"), "train", "text", folder, 0, false, 0, 1),
                new DownloadRequest(FakeHub.NAME, "main", List.of("en"), "train", "url", folder, 0, false, 0, 1),
                new DownloadRequest(FakeHub.NAME, "main", List.of("en"), "test", "text", folder, 0, false, 0, 1),
                new DownloadRequest("owner/other", "main", List.of("en"), "train", "text", folder, 0, false, 0, 1))) {
            assertEquals(
                    folder.resolve("status.json") + ": expected a download of the same data but it is of owner/corpus, "
                            + "revision main, split train, column text; call with these to go on, or choose another "
                            + "--output",
                    assertThrows(IllegalArgumentException.class, () -> run(other)).getMessage());
        }
    }

    @Test
    void staysAtTheCommitOfTheFirstRun() throws Exception {
        server.faults("data/en/001_00000.parquet", FakeHub.status(404));
        assertEquals(1, run(request(List.of("en"))).failed().size());
        String commit = server.commit();
        server.moveTo("dead".repeat(10));
        assertThrows(IllegalArgumentException.class, () -> run(request(List.of("en")))); // this hub forgets old commits
        assertEquals("/api/datasets/owner/corpus/revision/" + commit, server.requests().getLast().path());
    }

    @Test
    void replacesOnlyWhatItWrote() throws Exception {
        Files.createDirectories(folder.resolve("en"));
        Files.writeString(folder.resolve("en/001_00000.bin"), "mine");
        assertThrows(FileAlreadyExistsException.class, () -> run(request(List.of("en"))));
        assertEquals("mine", Files.readString(folder.resolve("en/001_00000.bin")));
        assertFalse(Files.exists(folder.resolve("status.json")));
    }

    @Test
    void isAloneInItsFolder() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        server.faults("data/de/eins.jsonl", (exchange, content) -> {
            inside.countDown();
            await(goOn);
            FakeHub.none().answer(exchange, content);
        });
        List<Outcome> first = Collections.synchronizedList(new ArrayList<>());
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                first.add(run(request(List.of("de"))));
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        inside.await();
        assertEquals(folder + ": expected no other download at work in this folder but there is one",
                assertThrows(IllegalArgumentException.class, () -> run(request(List.of("de")))).getMessage());
        goOn.countDown();
        thread.join();
        assertTrue(first.getFirst().isComplete());
    }

    @Test
    void stopsInTheMiddleAndGoesOnThere() throws Exception {
        server.faults("data/en/000_00000.parquet", FakeHub.slow(10, 20));
        DownloadRequest request = new DownloadRequest(FakeHub.NAME, "main", List.of("en"), "train", "text", folder, 0,
                false, 10, 1);
        DatasetDownload[] download = new DatasetDownload[1];
        recorder.onBytes = () -> download[0].stop();
        Outcome outcome;
        try (Hub hub = hub()) {
            download[0] = new DatasetDownload(hub, request, recorder);
            outcome = download[0].run();
        }
        assertEquals(new Outcome(0, List.of(), 3), outcome);
        recorder.onBytes = () -> {};
        assertTrue(Files.size(folder.resolve("en/000_00000.parquet.partial")) > 0);
        server.forgetRequests();
        assertTrue(run(request).isComplete());
        assertTrue(String.valueOf(server.contentRequests("data/en/000_00000.parquet").getFirst().range())
                .startsWith("bytes="));
        assertMaps("en/000_00000", "en/001_00000", "en/002_00000");
    }

    @Test
    void stopsWhileItStillAsksWhatThereIs() throws Exception {
        server.always("/api/datasets/owner/corpus/revision/main", FakeHub.status(429, "Retry-After", "600"));
        try (Hub hub = hub()) {
            DatasetDownload download = new DatasetDownload(hub, request(List.of("en")), recorder);
            recorder.onRetry = download::stop;
            assertThrows(InterruptedException.class, download::run);
        }
    }

    @Test
    void replacesTheHalvesThatAKilledProcessLeft() throws Exception {
        server.faults("data/en/001_00000.parquet", FakeHub.status(404));
        run(request(List.of("en")));
        Files.writeString(folder.resolve("en/001_00000.bin"), "half");
        Files.writeString(folder.resolve("en/001_00000.idx.partial"), "half");
        assertTrue(run(request(List.of("en"))).isComplete());
        assertMaps("en/000_00000", "en/001_00000", "en/002_00000");
        assertEquals(9, names(folder.resolve("en")).size());
    }

    @Test
    void findsADocumentThatWasWrittenWrong() throws Exception {
        Path source = folder.resolve("a.jsonl");
        Files.writeString(source, "{\"text\": \"one\"}\n{\"text\": \"two\"}\n");
        ShardConversion conversion = new ShardConversion(source, folder.resolve("a"), options(), 1);
        assertEquals(2, conversion.run());
        conversion.verify();
        Files.writeString(folder.resolve("a.bin"), "onetwp", StandardCharsets.US_ASCII);
        assertTrue(String.valueOf(assertThrows(IOException.class, conversion::verify).getMessage())
                .contains("expected document 1 of " + source));
        Files.writeString(source, "{\"text\": \"one\"}\n");
        assertThrows(IOException.class, () -> new ShardConversion(source, folder.resolve("a"), options(), 3).verify());
    }

    private static SourceOptions options() {
        return SourceOptions.DEFAULT;
    }

    private DownloadRequest request(List<String> configs) {
        return new DownloadRequest(FakeHub.NAME, "main", configs, "train", "text", folder, 0, false, 10, 2);
    }

    private Outcome run(DownloadRequest request) throws IOException, InterruptedException {
        try (Hub hub = hub()) {
            return new DatasetDownload(hub, request, recorder).run();
        }
    }

    private Hub hub() {
        return Hub.connect(new HubSettings(server.endpoint(), null), QUICK, recorder);
    }

    private RunStatus status() throws IOException {
        return Objects.requireNonNull(RunStatus.read(folder));
    }

    private void assertMaps(String... keys) throws IOException {
        for (String key : keys) {
            try (DocumentStore store = DocumentStore.open(folder.resolve(key))) {
                List<String> expected = Objects.requireNonNull(TEXTS.get(key));
                assertEquals(expected.size(), store.size());
                for (int i = 0; i < expected.size(); i++) {
                    assertEquals(expected.get(i), store.text(i));
                }
            }
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Counts, and may act when bytes come. */
    private static final class Recorder implements DownloadListener {
        private final AtomicLong left = new AtomicLong();
        private volatile Runnable onBytes = () -> {};
        private volatile Runnable onRetry = () -> {};

        @Override
        public void onBegin(int shards, long bytes) {
            left.set(bytes);
        }

        @Override
        public void onBytes(long more) {
            left.addAndGet(-more);
            onBytes.run();
        }

        @Override
        public void onComplete(String shard, long documents) {}

        @Override
        public void onFailed(String shard, String error) {}

        @Override
        public void onRetry(String fault, Duration pause) {
            onRetry.run();
        }
    }
}
