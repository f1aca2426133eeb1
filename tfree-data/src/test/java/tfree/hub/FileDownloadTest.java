package tfree.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.hub.FakeHub.Request;

/** One file over a bad line. */
class FileDownloadTest {
    private static final String LARGE = "data/000_00000.parquet";
    private static final String SMALL = "data/läuft schon.jsonl";
    private static final RetryPolicy QUICK = new RetryPolicy(4, 3, Duration.ofMillis(1), Duration.ofMillis(20),
            Duration.ofMillis(400));

    private final FakeHub server = new FakeHub();
    private final List<String> retries = Collections.synchronizedList(new ArrayList<>());
    private final byte[] content = new byte[300_000];
    private HubConnection connection = new HubConnection(settings(null), QUICK, this::retry);
    private long received;

    @TempDir
    private Path folder;

    @BeforeEach
    void fill() {
        new Random(1).nextBytes(content);
        server.file("README.md", "hello").file(LARGE, content).file(SMALL, "{\"text\": \"é\"}\n");
    }

    @AfterEach
    void stop() {
        connection.close();
        server.close();
    }

    @Test
    void fetchesALargeFileFromTheStorageAndASmallOneFromTheHub() throws Exception {
        assertArrayEquals(content, fetched(LARGE));
        assertEquals("{\"text\": \"é\"}\n", new String(fetched(SMALL), StandardCharsets.UTF_8));
        assertEquals(content.length + 15, received);
        assertEquals(List.of(), retries);
        assertOnlyTheFileIsThere();
    }

    @Test
    void goesOnWhereAConnectionWasDroppedHoweverOften() throws Exception {
        FakeHub.Fault drop = FakeHub.droppedAfter(40_000);
        server.faults(LARGE, drop, drop, drop, drop, drop, drop); // more than attempts without progress are allowed
        assertArrayEquals(content, fetched(LARGE));
        List<Request> requests = server.contentRequests(LARGE);
        assertEquals(7, requests.size());
        assertNull(requests.getFirst().range());
        long from = Long.parseLong(String.valueOf(requests.getLast().range()).replaceAll("bytes=(\\d+)-", "$1"));
        assertTrue(from > 100_000 && from <= 240_000, () -> "" + from); // a drop may take what was not read yet with it
        assertTrue(String.valueOf(requests.getLast().ifRange()).startsWith("\""));
        assertEquals(content.length, received);
        assertEquals(LARGE + ": 127.0.0.1: the connection was dropped", retries.getFirst());
    }

    @Test
    void goesOnFromWhatAnEarlierProcessLeft() throws Exception {
        server.faults(LARGE, FakeHub.droppedAfter(100_000), FakeHub.status(500), FakeHub.status(500),
                FakeHub.status(500));
        assertThrows(HubException.class, () -> fetched(LARGE));
        server.forgetRequests();
        connection = new HubConnection(settings(null), QUICK, this::retry);
        long left = Files.size(partial());
        assertTrue(left > 0);
        assertArrayEquals(content, fetched(LARGE));
        assertEquals(List.of("bytes=" + left + "-"),
                server.contentRequests(LARGE).stream().map(Request::range).toList());
        assertOnlyTheFileIsThere();
    }

    @Test
    void beginsAnewWhenTheEtagHasChanged() throws Exception {
        server.faults(LARGE, FakeHub.droppedAfter(100_000), FakeHub.withEtag("\"other\""));
        assertArrayEquals(content, fetched(LARGE));
        assertNotNull(server.contentRequests(LARGE).getLast().range());
        assertEquals(content.length, received);
    }

    @Test
    void beginsAnewWhenTheServerKnowsNoRanges() throws Exception {
        server.faults(LARGE, FakeHub.droppedAfter(100_000), FakeHub.withoutRanges());
        assertArrayEquals(content, fetched(LARGE));
        assertEquals(2, server.contentRequests(LARGE).size());
    }

    @Test
    void beginsAnewWhenWhatIsThereIsTooLong() throws Exception {
        Files.write(partial(), new byte[content.length + 1]);
        assertArrayEquals(content, fetched(LARGE));
        assertNull(server.contentRequests(LARGE).getFirst().range());
    }

    @Test
    void beginsAnewWhenTheRangeIsRefused() throws Exception {
        Files.write(partial(), new byte[1000]);
        server.faults(LARGE, FakeHub.status(416, "Content-Range", "bytes */5"));
        assertArrayEquals(content, fetched(LARGE));
        assertEquals(2, server.contentRequests(LARGE).size());
    }

    @Test
    void discardsWhatAnEarlierProcessLeftWhenItProvesWrong() throws Exception {
        Files.write(partial(), new byte[1000]); // no ETag is known: only the hash can tell
        assertArrayEquals(content, fetched(LARGE));
        assertEquals("bytes=1000-", server.contentRequests(LARGE).getFirst().range());
        assertEquals(2, server.contentRequests(LARGE).size());
    }

    @Test
    void fetchesWrongContentAgain() throws Exception {
        server.faults(LARGE, FakeHub.flippedBit(), FakeHub.html());
        assertArrayEquals(content, fetched(LARGE));
        assertEquals(3, server.contentRequests(LARGE).size());
        assertEquals(content.length, received);
    }

    @Test
    void givesUpContentThatStaysWrong() throws Exception {
        server.always(LARGE, FakeHub.flippedBit());
        String message = failure(LARGE);
        assertTrue(message.matches(LARGE + ": expected 300000 bytes with sha256:\\w{64} but were 300000 with "
                + "sha256:\\w{64}, 3 times in a row"), message);
        assertEquals(3, server.contentRequests(LARGE).size());
        assertEquals(List.of(), names());
    }

    @Test
    void checksSmallFilesByTheirBlobId() {
        server.always(SMALL, FakeHub.flippedBit());
        String message = failure(SMALL);
        assertTrue(message.matches("\\Q" + SMALL + "\\E: expected 15 bytes with git:\\w{40} but .*"), message);
    }

    @Test
    void checksAFileThatIsThereAlready() throws Exception {
        assertArrayEquals(content, fetched(LARGE));
        server.forgetRequests();
        assertArrayEquals(content, fetched(LARGE));
        assertEquals(List.of(), server.contentRequests(LARGE));
        byte[] damaged = content.clone();
        damaged[5]++;
        Files.write(target(LARGE), damaged);
        assertArrayEquals(content, fetched(LARGE));
        assertEquals(1, server.contentRequests(LARGE).size());
    }

    @Test
    void waitsAsLongAsABusyServerAsks() throws Exception {
        String soon = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(2));
        server.faults(LARGE, FakeHub.status(429, "Retry-After", "1"),
                FakeHub.status(503, "Retry-After", soon), FakeHub.status(503));
        long begun = System.nanoTime();
        assertArrayEquals(content, fetched(LARGE));
        assertTrue(System.nanoTime() - begun > 1_000_000_000L);
        assertEquals(List.of(429, 503, 503).stream().map(code -> LARGE + ": 127.0.0.1 answered " + code).toList(),
                retries);
    }

    @Test
    void asksTheHubForANewAddressWhenTheStorageRefuses() throws Exception {
        server.faults(LARGE, FakeHub.droppedAfter(50_000), FakeHub.status(403));
        assertArrayEquals(content, fetched(LARGE));
        assertEquals(3, server.requests().stream().filter(request -> request.path().contains("/resolve/")).count());
    }

    @Test
    void bearsASlowServerButNotASilentOne() throws Exception {
        server.faults(LARGE, FakeHub.slow(8, 100)); // longer than a stall in all
        assertArrayEquals(content, fetched(LARGE));
        assertEquals(List.of(), retries);
        Files.delete(target(LARGE));
        server.faults(LARGE, FakeHub.slow(2, 1500));
        assertArrayEquals(content, fetched(LARGE));
        assertEquals(List.of(LARGE + ": 127.0.0.1: nothing came for 0.4 s"), retries);
    }

    @Test
    void givesUpAServerThatStaysAway() {
        server.always(LARGE, FakeHub.status(502));
        String message = failure(LARGE);
        assertEquals(LARGE + ": 127.0.0.1 answered 502 (attempt 4)", message);
        assertEquals(4, server.contentRequests(LARGE).size());
    }

    @Test
    void showsTheTokenToTheHubAndToNobodyElse() throws Exception {
        connection = new HubConnection(settings(new AccessToken("hf_secret", "HF_TOKEN")), QUICK, this::retry);
        server.faults(LARGE, FakeHub.droppedAfter(10));
        fetched(LARGE);
        fetched(SMALL);
        assertFalse(server.requests().isEmpty());
        for (Request request : server.requests()) {
            assertEquals(request.at().equals("hub") ? "Bearer hf_secret" : null, request.authorization(),
                    request.toString());
        }
    }

    @Test
    void neverTakesABitOfWrongContentForGood() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 30; round++) {
            Files.deleteIfExists(target(LARGE));
            for (int fault = random.nextInt(8); fault > 0; fault--) {
                server.faults(LARGE, switch (random.nextInt(6)) {
                    case 0 -> FakeHub.status(503);
                    case 1 -> FakeHub.withoutRanges();
                    case 2 -> FakeHub.withEtag("\"" + random.nextInt() + "\"");
                    case 3 -> FakeHub.flippedBit();
                    default -> FakeHub.droppedAfter(random.nextInt(content.length));
                });
            }
            try {
                assertArrayEquals(content, fetched(LARGE), "seed " + seed);
            } catch (HubException e) {
                assertFalse(Files.exists(target(LARGE)), "seed " + seed);
            }
        }
    }

    private byte[] fetched(String path) throws IOException, InterruptedException {
        Repository repository = Repository.at(connection, FakeHub.NAME, "main");
        HubFile file = repository.files("data").stream().filter(one -> one.path().equals(path)).findFirst()
                .orElseThrow();
        Path target = target(path);
        new FileDownload(repository, file, target, more -> received += more).run();
        return Files.readAllBytes(target);
    }

    private String failure(String path) {
        return String.valueOf(assertThrows(HubException.class, () -> fetched(path)).getMessage());
    }

    private Path target(String path) {
        return folder.resolve(path.substring(path.lastIndexOf('/') + 1));
    }

    private Path partial() {
        return folder.resolve("000_00000.parquet.partial");
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void assertOnlyTheFileIsThere() throws IOException {
        assertTrue(names().stream().allMatch(name -> name.endsWith(".parquet") || name.endsWith(".jsonl")),
                names().toString());
    }

    private void retry(String fault, Duration pause) {
        retries.add(fault);
    }

    private HubSettings settings(@Nullable AccessToken token) {
        return new HubSettings(server.endpoint(), token);
    }
}
