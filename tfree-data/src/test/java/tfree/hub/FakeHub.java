package tfree.hub;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A hub on this machine with one data set: the API on one port, large files by redirect to a "storage" on another, as
 * the real one has them. Faults wait in a queue for each path and happen one a request, to the content of large files
 * at the storage, to everything else at the hub.
 */
public final class FakeHub implements AutoCloseable {
    public static final String NAME = "owner/corpus";
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-");

    private final HttpServer hub = server();
    private final HttpServer storage = server();
    private final Map<String, Published> files = new TreeMap<>();
    private final Map<String, Queue<Fault>> faults = new ConcurrentHashMap<>();
    private final Map<String, Fault> lasting = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile int pageSize = 1000;
    private volatile String revision = "main";
    private volatile String commit = "c0ffee00".repeat(5);
    private volatile @Nullable String requiredToken;

    public FakeHub() {
        hub.createContext("/", this::answer);
        storage.createContext("/", this::store);
        hub.start();
        storage.start();
    }

    /** Something that is answered instead of, or to, the right content. */
    @FunctionalInterface
    public interface Fault {
        void answer(HttpExchange exchange, byte[] content) throws IOException;
    }

    private record Published(byte[] content, String oid, String sha256) {
        int size() {
            return content.length;
        }
    }

    /** @param at {@code hub} or {@code storage} */
    public record Request(String at, String path, @Nullable String range, @Nullable String ifRange,
            @Nullable String authorization) {
        /** Whether it asks for a large file's bytes. */
        public boolean isForContent() {
            return at.equals("storage");
        }
    }

    /** The content is cut off after so many bytes of what was asked for. */
    public static Fault droppedAfter(int bytes) {
        return (exchange, content) -> {
            int from = start(exchange);
            begin(exchange, content, from);
            exchange.getResponseBody().write(content, from, Math.min(bytes, content.length - from - 1));
            exchange.getResponseBody().flush();
        };
    }

    /** One bit of the content is wrong. */
    public static Fault flippedBit() {
        return (exchange, content) -> {
            byte[] wrong = content.clone();
            wrong[wrong.length - 1] ^= 1;
            send(exchange, wrong);
        };
    }

    /** A refusal; {@code headers} are names and values. */
    public static Fault status(int status, String... headers) {
        return (exchange, _) -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, -1);
        };
    }

    /** Ranges are not known: everything comes. */
    public static Fault withoutRanges() {
        return (exchange, content) -> {
            exchange.getResponseHeaders().set("ETag", etag(content));
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
        };
    }

    /** The right content under another ETag. */
    public static Fault withEtag(String etag) {
        return (exchange, content) -> {
            String condition = exchange.getRequestHeaders().getFirst("If-Range");
            int from = condition == null || condition.equals(etag) ? start(exchange) : 0;
            exchange.getResponseHeaders().set("ETag", etag);
            begin(exchange, content, from);
            exchange.getResponseBody().write(content, from, content.length - from);
        };
    }

    /** A page for people. */
    public static Fault html() {
        return (exchange, _) -> {
            byte[] page = "<!doctype html><title>Log in</title>".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
        };
    }

    /** The right content, in pieces with pauses between them. */
    public static Fault slow(int pieces, long pauseMillis) {
        return (exchange, content) -> {
            int from = start(exchange);
            begin(exchange, content, from);
            int step = Math.max(1, (content.length - from) / pieces);
            for (int at = from; at < content.length; at += step) {
                exchange.getResponseBody().write(content, at, Math.min(step, content.length - at));
                exchange.getResponseBody().flush();
                sleep(pauseMillis);
            }
        };
    }

    /** The right content. */
    public static Fault none() {
        return FakeHub::send;
    }

    public FakeHub file(String path, byte[] content) {
        byte[] blob = ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
        files.put(path, new Published(content, hash("SHA-1", blob, content), hash("SHA-256", content)));
        return this;
    }

    public FakeHub file(String path, String content) {
        return file(path, content.getBytes(StandardCharsets.UTF_8));
    }

    /** The next requests for a path meet these, one each. */
    public FakeHub faults(String path, Fault... next) {
        faults.computeIfAbsent(path, _ -> new ConcurrentLinkedQueue<>()).addAll(List.of(next));
        return this;
    }

    /** Every request for a path meets this. */
    public FakeHub always(String path, Fault fault) {
        lasting.put(path, fault);
        return this;
    }

    public FakeHub pageSize(int entries) {
        pageSize = entries;
        return this;
    }

    /** The data set is private, or with a fault for every path gated, unless this token is shown. */
    public FakeHub requireToken(String token) {
        requiredToken = token;
        return this;
    }

    /** The revision names another commit from now on. */
    public FakeHub moveTo(String newCommit) {
        commit = newCommit;
        return this;
    }

    public String commit() {
        return commit;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + hub.getAddress().getPort());
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** The requests for a file's content at the place that serves it. */
    public List<Request> contentRequests(String path) {
        return requests.stream().filter(request -> request.path().equals(isLarge(path) ? "/" + path : cache(path)))
                .toList();
    }

    public void forgetRequests() {
        requests.clear();
    }

    @Override
    public void close() {
        hub.stop(0);
        storage.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        log("hub", exchange);
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            if (requiredToken != null && !("Bearer " + requiredToken).equals(authorization)) {
                status(401, "X-Error-Code", "GatedRepo", "X-Error-Message", "Access is restricted").answer(exchange,
                        new byte[0]);
                return;
            }
            Fault fault = fault(path);
            if (fault != null) {
                fault.answer(exchange, new byte[0]);
                return;
            }
            String resolve = "/datasets/" + NAME + "/resolve/" + commit + "/";
            if (path.equals("/api/datasets/" + NAME + "/revision/" + revision)
                    || path.equals("/api/datasets/" + NAME + "/revision/" + commit)) {
                json(exchange, "{\"id\":\"" + NAME + "\",\"sha\":\"" + commit + "\"}");
            } else if (path.startsWith("/api/datasets/" + NAME + "/revision/")) {
                status(404, "X-Error-Code", "RevisionNotFound").answer(exchange, new byte[0]);
            } else if (path.startsWith("/api/datasets/" + NAME + "/tree/" + commit)) {
                tree(exchange, path.substring(("/api/datasets/" + NAME + "/tree/" + commit).length()));
            } else if (path.startsWith(resolve) && files.containsKey(path.substring(resolve.length()))) {
                redirect(exchange, path.substring(resolve.length()));
            } else if (path.startsWith(cache(""))) {
                content(exchange, path.substring(cache("").length()));
            } else {
                status(404, "X-Error-Code", path.contains("/" + NAME + "/") ? "EntryNotFound" : "RepoNotFound")
                        .answer(exchange, new byte[0]);
            }
        }
    }

    private void store(HttpExchange exchange) throws IOException {
        log("storage", exchange);
        try (exchange) {
            content(exchange, exchange.getRequestURI().getPath().substring(1));
        }
    }

    private void content(HttpExchange exchange, String path) throws IOException {
        Published file = files.get(path);
        Fault fault = fault(path);
        if (file == null) {
            status(404).answer(exchange, new byte[0]);
        } else {
            (fault == null ? none() : fault).answer(exchange, file.content());
        }
    }

    private void redirect(HttpExchange exchange, String path) throws IOException {
        Published file = Objects.requireNonNull(files.get(path));
        Headers headers = exchange.getResponseHeaders();
        headers.set("X-Repo-Commit", commit);
        if (isLarge(path)) {
            headers.set("X-Linked-Size", String.valueOf(file.size()));
            headers.set("X-Linked-Etag", '"' + file.sha256() + '"');
            headers.set("Location", "http://127.0.0.1:" + storage.getAddress().getPort() + "/" + encoded(path)
                    + "?Expires=1&Signature=secret");
            exchange.sendResponseHeaders(302, -1);
        } else {
            headers.set("Location", encoded(cache(path)));
            exchange.sendResponseHeaders(307, -1);
        }
    }

    private void tree(HttpExchange exchange, String folder) throws IOException {
        String prefix = folder.isEmpty() ? "" : folder.substring(1) + "/";
        List<String> entries = new ArrayList<>();
        files.forEach((path, file) -> {
            if (path.startsWith(prefix)) {
                entries.add(entry(path, file));
            }
        });
        if (entries.isEmpty()) {
            status(404, "X-Error-Code", "EntryNotFound").answer(exchange, new byte[0]);
            return;
        }
        entries.addFirst("{\"type\":\"directory\",\"oid\":\"" + "0".repeat(40) + "\",\"size\":0,\"path\":\"folder\"}");
        Matcher cursor = Pattern.compile("cursor=(\\d+)").matcher(exchange.getRequestURI().getQuery());
        int from = cursor.find() ? Integer.parseInt(cursor.group(1)) : 0;
        int to = Math.min(from + pageSize, entries.size());
        if (to < entries.size()) {
            exchange.getResponseHeaders().set("Link",
                    "<https://huggingface.co" + exchange.getRequestURI().getRawPath() + "?recursive=true&cursor=" + to
                            + ">; rel=\"next\"");
        }
        json(exchange, entries.subList(from, to).stream().collect(Collectors.joining(",", "[", "]")));
    }

    private static String entry(String path, Published file) {
        String lfs = isLarge(path)
                ? ",\"lfs\":{\"oid\":\"" + file.sha256() + "\",\"size\":" + file.size() + ",\"pointerSize\":132}"
                : "";
        return "{\"type\":\"file\",\"oid\":\"" + file.oid() + "\",\"size\":" + file.size() + lfs + ",\"path\":\"" + path
                + "\"}";
    }

    private @Nullable Fault fault(String path) {
        Queue<Fault> queue = faults.get(path);
        Fault next = queue == null ? null : queue.poll();
        return next != null ? next : lasting.get(path);
    }

    private void log(String at, HttpExchange exchange) {
        Headers headers = exchange.getRequestHeaders();
        requests.add(new Request(at, exchange.getRequestURI().getPath(), headers.getFirst("Range"),
                headers.getFirst("If-Range"), headers.getFirst("Authorization")));
    }

    private String cache(String path) {
        return "/api/resolve-cache/datasets/" + NAME + "/" + commit + "/" + path;
    }

    private static boolean isLarge(String path) {
        return path.endsWith(".parquet") || path.endsWith(".gz") || path.endsWith(".zst");
    }

    private static void send(HttpExchange exchange, byte[] content) throws IOException {
        String condition = exchange.getRequestHeaders().getFirst("If-Range");
        int from = condition == null || condition.equals(etag(content)) ? start(exchange) : 0;
        if (from >= content.length && from > 0) {
            exchange.getResponseHeaders().set("Content-Range", "bytes */" + content.length);
            exchange.sendResponseHeaders(416, -1);
            return;
        }
        begin(exchange, content, from);
        exchange.getResponseBody().write(content, from, content.length - from);
    }

    private static void begin(HttpExchange exchange, byte[] content, int from) throws IOException {
        exchange.getResponseHeaders().putIfAbsent("ETag", List.of(etag(content)));
        if (from > 0) {
            exchange.getResponseHeaders().set("Content-Range",
                    "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length == from ? -1 : content.length - from);
    }

    private static int start(HttpExchange exchange) {
        String range = exchange.getRequestHeaders().getFirst("Range");
        Matcher matcher = RANGE.matcher(range == null ? "" : range);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private static void json(HttpExchange exchange, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(200, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private static String etag(byte[] content) {
        return '"' + Integer.toHexString(Arrays.hashCode(content)) + '"';
    }

    private static String encoded(String path) {
        try {
            return new URI(null, null, path, null).getRawPath();
        } catch (java.net.URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static String hash(String algorithm, byte[]... content) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            List.of(content).forEach(digest::update);
            return HexFormat.of().formatHex(digest.digest());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static HttpServer server() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
