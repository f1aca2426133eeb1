package tfree.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How sources are read.
 *
 * @param format  of all files whatever their names say, or null to go by the names
 * @param options which part of them is the documents
 */
public record SourceReader(@Nullable SourceFormat format, SourceOptions options) {
    /** Opens a file. */
    public SourceDocuments open(Path file) throws IOException {
        return DocumentFiles.open(file, format == null ? SourceFormat.of(file) : format, options);
    }

    /** Opens a stream, which errors call {@code name}; it is plain text where no format is given. */
    public SourceDocuments open(InputStream in, String name) throws IOException {
        return DocumentFiles.of(in, name, format == null ? SourceFormat.TEXT : format, options);
    }
}
