package tfree.hub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tfree.file.AtomicFile;
import tfree.file.CorruptFileException;
import tfree.file.FileVersionException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code status.json}: what a download is of, and how far each shard has come. It is written anew, whole or not at all,
 * whenever a shard changes its state, so that the next run goes on from it after any end of this one. Threads may share
 * it.
 *
 * <pre>
 * {"version": 1, "dataset": "owner/name", "revision": "main", "commit": "…", "split": "train", "column": "text", "shards": [
 * {"config": "…", "path": "…", "size": 123, "hash": "sha256:…", "name": "…", "state": "complete", "documents": 45, "attempts": 1, "error": null},
 * …
 * ]}
 * </pre>
 */
final class RunStatus {
    static final String NAME = "status.json";

    private static final int VERSION = 1;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What the whole run is of. The commit is the one that the revision named when the run began. */
    record Source(String dataset, String revision, String commit, String split, String column) {}

    private final Path file;
    private final Source source;
    private final Map<String, Shard> shards = new LinkedHashMap<>();

    private RunStatus(Path file, Source source) {
        this.file = file;
        this.source = source;
    }

    /** A new run; nothing is written yet. */
    static RunStatus begin(Path folder, Source source) {
        return new RunStatus(folder.resolve(NAME), source);
    }

    /**
     * The run in a folder, or null when there is none.
     *
     * @throws CorruptFileException when the file is no status
     * @throws FileVersionException when a newer program wrote it
     */
    static @Nullable RunStatus read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            return null;
        }
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            int version = json.path("version").asInt(0);
            if (version > VERSION) {
                throw new FileVersionException(file, version, VERSION, VERSION);
            }
            RunStatus status = new RunStatus(file, new Source(text(json, "dataset"), text(json, "revision"),
                    text(json, "commit"), text(json, "split"), text(json, "column")));
            for (JsonNode shard : json.required("shards")) {
                status.add(shard(shard));
            }
            return status;
        } catch (JacksonException | IllegalArgumentException e) {
            throw new CorruptFileException(file, "expected the status of a download but " + firstLine(e)
                    + "; move it away to begin anew");
        }
    }

    Source source() {
        return source;
    }

    /** The shard of that key, or null. */
    synchronized @Nullable Shard get(String key) {
        return shards.get(key);
    }

    synchronized List<Shard> shards() {
        return List.copyOf(shards.values());
    }

    synchronized boolean anyComplete() {
        return shards.values().stream().anyMatch(Shard::isComplete);
    }

    /** Puts these in place of those of the same keys, and writes. */
    synchronized void putAll(Collection<Shard> changed) throws IOException {
        changed.forEach(this::add);
        write();
    }

    private void add(Shard shard) {
        shards.put(shard.key(), shard);
    }

    private void write() throws IOException {
        Map<String, Object> head = new LinkedHashMap<>();
        head.put("version", VERSION);
        head.put("dataset", source.dataset());
        head.put("revision", source.revision());
        head.put("commit", source.commit());
        head.put("split", source.split());
        head.put("column", source.column());
        String json = JSON.writeValueAsString(head);
        String lines = shards.values().stream().map(RunStatus::line).collect(Collectors.joining(",\n"));
        AtomicFile.write(file, (json.substring(0, json.length() - 1) + ",\"shards\":[\n" + lines + "\n]}\n")
                .getBytes(StandardCharsets.UTF_8));
    }

    /** A shard a line, for people and grep. */
    private static String line(Shard shard) {
        Map<String, @Nullable Object> line = new LinkedHashMap<>();
        line.put("config", shard.config());
        line.put("path", shard.file().path());
        line.put("size", shard.file().size());
        line.put("hash", shard.file().hash().toString());
        line.put("name", shard.name());
        line.put("state", shard.state().name().toLowerCase(Locale.ROOT));
        line.put("documents", shard.documents());
        line.put("attempts", shard.attempts());
        line.put("error", shard.error());
        return JSON.writeValueAsString(line);
    }

    private static Shard shard(JsonNode json) {
        HubFile file = new HubFile(text(json, "path"), json.required("size").longValue(),
                ContentHash.parse(text(json, "hash")));
        JsonNode error = json.path("error");
        return new Shard(text(json, "config"), file, text(json, "name"),
                Shard.State.valueOf(text(json, "state").toUpperCase(Locale.ROOT)),
                json.required("documents").longValue(), json.required("attempts").intValue(),
                error.isString() ? error.stringValue() : null);
    }

    private static String text(JsonNode json, String field) {
        return json.required(field).stringValue();
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("was other text");
    }
}
