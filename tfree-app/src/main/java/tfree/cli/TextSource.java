package tfree.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tfree.source.ParallelDocuments;
import tfree.source.SourceFile;
import tfree.source.SourceFormat;
import tfree.source.SourceOptions;
import tfree.source.SourceReader;

/** The options that name texts to take in. */
final class TextSource {
    private static final String STANDARD_INPUT = "-";

    @Option(names = "--from", arity = "1..*", paramLabel = "SOURCE", //
            description = "Files, folders of them, or globs in quotes, as 'corpus/**/*.parquet'. A name says the format: "
                    + ".jsonl, .ndjson, .json: an object a line; .parquet; else plain text; .gz and .zst are unpacked. "
                    + "- is standard input.")
    private List<String> from = List.of();

    @Option(names = "--text", arity = "1..*", paramLabel = "SOURCE", //
            description = "The same, as plain text whatever the names say.")
    private List<String> text = List.of();

    @Option(names = "--format", paramLabel = "FORMAT", description = "What --from holds whatever the names say: text, "
            + "jsonl, parquet or instructions (a JSON array of pieces a line). Standard input is text without it.")
    private @Nullable SourceFormat format;

    @Option(names = "--separator", paramLabel = "LINE", description = "The line between two documents of a plain text, "
            + "'' for blank lines. Without it a text file is one document.")
    private @Nullable String separator;

    @Option(names = {"--field", "--column"}, paramLabel = "NAME", defaultValue = "text", //
            description = "The field of JSON objects, the column of Parquet files, that holds the text "
                    + "(default ${DEFAULT-VALUE}).")
    private String field = "text";

    private @Nullable List<SourceFile> files;

    /** Whether there are any. */
    boolean isGiven() {
        return !from.isEmpty() || !text.isEmpty();
    }

    /** Whether it is standard input, which has no name and no size. */
    boolean isStandardInput() {
        return names().contains(STANDARD_INPUT);
    }

    /**
     * The files that are named.
     *
     * @throws IllegalArgumentException for a call that contradicts itself
     */
    List<SourceFile> files() throws IOException {
        List<SourceFile> known = files;
        if (known == null) {
            known = isStandardInput() ? List.of() : SourceFile.named(names());
            files = known;
        }
        return known;
    }

    /** How many bytes the files have, as they lie on the disk; 0 for standard input. */
    long totalBytes() throws IOException {
        long total = 0;
        for (SourceFile file : files()) {
            total += Files.size(file.path());
        }
        return total;
    }

    /** The documents, in the order of the names, read on all processors; closing leaves standard input open. */
    ParallelDocuments open() throws IOException {
        return open(Runtime.getRuntime().availableProcessors());
    }

    /** The same, read by so many threads. */
    ParallelDocuments open(int workers) throws IOException {
        if (isStandardInput() && names().size() > 1) {
            throw new IllegalArgumentException("expected - alone but was " + String.join(" ", names()));
        }
        SourceReader reader = reader();
        return isStandardInput()
                ? new ParallelDocuments(List.of(() -> reader.open(TextInput.standardInput(), "standard input")),
                        workers)
                : new ParallelDocuments(files().stream()
                        .map(file -> (ParallelDocuments.Source) () -> reader.open(file.path())).toList(), workers);
    }

    /** How they are read. */
    SourceReader reader() {
        return new SourceReader(text.isEmpty() ? format : SourceFormat.TEXT,
                new SourceOptions(separator, field, field));
    }

    private List<String> names() {
        if (from.isEmpty() == text.isEmpty()) {
            throw new IllegalArgumentException("expected --from, or --text, to name files, folders or - but was "
                    + (from.isEmpty() ? "neither" : "both"));
        }
        if (!text.isEmpty() && format != null && format != SourceFormat.TEXT) {
            throw new IllegalArgumentException("expected --from with --format but was --text, which is plain text");
        }
        return from.isEmpty() ? text : from;
    }
}
