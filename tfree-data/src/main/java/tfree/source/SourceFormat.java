package tfree.source;

import java.nio.file.Path;
import java.util.Locale;

/** How documents lie in a file. */
public enum SourceFormat {
    /** Plain text, UTF-8; a separator line may part documents. */
    TEXT,
    /** One JSON object a line. */
    JSONL,
    /** One instruction a line, see {@link tfree.data.Instruction}; no file's name stands for it. */
    INSTRUCTIONS,
    /** Parquet, one document a row. */
    PARQUET;

    /** The format that a file's name stands for; text when it stands for none. */
    public static SourceFormat of(Path file) {
        String name = Compression.of(file).nameWithout(file).toLowerCase(Locale.ROOT);
        if (name.endsWith(".jsonl") || name.endsWith(".ndjson") || name.endsWith(".json")) {
            return JSONL;
        }
        return name.endsWith(".parquet") ? PARQUET : TEXT;
    }
}
