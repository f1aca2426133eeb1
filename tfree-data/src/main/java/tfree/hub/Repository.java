package tfree.hub;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A data set's repository at one commit: the hub's API, of which this is used.
 *
 * <pre>
 * GET /api/datasets/{name}/revision/{revision}?expand=sha                 {"sha": "…"}
 * GET /api/datasets/{name}/tree/{commit}[/{folder}]?recursive=true        [{"type": "file", "path", "size", "oid", "lfs"?: {"oid", "size"}}, …]
 *                                                                         and, while there is more, Link: &lt;…&gt;; rel="next"
 * GET /datasets/{name}/resolve/{commit}/{path}                            the content, mostly by a redirect
 * </pre>
 */
final class Repository {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;[^,]*rel=\"?next\"?");
    private static final int LARGEST_TEXT = 64 << 20;

    private final HubConnection connection;
    private final String name;
    private final String commit;

    private Repository(HubConnection connection, String name, String commit) {
        this.connection = connection;
        this.name = name;
        this.commit = commit;
    }

    static Repository at(HubConnection connection, String name, String revision)
            throws IOException, InterruptedException {
        URI uri = URI.create(connection.settings().endpoint() + "/api/datasets/" + name + "/revision/"
                + encoded(revision) + "?expand=sha");
        Repository unknown = new Repository(connection, name, revision);
        String commit;
        try {
            commit = unknown.json(uri).body().path("sha").asString("");
        } catch (Refused e) {
            throw unknown.explained(e, revision);
        }
        if (!commit.matches("[0-9a-f]{40,64}")) {
            throw new HubException(uri + ": expected the commit of " + revision + " as \"sha\" but was \"" + commit
                    + "\"; is this a Hugging Face hub?");
        }
        return new Repository(connection, name, commit);
    }

    String name() {
        return name;
    }

    String commit() {
        return commit;
    }

    HubConnection connection() {
        return connection;
    }

    /** All files in a folder and below, in the order of their paths; {@code ""} is the root. None when there is none. */
    List<HubFile> files(String folder) throws IOException, InterruptedException {
        List<HubFile> files = new ArrayList<>();
        URI uri = URI.create(connection.settings().endpoint() + "/api/datasets/" + name + "/tree/" + commit
                + (folder.isEmpty() ? "" : "/" + encodedPath(folder)) + "?recursive=true");
        while (uri != null) {
            Page page;
            try {
                page = json(uri);
            } catch (Refused e) {
                if (e.code().equals("EntryNotFound")) {
                    return List.of();
                }
                throw explained(e, commit);
            }
            if (!page.body().isArray()) {
                throw new HubException(uri + ": expected an array of files but was " + page.body().getNodeType());
            }
            for (JsonNode entry : page.body()) {
                if (entry.path("type").asString("").equals("file")) {
                    files.add(file(entry));
                }
            }
            uri = next(uri, page.headers());
        }
        files.sort((a, b) -> a.path().compareTo(b.path()));
        return files;
    }

    /** A small file's text, or null when there is none of that name. */
    @Nullable
    String text(String path) throws IOException, InterruptedException {
        try {
            return connection.withRetries(() -> {
                try (HubConnection.Answer answer = connection.get(address(path), Map.of())) {
                    return new String(body(answer), StandardCharsets.UTF_8);
                }
            });
        } catch (Refused e) {
            if (e.status() == 404 && !e.code().equals("RepoNotFound")) {
                return null;
            }
            throw explained(e, commit);
        }
    }

    /** Begins to read a file; the caller tries again, and closes the answer. */
    HubConnection.Answer open(HubFile file, Map<String, String> headers) throws IOException, InterruptedException {
        try {
            HubConnection.Answer answer = connection.get(address(file.path()), headers);
            if (answer.commit() != null && !answer.commit().equals(commit)) {
                answer.close();
                throw new HubException(file.path() + ": expected the content of commit " + commit
                        + " but the hub answered with that of " + answer.commit());
            }
            return answer;
        } catch (Refused e) {
            if (e.status() == 404) {
                throw new HubException(file.path() + ": the hub lists this file but does not have it (404)", e);
            }
            throw explained(e, commit);
        }
    }

    private record Page(JsonNode body, HttpHeaders headers) {}

    private Page json(URI uri) throws IOException, InterruptedException {
        return connection.withRetries(() -> {
            try (HubConnection.Answer answer = connection.get(uri, Map.of("Accept", "application/json"))) {
                return new Page(JSON.readTree(body(answer)), answer.headers());
            } catch (JacksonException e) {
                throw new HubException(uri + ": expected JSON but was other text, perhaps a log-in page or a proxy's;"
                        + " check HF_ENDPOINT", e);
            }
        });
    }

    private static byte[] body(HubConnection.Answer answer) throws IOException {
        byte[] body = answer.body().readNBytes(LARGEST_TEXT);
        if (body.length == LARGEST_TEXT) {
            throw new HubException(answer.from() + ": expected at most 64 MiB but was more");
        }
        return body;
    }

    private HubFile file(JsonNode entry) throws HubException {
        String path = entry.path("path").asString("");
        JsonNode large = entry.path("lfs");
        boolean sound = !path.isEmpty() && entry.path("size").isIntegralNumber();
        try {
            if (sound) {
                return large.isObject()
                        ? new HubFile(path, large.path("size").asLong(entry.path("size").asLong()),
                                ContentHash.sha256(large.path("oid").asString("")))
                        : new HubFile(path, entry.path("size").asLong(),
                                ContentHash.git(entry.path("oid").asString("")));
            }
        } catch (IllegalArgumentException e) {
            throw new HubException(name + ": " + path + ": " + e.getMessage(), e);
        }
        throw new HubException(name + ": expected path, size and oid of a file but was " + entry);
    }

    /** The next page. Mirrors may name the hub that they mirror: asked for is always the one that was called. */
    private @Nullable URI next(URI page, HttpHeaders headers) throws HubException {
        for (String link : headers.allValues("Link")) {
            Matcher matcher = NEXT.matcher(link);
            if (matcher.find()) {
                URI next = page.resolve(matcher.group(1));
                String path = next.getRawPath();
                int api = path.indexOf("/api/datasets/");
                if (api < 0 || next.getRawQuery() == null) {
                    throw new HubException(page + ": expected the next page of it but was " + next);
                }
                return URI.create(connection.settings().endpoint() + path.substring(api) + "?" + next.getRawQuery());
            }
        }
        return null;
    }

    private URI address(String path) {
        return URI.create(connection.settings().endpoint() + "/datasets/" + name + "/resolve/" + commit + "/"
                + encodedPath(path));
    }

    private static String encodedPath(String path) {
        return Pattern.compile("/").splitAsStream(path).map(Repository::encoded).collect(Collectors.joining("/"));
    }

    /** One segment of a path; a revision such as {@code refs/convert/parquet} is one. */
    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private IOException explained(Refused refused, String revision) {
        HubSettings settings = connection.settings();
        String page = settings.endpoint() + "/datasets/" + name;
        String getToken = "make a token at " + settings.endpoint() + "/settings/tokens and set HF_TOKEN to it";
        AccessToken token = settings.token();
        if (refused.code().equals("GatedRepo")) {
            return new HubException(token == null
                    ? name + " is gated: accept its terms at " + page + ", " + getToken
                    : name + " is gated and " + token + " does not open it: accept its terms at " + page
                            + " with that token's account");
        }
        return switch (refused.status()) {
            case 401, 403 -> new HubException(token == null
                    ? "the hub shows no data set " + name + " without a token: check the name; if it is private, "
                            + getToken
                    : "the hub refused " + token + " for " + name + ": check the name, or " + getToken);
            case 404 -> throw new IllegalArgumentException(refused.code().equals("RevisionNotFound")
                    ? "expected a branch, a tag or a commit of " + name + " but there is no " + revision
                    : "expected a data set, but there is no " + name + " on " + settings.endpoint());
            default -> new HubException(String.valueOf(refused.getMessage()), refused);
        };
    }
}
