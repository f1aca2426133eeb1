package tfree.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom to ask, as who, and how patiently. */
class HubSettingsTest {
    @TempDir
    private Path home;

    @Test
    void findsTheEndpoint() throws Exception {
        assertEquals(URI.create("https://huggingface.co"), HubSettings.of(null, Map.of(), home).endpoint());
        Map<String, String> mirror = Map.of("HF_ENDPOINT", "http://mirror:8080/hf/");
        assertEquals(URI.create("http://mirror:8080/hf"), HubSettings.of(null, mirror, home).endpoint());
        assertEquals(URI.create("https://other"), HubSettings.of("https://other", mirror, home).endpoint());
        for (String bad : List.of("huggingface.co", "ftp://x", "https://", "https://x?y", "a b")) {
            assertEquals("expected the hub's address, such as https://huggingface.co, but was " + bad,
                    assertThrows(IllegalArgumentException.class, () -> HubSettings.of(bad, Map.of(), home))
                            .getMessage());
        }
    }

    @Test
    void findsTheTokenWhereTheHubsOwnToolsLookForIt() throws Exception {
        assertNull(HubSettings.of(null, Map.of(), home).token());
        file(".cache/huggingface/token", "hf_login\n");
        file("elsewhere/token", "hf_elsewhere");
        file("xdg/huggingface/token", "hf_xdg");
        assertToken("hf_login", Map.of());
        assertToken("hf_login", Map.of("HF_TOKEN", " "));
        assertToken("hf_elsewhere", Map.of("HF_HOME", home.resolve("elsewhere").toString()));
        assertToken("hf_elsewhere", Map.of("HF_TOKEN_PATH", home.resolve("elsewhere/token").toString()));
        assertToken("hf_xdg", Map.of("XDG_CACHE_HOME", home.resolve("xdg").toString()));
        assertToken("hf_old", Map.of("HUGGING_FACE_HUB_TOKEN", "hf_old"));
        assertToken("hf_env", Map.of("HF_TOKEN", "hf_env\n", "HUGGING_FACE_HUB_TOKEN", "hf_old"));
    }

    @Test
    void neverPrintsTheToken() {
        assertEquals("the token of HF_TOKEN", new AccessToken("hf_secret", "HF_TOKEN").toString());
        HubSettings settings = new HubSettings(URI.create("https://x"), new AccessToken("hf_secret", "HF_TOKEN"));
        assertFalse(settings.toString().contains("secret"));
        String message = String.valueOf(assertThrows(IllegalArgumentException.class,
                () -> HubSettings.of(null, Map.of("HF_TOKEN", "hf_sec\nret"), home)).getMessage());
        assertEquals("HF_TOKEN: expected a token, one word of visible ASCII characters such as hf_…, but was something "
                + "else of 10 characters", message);
    }

    @Test
    void readsHowLongABusyServerAsksToWait() {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        assertEquals(Duration.ofSeconds(7), asked(503, "Retry-After", "7"));
        assertEquals(Duration.ofSeconds(90), asked(429, "Retry-After", "Thu, 01 Jan 2026 00:01:30 GMT"));
        assertEquals(Duration.ZERO, asked(429, "Retry-After", "Wed, 31 Dec 2025 00:00:00 GMT"));
        assertEquals(Duration.ofSeconds(55), asked(429, "RateLimit", "\"api\";r=0;t=55"));
        assertNull(asked(503, "RateLimit", "\"api\";r=489;t=189"));
        assertEquals(Duration.ofMinutes(10), asked(429, "Retry-After", "86400"));
        assertNull(asked(429, "Retry-After", "soon"));
        assertNull(RetryPolicy.askedFor(429, HttpHeaders.of(Map.of(), (_, _) -> true), now));
    }

    @Test
    void doublesThePausesUpToTheLongest() {
        PassingFault fault = new PassingFault("x", null, null);
        for (int failures = 1; failures < 70; failures++) {
            long full = Math.min(60_000, 1000L << Math.min(failures - 1, 20));
            long pause = RetryPolicy.DEFAULT.pause(failures, fault).toMillis();
            assertTrue(pause >= full / 2 && pause <= full, failures + ": " + pause);
        }
        long asked = RetryPolicy.DEFAULT.pause(1, new PassingFault("x", Duration.ofSeconds(9), null)).toMillis();
        assertTrue(asked >= 9000 && asked <= 10_000, () -> "" + asked);
    }

    private void assertToken(String secret, Map<String, String> environment) throws IOException {
        AccessToken token = HubSettings.of(null, environment, home).token();
        assertEquals(secret, token == null ? null : token.secret());
    }

    private void file(String name, String content) throws IOException {
        Path file = home.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private static @Nullable Duration asked(int status, String header, String value) {
        return RetryPolicy.askedFor(status, HttpHeaders.of(Map.of(header, List.of(value)), (_, _) -> true),
                Instant.parse("2026-01-01T00:00:00Z"));
    }
}
