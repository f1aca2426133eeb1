package tfree.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Requests to the hub and to where it sends on. Redirects are followed here, not by the HTTP client, because the token
 * goes to the hub alone: a redirect to another scheme, host or port is followed without it.
 *
 * <p>HTTP/1.1, so that each shard has a connection of its own. Threads may share it.
 */
final class HubConnection implements AutoCloseable {
    private static final int REDIRECTS = 10;

    private final HubSettings settings;
    private final RetryPolicy policy;
    private final RetryListener listener;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER).connectTimeout(Duration.ofSeconds(20)).build();
    private final ScheduledExecutorService clock = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("hub-clock").factory());

    HubConnection(HubSettings settings, RetryPolicy policy, RetryListener listener) {
        this.settings = settings;
        this.policy = policy;
        this.listener = listener;
    }

    HubSettings settings() {
        return settings;
    }

    RetryPolicy policy() {
        return policy;
    }

    /** Something that a {@link PassingFault} may hinder. */
    @FunctionalInterface
    interface Attempt<T> {
        T make() throws IOException, InterruptedException;
    }

    /** Makes the attempt until it succeeds, fails for good, or has failed as often as the policy allows. */
    <T> T withRetries(Attempt<T> attempt) throws IOException, InterruptedException {
        for (int failures = 1;; failures++) {
            try {
                return attempt.make();
            } catch (PassingFault e) {
                pause(failures, e);
            }
        }
    }

    /**
     * Waits before the next attempt.
     *
     * @throws HubException when there have been enough
     */
    void pause(int failures, PassingFault fault) throws HubException, InterruptedException {
        if (failures >= policy.attempts()) {
            throw new HubException(fault.getMessage() + " (attempt " + failures + ")", fault);
        }
        Duration pause = policy.pause(failures, fault);
        listener.onRetry(String.valueOf(fault.getMessage()), pause);
        Thread.sleep(pause);
    }

    /**
     * What was answered, after all redirects.
     *
     * @param commit the commit that the hub says it answers for, or null
     */
    record Answer(URI from, int status, HttpHeaders headers, InputStream body,
            @Nullable String commit) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    /**
     * GET, with status 200, 206 or 416 as the answer.
     *
     * @throws PassingFault when trying again may help, also from reading the body
     * @throws Refused      when it does not
     */
    Answer get(URI uri, Map<String, String> headers) throws IOException, InterruptedException {
        URI at = uri;
        String commit = null;
        for (int hop = 0; hop <= REDIRECTS; hop++) {
            HttpResponse<InputStream> response = send(at, headers);
            InputStream body = new WatchedInput(response.body(), at.getHost(), policy.stall(), clock);
            commit = commit != null ? commit : response.headers().firstValue("X-Repo-Commit").orElse(null);
            switch (response.statusCode()) {
                case 200, 206, 416 -> {
                    return new Answer(at, response.statusCode(), response.headers(), body, commit);
                }
                case 301, 302, 303, 307, 308 -> {
                    try (body) {
                        body.readNBytes(1 << 14); // to its end, so that the connection can be used again
                    }
                    at = next(at, response.headers());
                }
                default -> {
                    body.close();
                    throw fault(at, response.statusCode(), response.headers());
                }
            }
        }
        throw new HubException(uri + ": expected an answer but was redirected " + (REDIRECTS + 1) + " times");
    }

    private HttpResponse<InputStream> send(URI uri, Map<String, String> headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("User-Agent", "tfree").GET();
        headers.forEach(request::header);
        AccessToken token = settings.token();
        if (token != null && isHub(uri)) {
            request.header("Authorization", "Bearer " + token.secret());
        }
        // Not HttpRequest.timeout: from JDK 26 on that covers the body too, which may rightly take hours.
        CompletableFuture<HttpResponse<InputStream>> answer = client.sendAsync(request.build(),
                BodyHandlers.ofInputStream());
        try {
            return answer.get(policy.stall().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new PassingFault(uri.getHost() + ": no answer for " + policy.stall().toMillis() * 1e-3 + " s", null,
                    e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            throw new PassingFault(unreachable(uri, e.getCause() == null ? e : e.getCause()), null, e);
        }
    }

    private IOException fault(URI uri, int status, HttpHeaders headers) {
        // A storage's 403 is a signed address that has run out: the hub gives a new one.
        boolean passing = status == 408 || status == 429 || status >= 500
                || (!isHub(uri) && (status == 401 || status == 403));
        return passing
                ? new PassingFault(uri.getHost() + " answered " + status,
                        RetryPolicy.askedFor(status, headers, Instant.now()), null)
                : new Refused(uri, status, headers);
    }

    /** The same scheme, host and port as the endpoint. */
    private boolean isHub(URI uri) {
        URI hub = settings.endpoint();
        return hub.getScheme().equalsIgnoreCase(uri.getScheme()) && hub.getHost().equalsIgnoreCase(uri.getHost())
                && hub.getPort() == uri.getPort();
    }

    /** Where a redirect leads; never from https to http. */
    private static URI next(URI from, HttpHeaders headers) throws HubException {
        String location = headers.firstValue("Location").orElse("");
        try {
            URI to = from.resolve(location);
            boolean secure = "https".equalsIgnoreCase(to.getScheme());
            boolean plain = "http".equalsIgnoreCase(to.getScheme()) && from.getScheme().equals("http");
            if (!location.isEmpty() && to.getHost() != null && (secure || plain)) {
                return to;
            }
        } catch (IllegalArgumentException e) {
            // No address at all: said below.
        }
        throw new HubException(from + ": expected a redirect to an https address but was to \""
                + location.replaceAll("\\?.*", "?…") + "\"");
    }

    private static String unreachable(URI uri, Throwable cause) {
        if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
            return "cannot reach " + uri.getScheme() + "://" + uri.getAuthority()
                    + "; check the network, a proxy (TFREE_JAVA_OPTS=-Dhttps.proxyHost=…) and HF_ENDPOINT";
        }
        return uri.getHost() + ": " + (cause.getMessage() != null ? cause.getMessage() : cause);
    }

    @Override
    public void close() {
        client.shutdownNow();
        clock.shutdownNow();
    }
}
