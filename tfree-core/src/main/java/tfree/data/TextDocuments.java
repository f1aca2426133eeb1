package tfree.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tfree.file.Utf8Lines;

/**
 * The documents of plain text: of files, of all files below folders, or of a stream. A document ends at a line that
 * holds nothing but the separator, spaces around it aside; the empty separator stands for blank lines, none for one
 * document a file. Documents keep their line breaks inside and lose those around them; empty ones are passed over.
 *
 * <p>Files are read as strict UTF-8: the error names the file and the byte's offset. One document at a time is in
 * memory. Not thread-safe.
 *
 * <pre>{@code
 * try (TextDocuments documents = TextDocuments.of(List.of(Path.of("books")), "")) {
 *     for (String document = documents.next(); document != null; document = documents.next()) {
 *         writer.add(document);
 *     }
 * }
 * }</pre>
 */
public final class TextDocuments implements Documents {
    /** Splits at blank lines. */
    public static final String BLANK_LINES = "";

    private final Deque<Path> files;
    private final @Nullable String separator;
    private @Nullable Utf8Lines lines;

    private TextDocuments(List<Path> files, @Nullable Utf8Lines lines, @Nullable String separator) {
        this.files = new ArrayDeque<>(files);
        this.lines = lines;
        this.separator = separator == null ? null : separator.strip();
    }

    /**
     * The documents of files and of all files below folders, these in the order of their names; files whose names begin
     * with a dot are passed over there.
     *
     * @param separator the line between two documents, or null for one document a file
     * @throws NoSuchFileException when one of the paths is missing
     */
    public static TextDocuments of(List<Path> filesOrFolders, @Nullable String separator) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path path : filesOrFolders) {
            if (!Files.exists(path)) {
                throw new NoSuchFileException(path.toString(), null, "expected a text file or a folder of them");
            }
            if (Files.isDirectory(path)) {
                try (Stream<Path> below = Files.walk(path)) {
                    below.filter(file -> Files.isRegularFile(file) && !file.getFileName().toString().startsWith("."))
                            .sorted().forEach(files::add);
                }
            } else {
                files.add(path);
            }
        }
        return new TextDocuments(files, null, separator);
    }

    /** The documents of a stream, which errors call {@code source}. */
    public static TextDocuments of(InputStream in, String source, @Nullable String separator) throws IOException {
        return new TextDocuments(List.of(), new Utf8Lines(in, source), separator);
    }

    @Override
    public @Nullable String next() throws IOException {
        while (true) {
            if (lines == null) {
                if (files.isEmpty()) {
                    return null;
                }
                lines = Utf8Lines.of(files.remove());
            }
            String document = nextOf(lines);
            if (document != null) {
                return document;
            }
            lines.close();
            lines = null;
        }
    }

    @Override
    public void close() throws IOException {
        if (lines != null) {
            lines.close();
            lines = null;
        }
        files.clear();
    }

    private @Nullable String nextOf(Utf8Lines from) throws IOException {
        StringBuilder document = new StringBuilder();
        for (String line = from.next(); line != null; line = from.next()) {
            boolean between = separator != null && line.strip().equals(separator);
            if (between && !document.isEmpty()) {
                return finished(document);
            }
            if (!between && !(document.isEmpty() && line.isBlank())) {
                document.append(line).append('\n');
            }
        }
        return document.isEmpty() ? null : finished(document);
    }

    private static String finished(StringBuilder document) {
        int end = document.length();
        while (end > 0 && (document.charAt(end - 1) == '\n' || document.charAt(end - 1) == '\r')) {
            end--;
        }
        return document.substring(0, end);
    }
}
