package tfree.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tfree.file.AtomicFile;
import tfree.file.CorruptFileException;
import tfree.file.FileVersionException;

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
    private static final Pattern TOKEN = Pattern
            .compile("\\s*+([{}\\[\\]:,]|\"(?:[^\"\\\\\\p{Cntrl}]|\\\\.)*+\"|\\d{1,9})\\s*+");

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
        Tokens tokens = new Tokens(file, new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        tokens.expect("{");
        tokens.expect("\"version\"");
        tokens.expect(":");
        int version = tokens.number();
        if (version != VERSION) {
            throw new FileVersionException(file, version, VERSION, VERSION);
        }
        tokens.expect(",");
        tokens.expect("\"prefixes\"");
        tokens.expect(":");
        tokens.expect("[");
        List<Path> prefixes = new ArrayList<>();
        do {
            prefixes.add(file.resolveSibling(tokens.string()));
        } while (tokens.accept(","));
        tokens.expect("]");
        tokens.expect("}");
        tokens.expectEnd();
        return new Manifest(prefixes);
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

    /** The JSON of a manifest, piece by piece. */
    private static final class Tokens {
        private final Path file;
        private final String json;
        private final Matcher next;

        Tokens(Path file, String json) {
            this.file = file;
            this.json = json;
            this.next = TOKEN.matcher(json);
        }

        boolean accept(String token) {
            if (next.lookingAt() && next.group(1).equals(token)) {
                next.region(next.end(), json.length());
                return true;
            }
            return false;
        }

        void expect(String token) throws CorruptFileException {
            if (!accept(token)) {
                throw unexpected(token);
            }
        }

        void expectEnd() throws CorruptFileException {
            if (next.regionStart() < json.length()) {
                throw unexpected("the end");
            }
        }

        int number() throws CorruptFileException {
            return Integer.parseInt(token("a number", "0123456789"));
        }

        String string() throws CorruptFileException {
            String quoted = token("a prefix in quotes", "\"");
            String text = unescaped(quoted.substring(1, quoted.length() - 1));
            if (text == null || text.isEmpty()) {
                throw new CorruptFileException(file, "expected a prefix but was " + quoted);
            }
            return text;
        }

        private String token(String what, String firsts) throws CorruptFileException {
            if (!next.lookingAt() || firsts.indexOf(next.group(1).charAt(0)) < 0) {
                throw unexpected(what);
            }
            String token = next.group(1);
            next.region(next.end(), json.length());
            return token;
        }

        private CorruptFileException unexpected(String expected) {
            int at = next.regionStart();
            String rest = json.substring(at, Math.min(json.length(), at + 20)).strip();
            return new CorruptFileException(file, "expected " + expected + " at character " + at + " but was "
                    + (rest.isEmpty() ? "the end" : rest)
                    + "; a manifest is {\"version\": 1, \"prefixes\": [\"…\", …]}");
        }

        private static @Nullable String unescaped(String json) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < json.length(); i++) {
                char c = json.charAt(i);
                if (c != '\\') {
                    text.append(c);
                    continue;
                }
                int letter = "\"\\/bfnrt".indexOf(json.charAt(++i));
                if (letter >= 0) {
                    text.append("\"\\/\b\f\n\r\t".charAt(letter));
                } else if (json.startsWith("u", i) && json.substring(i + 1).matches("(?s)[0-9a-fA-F]{4}.*")) {
                    text.append((char) Integer.parseInt(json, i + 1, i + 5, 16));
                    i += 4;
                } else {
                    return null;
                }
            }
            return text.toString();
        }
    }
}
