package tfree.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import tfree.file.CorruptFileException;

/**
 * Files of documents, read by what their names say: {@code .jsonl}, {@code .ndjson} and {@code .json} hold one JSON
 * object a line, {@code .parquet} is Parquet, everything else is plain text; behind any but Parquet {@code .gz} or
 * {@code .zst} may follow.
 *
 * <p>A file is read as a stream, whatever its size. What contradicts its format is a {@link CorruptFileException} that
 * names file, place, what was expected and what was there: a file that is cut short never passes for a shorter one.
 *
 * <pre>{@code
 * try (Documents documents = DocumentFiles.open(Path.of("000_00000.parquet"), SourceOptions.DEFAULT)) {
 *     for (String document = documents.next(); document != null; document = documents.next()) {
 *         writer.add(document);
 *     }
 * }
 * }</pre>
 */
public final class DocumentFiles {
    private DocumentFiles() {}

    /**
     * Opens a file by its name.
     *
     * @throws NoSuchFileException  when there is none
     * @throws FileSystemException  when it is a folder
     * @throws CorruptFileException when it is not what its name says, or has no such column
     */
    public static SourceDocuments open(Path file, SourceOptions options) throws IOException {
        return open(file, SourceFormat.of(file), options);
    }

    /** Opens a file of that format, whatever its name; only {@code .gz} and {@code .zst} at its end still count. */
    public static SourceDocuments open(Path file, SourceFormat format, SourceOptions options) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "expected a file but was a folder");
        }
        if (format == SourceFormat.PARQUET) {
            return ParquetDocuments.open(file, options.column());
        }
        return StreamDocuments.of(file, format, options);
    }

    /** The documents of a stream of text or JSON lines, which errors call {@code name}. */
    public static SourceDocuments of(InputStream in, String name, SourceFormat format, SourceOptions options)
            throws IOException {
        return StreamDocuments.of(in, name, format, options);
    }
}
