package tfree.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tfree.file.AtomicFile;
import tfree.file.CorruptFileException;
import tfree.file.FileVersionException;
import tfree.file.JsonText;

/**
 * Many memory maps under one name: a small JSON file that lists the prefixes of a corpus' shards, in the order in which
 * their documents count. Training takes it wherever it takes a prefix.
 *
 * <pre>
 * manifest = '{' '"version"' ':' 1 ',' '"prefixes"' ':' '[' prefix { ',' prefix } ']' '}'
 * prefix   = a JSON string: the map's path without its endings, absolute, or relative to the manifest's folder
 * </pre>
 *
 * <pre>{@code
 * new Manifest(List.of(Path.of("corpus/shard-0"), Path.of("corpus/shard-1"))).write(Path.of("corpus/manifest.json"));
 * Manifest.prefixes(Path.of("corpus"));   // [corpus/shard-0, corpus/shard-1]
 * }</pre>
 *
 * @param prefixes of the memory maps, at least one
 */
public record Manifest(List<Path> prefixes) {
    /** The name under which a folder's manifest is looked for. */
    public static final String NAME = "manifest.json";

    private static final int VERSION = 1;
    private static final int MAX_BYTES = 1 << 28;
    private static final String EXAMPLE = "{\"version\": 1, \"prefixes\": [\"…\", …]}";

    /** @throws IllegalArgumentException if there is no prefix */
    public Manifest {
        if (prefixes.isEmpty()) {
            throw new IllegalArgumentException("expected at least one memory map for a manifest but was none");
        }
        prefixes = List.copyOf(prefixes);
    }

    /**
     * The prefixes that a path stands for: itself if it is one, else those of the manifest that it names, or of the
     * {@link #NAME} in the folder that it names. They need not exist.
     *
     * @throws NoSuchFileException when the path is a folder without a manifest
     */
    public static List<Path> prefixes(Path path) throws IOException {
        if (path.getFileName() == null || !Files.exists(DocumentStore.part(path, "meta.json"))) {
            if (Files.isDirectory(path)) {
                Path manifest = path.resolve(NAME);
                if (!Files.exists(manifest)) {
                    throw new NoSuchFileException(manifest.toString(), null,
                            "a folder of memory maps is read by its manifest; name the maps' prefixes instead");
                }
                return read(manifest).prefixes();
            }
            if (Files.isRegularFile(path)) {
                return read(path).prefixes();
            }
        }
        return List.of(path);
    }

    /**
     * Reads a manifest; relative prefixes are resolved against its folder.
     *
     * @throws CorruptFileException when it is no manifest
     * @throws FileVersionException when a newer program wrote it
     */
    public static Manifest read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new CorruptFileException(file,
                    "expected a manifest but was a file of " + Files.size(file) + " bytes");
        }
        JsonText json = new JsonText(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        List<Path> prefixes = new ArrayList<>();
        int[] version = {0};
        try {
            json.object(name -> {
                if (name.equals("version")) {
                    version[0] = (int) json.integer();
                } else if (name.equals("prefixes") && version[0] <= VERSION) {
                    json.array(() -> prefixes.add(resolved(file, json)));
                } else {
                    json.skip();
                }
            });
            json.end();
            if (version[0] == 0) {
                throw new IllegalArgumentException("expected a version but there is none");
            }
            if (version[0] != VERSION) {
                throw new FileVersionException(file, version[0], VERSION, VERSION);
            }
            return new Manifest(prefixes);
        } catch (IllegalArgumentException e) {
            throw new CorruptFileException(file, e.getMessage() + "; a manifest is " + EXAMPLE);
        }
    }

    /** Writes a manifest in place of an older one; prefixes at or below its folder become relative, so that it can move. */
    public void write(Path file) throws IOException {
        Path folder = file.toAbsolutePath().normalize().getParent();
        String list = prefixes.stream().map(prefix -> prefix.toAbsolutePath().normalize())
                .map(prefix -> quoted(folder != null && prefix.startsWith(folder)
                        ? folder.relativize(prefix).toString().replace(prefix.getFileSystem().getSeparator(), "/")
                        : prefix.toString()))
                .collect(Collectors.joining(",\n  "));
        String json = "{\"version\": %d, \"prefixes\": [\n  %s\n]}\n".formatted(VERSION, list);
        AtomicFile.write(file, json.getBytes(StandardCharsets.UTF_8));
    }

    private static Path resolved(Path file, JsonText json) {
        String prefix = json.string();
        if (prefix.isEmpty()) {
            throw json.expected("a prefix that is not empty");
        }
        return file.resolveSibling(prefix);
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append("\\u%04x".formatted((int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
