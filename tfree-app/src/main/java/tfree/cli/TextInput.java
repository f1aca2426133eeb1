package tfree.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tfree.file.CorruptFileException;
import tfree.text.Utf8;

/** What the text commands read: a file or standard input, as one text or as JSON lines. */
final class TextInput {
    @Parameters(arity = "0..1", paramLabel = "FILE", description = "What to read; - or nothing: standard input.")
    private @Nullable Path file;

    @Option(names = "--jsonl", description = "One JSON value a line in, one a line out, in order. A line that cannot be "
            + "answered gives {\"error\": …}, and exit code 1 at the end.")
    private boolean jsonLines;

    /** Whether the input is JSON lines rather than one text. */
    boolean isJsonLines() {
        return jsonLines;
    }

    /** The bytes. */
    InputStream open() throws IOException {
        return file == null || file.toString().equals("-") ? standardInput() : open(file);
    }

    /** @throws FileSystemException when it is missing, or a folder, which Java opens but cannot read */
    static InputStream open(Path file) throws IOException {
        return Files.newInputStream(requireFile(file));
    }

    /** @throws FileSystemException when it is a folder */
    static Path requireFile(Path file) throws FileSystemException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "expected a file but was a folder");
        }
        return file;
    }

    /** Standard input; closing leaves it open, since it belongs to the process. */
    static InputStream standardInput() {
        return new FilterInputStream(System.in) {
            @Override
            public void close() {
                // Others may read on.
            }
        };
    }

    /**
     * All of it as one text, byte for byte: a byte order mark stays.
     *
     * @throws CorruptFileException where it is not UTF-8, naming the byte's offset
     */
    String text() throws IOException {
        try (InputStream in = open()) {
            return decoded(in.readAllBytes());
        }
    }

    private String decoded(byte[] utf8) throws CorruptFileException {
        try {
            return Utf8.decode(utf8, 0, utf8.length);
        } catch (IllegalArgumentException e) {
            throw new CorruptFileException(name(), String.valueOf(e.getMessage()));
        }
    }

    /** What errors call it. */
    String name() {
        return file == null || file.toString().equals("-") ? "standard input" : file.toString();
    }
}
