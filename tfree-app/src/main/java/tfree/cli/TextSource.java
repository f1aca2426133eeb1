package tfree.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tfree.data.TextDocuments;

/** The options that name texts to take in. */
final class TextSource {
    private static final Path STANDARD_INPUT = Path.of("-");

    @Option(names = "--text", arity = "1..*", paramLabel = "FILE", //
            description = "Text files, folders of them, or - for standard input.")
    private List<Path> text = List.of();

    @Option(names = "--separator", paramLabel = "LINE", description = "The line between two documents of a file, '' for "
            + "blank lines. Without it a file is one document.")
    private @Nullable String separator;

    /** Whether there are any. */
    boolean isGiven() {
        return !text.isEmpty();
    }

    /** The documents; closing leaves standard input open. */
    TextDocuments open() throws IOException {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("expected --text with files, folders or - but was none");
        }
        if (!text.contains(STANDARD_INPUT)) {
            return TextDocuments.of(text, separator);
        }
        if (text.size() > 1) {
            throw new IllegalArgumentException("expected --text - alone but was " + text);
        }
        return TextDocuments.of(TextInput.standardInput(), "standard input", separator);
    }
}
