package tfree.source;

import org.jspecify.annotations.Nullable;

/**
 * Which part of a file is its documents.
 *
 * @param separator the line between two documents of a plain text, the empty string for blank lines, or null for one
 *                  document a file
 * @param field     the field of a JSON object that holds the document
 * @param column    the column of a Parquet file that holds it; {@code translation.de} is the field {@code de} of a
 *                  struct
 */
public record SourceOptions(@Nullable String separator, String field, String column) {
    /** One document a text file; the field or column {@code text}. */
    public static final SourceOptions DEFAULT = new SourceOptions(null, "text", "text");
}
