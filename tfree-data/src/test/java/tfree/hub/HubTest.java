package tfree.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What the hub lists, and what it says when it does not. */
class HubTest {
    private static final String CARD = """
            ---
            license: odc-by
            configs:
            - config_name: default
              data_files:
              - split: train
                path: data/*/*
            - config_name: CC-MAIN-2019-04
              data_files:
              - split: train
                path: data/CC-MAIN-2019-04/*
            - config_name: CC-MAIN-2024-10
              data_files:
              - split: train
                path: data/CC-MAIN-2024-10/*
              - split: test
                path: [test/a.parquet, test/b.parquet]
            ---
            # Corpus
            """;
    private static final String REVISION = "/api/datasets/" + FakeHub.NAME + "/revision/main";
    private static final RetryPolicy QUICK = new RetryPolicy(3, 3, Duration.ofMillis(1), Duration.ofMillis(5),
            Duration.ofSeconds(5));

    private final FakeHub server = new FakeHub();
    private final List<String> retries = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void listsTheFilesOfAConfigOverManyPages() throws Exception {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            String path = "data/CC-MAIN-2019-04/%03d_00000.parquet".formatted(i);
            server.file(path, "shard " + i);
            expected.add(path);
        }
        server.file("README.md", CARD).file("data/CC-MAIN-2024-10/000_00000.parquet", "other").pageSize(5);
        Dataset dataset = open("main");
        assertEquals(server.commit(), dataset.commit());
        assertEquals(List.of("default", "CC-MAIN-2019-04", "CC-MAIN-2024-10"), dataset.configs());
        assertEquals("default", dataset.defaultConfig());
        List<HubFile> files = dataset.files("CC-MAIN-2019-04", "train");
        assertEquals(expected, files.stream().map(HubFile::path).toList());
        assertEquals(8, files.getLast().size());
        assertEquals(24, dataset.files("default", "train").size());
        assertEquals(5, server.requests().stream()
                .filter(request -> request.path().endsWith("/tree/" + server.commit() + "/data")).count());
    }

    @Test
    void asksAtTheCommitThatTheRevisionNamedAtFirst() throws Exception {
        server.file("README.md", CARD).file("data/CC-MAIN-2019-04/a.parquet", "a");
        String first = server.commit();
        Dataset dataset = open("main");
        server.moveTo("dead".repeat(10));
        assertThrows(IllegalArgumentException.class, () -> dataset.files("default", "train"));
        assertTrue(server.requests().getLast().path().contains("/tree/" + first + "/"));
        assertEquals("dead".repeat(10), open("main").commit());
    }

    @Test
    void namesTheConfigsThatThereAreTheLikeliestFirst() throws Exception {
        server.file("README.md", CARD);
        Dataset dataset = open("main");
        assertFails("expected a config of owner/corpus, one of CC-MAIN-2019-04, CC-MAIN-2024-10, default, but was "
                + "CC-MAIN-2019-4", () -> dataset.files("CC-MAIN-2019-4", "train"));
        assertFails("expected files of owner/corpus, config CC-MAIN-2024-10, split test, at [test/a.parquet, "
                + "test/b.parquet] but there are none", () -> dataset.files("CC-MAIN-2024-10", "test"));
        assertFails("expected a split of owner/corpus, config CC-MAIN-2024-10, one of test, train, but was testing",
                () -> dataset.files("CC-MAIN-2024-10", "testing"));
    }

    @Test
    void wantsAConfigWhereNoneIsTheDefault() throws Exception {
        StringBuilder card = new StringBuilder("---\nconfigs:\n");
        for (int i = 0; i < 20; i++) {
            card.append("- config_name: c%02d\n  data_files: c%02d/*.parquet\n".formatted(i, i));
        }
        server.file("README.md", card.append("---\n").toString());
        Dataset dataset = open("main");
        assertFails("expected --config for owner/corpus, one of c00, c01, c02, c03, c04, c05, c06, c07, c08, c09, c10, "
                + "c11 (and 8 more), but was none", dataset::defaultConfig);
    }

    @Test
    void takesFoldersForConfigsWithoutACard() throws Exception {
        server.file("data/en/train-00000-of-00001.parquet", "a").file("data/de/x.parquet", "b")
                .file("data/de/test/y.parquet", "c").file("more/z.jsonl", "d").file("more/z.csv", "e")
                .file("loose.parquet", "f").file(".gitattributes", "g").file("dataset_infos.json", "{}");
        Dataset dataset = open("main");
        assertEquals(List.of("default", "de", "en", "more"), dataset.configs());
        assertEquals(List.of("data/en/train-00000-of-00001.parquet"), paths(dataset, "en", "train"));
        assertEquals(List.of("data/de/test/y.parquet"), paths(dataset, "de", "test"));
        assertEquals(List.of("more/z.jsonl"), paths(dataset, "more", "train"));
    }

    @Test
    void leavesOutWhatIsThereTwiceInAnotherFormat() throws Exception {
        server.file("a.parquet", "1").file("b.parquet", "2").file("all.jsonl", "3");
        assertEquals(List.of("a.parquet", "b.parquet"), paths(open("main"), "default", "train"));
    }

    @Test
    void saysWhereToFindParquetWhenThereIsNone() throws Exception {
        server.file("README.md", "---\nconfigs:\n- config_name: all\n  data_files: '*.csv'\n---\n").file("a.csv", "x");
        Dataset dataset = open("main");
        assertFails("expected Parquet or JSON Lines in owner/corpus, config all, but was a.csv; the hub may have it as "
                + "Parquet: --revision refs/convert/parquet", () -> dataset.files("all", "train"));
    }

    @Test
    void namesAnUnknownDataSetOrRevision() {
        server.file("README.md", CARD);
        assertFails("expected a data set, but there is no owner/corpse on " + server.endpoint(),
                () -> hub(null).dataset("owner/corpse", "main"));
        assertFails("expected a branch, a tag or a commit of owner/corpus but there is no v9", () -> open("v9"));
        assertFails("expected a branch, a tag or a commit of owner/corpus but there is no refs/convert/parquet",
                () -> open("refs/convert/parquet"));
        assertFails("expected a data set as owner/name, such as HuggingFaceFW/fineweb-edu, but was a/b/c",
                () -> hub(null).dataset("a/b/c", "main"));
        assertFails("expected a data set as owner/name, such as HuggingFaceFW/fineweb-edu, but was ../etc",
                () -> hub(null).dataset("../etc", "main"));
    }

    @Test
    void saysHowToOpenAGatedDataSet() throws Exception {
        server.file("README.md", CARD).requireToken("hf_right");
        assertFails(
                "owner/corpus is gated: accept its terms at " + server.endpoint() + "/datasets/owner/corpus, make a "
                        + "token at " + server.endpoint() + "/settings/tokens and set HF_TOKEN to it",
                () -> open("main"));
        assertFails("owner/corpus is gated and the token of HF_TOKEN does not open it: accept its terms at "
                + server.endpoint() + "/datasets/owner/corpus with that token's account",
                () -> hub("hf_wrong").dataset(FakeHub.NAME, "main"));
        assertEquals(server.commit(), hub("hf_right").dataset(FakeHub.NAME, "main").commit());
    }

    @Test
    void saysThatAPrivateDataSetNeedsAToken() {
        server.always(REVISION, FakeHub.status(401));
        assertFails("the hub shows no data set owner/corpus without a token: check the name; if it is private, make a "
                + "token at " + server.endpoint() + "/settings/tokens and set HF_TOKEN to it", () -> open("main"));
        assertFails("the hub refused the token of HF_TOKEN for owner/corpus: check the name, or make a token at "
                + server.endpoint() + "/settings/tokens and set HF_TOKEN to it",
                () -> hub("hf_old").dataset(FakeHub.NAME, "main"));
    }

    @Test
    void triesAgainWhenTheApiIsBusy() throws Exception {
        server.file("README.md", CARD).faults(REVISION, FakeHub.status(503), FakeHub.status(429, "RateLimit",
                "\"api\";r=0;t=1", "RateLimit-Policy", "\"fixed window\";\"api\";q=500;w=300"));
        long begun = System.nanoTime();
        assertEquals(server.commit(), open("main").commit());
        assertTrue(System.nanoTime() - begun > 1_000_000_000L);
        assertEquals(List.of("127.0.0.1 answered 503", "127.0.0.1 answered 429"), retries);
    }

    @Test
    void doesNotTakeAPageForPeopleForAnAnswer() {
        server.always(REVISION, FakeHub.html());
        assertFails(
                server.endpoint() + REVISION + "?expand=sha: expected JSON but was other text, perhaps a log-in page"
                        + " or a proxy's; check HF_ENDPOINT",
                () -> open("main"));
    }

    @Test
    void doesNotFollowARedirectInCircles() {
        server.always(REVISION, FakeHub.status(307, "Location", REVISION));
        assertFails(server.endpoint() + REVISION + "?expand=sha: expected an answer but was redirected 11 times",
                () -> open("main"));
        server.always(REVISION, FakeHub.status(302, "Location", "file:///etc/passwd?secret"));
        assertFails(server.endpoint() + REVISION + "?expand=sha: expected a redirect to an https address but was to "
                + "\"file:///etc/passwd?…\"", () -> open("main"));
    }

    @Test
    void saysThatThereIsNoNetwork() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Hub nowhere = Hub.connect(new HubSettings(URI.create("http://127.0.0.1:" + port), null), QUICK, this::retry);
        assertFails("cannot reach http://127.0.0.1:" + port + "; check the network, a proxy "
                + "(TFREE_JAVA_OPTS=-Dhttps.proxyHost=…) and HF_ENDPOINT (attempt 3)",
                () -> nowhere.dataset(FakeHub.NAME, "main"));
        assertEquals(2, retries.size());
    }

    private Dataset open(String revision) throws IOException, InterruptedException {
        return hub(null).dataset(FakeHub.NAME, revision);
    }

    private Hub hub(@Nullable String token) {
        return Hub.connect(
                new HubSettings(server.endpoint(), token == null ? null : new AccessToken(token, "HF_TOKEN")), QUICK,
                this::retry);
    }

    private void retry(String fault, Duration pause) {
        retries.add(fault);
    }

    private static List<String> paths(Dataset dataset, String config, String split) throws Exception {
        return dataset.files(config, split).stream().map(HubFile::path).toList();
    }

    private static void assertFails(String message, Executable call) {
        Exception e = assertThrows(Exception.class, call);
        assertTrue(e instanceof HubException || e instanceof IllegalArgumentException, e.toString());
        assertEquals(message, e.getMessage());
        assertFalse(String.valueOf(e.getMessage()).contains("hf_"));
    }
}
