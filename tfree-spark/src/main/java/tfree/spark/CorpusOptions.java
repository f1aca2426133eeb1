package tfree.spark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what to read. */
final class CorpusOptions {
    @Option(names = "--input", required = true, arity = "1..*", paramLabel = "PATH", //
            description = "Files, folders or globs, on any file system that Spark reaches.")
    private List<String> paths = List.of();

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "parquet", //
            description = "parquet, json (an object a line), text (a document a line), or another that Spark reads "
                    + "(default ${DEFAULT-VALUE}).")
    private String format = "parquet";

    @Option(names = "--column", paramLabel = "NAME", //
            description = "The column with the texts (default text, or value with --format text).")
    private @Nullable String column;

    @Option(names = "--option", paramLabel = "NAME=VALUE", //
            description = "An option of Spark's reader, such as wholetext=true with --format text.")
    private Map<String, String> options = new LinkedHashMap<>();

    Corpus corpus() {
        return new Corpus(paths, format, column, options);
    }
}
