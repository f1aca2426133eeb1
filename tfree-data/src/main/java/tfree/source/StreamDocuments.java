package tfree.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tfree.data.TextDocuments;
import tfree.file.Utf8Lines;

/** The documents of a plain text, counted as a source. */
final class StreamDocuments implements SourceDocuments {
    private final CountedInput packed;
    private final TextDocuments documents;

    private StreamDocuments(CountedInput packed, TextDocuments documents) {
        this.packed = packed;
        this.documents = documents;
    }

    /** The documents of a file that may be packed. */
    static SourceDocuments of(Path file, SourceFormat format, SourceOptions options) throws IOException {
        UnpackedInput in = UnpackedInput.open(file);
        return of(in, in.packed(), file.toString(), format, options);
    }

    /** The documents of a stream, which errors call {@code name}. */
    static SourceDocuments of(InputStream in, String name, SourceFormat format, SourceOptions options)
            throws IOException {
        CountedInput counted = new CountedInput(in);
        return of(counted, counted, name, format, options);
    }

    private static SourceDocuments of(InputStream in, CountedInput packed, String name, SourceFormat format,
            SourceOptions options) throws IOException {
        try {
            return switch (format) {
                case TEXT -> new StreamDocuments(packed, TextDocuments.of(in, name, options.separator()));
                case JSONL -> new JsonLinesDocuments(new Utf8Lines(in, name), packed, options.field());
                case INSTRUCTIONS -> new InstructionDocuments(new Utf8Lines(in, name), packed);
                case PARQUET -> throw new IllegalArgumentException(
                        name + ": expected plain text or JSON lines in a stream, but Parquet needs a file");
            };
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    @Override
    public @Nullable String next() throws IOException {
        return documents.next();
    }

    @Override
    public long bytesRead() {
        return packed.bytes();
    }

    @Override
    public long passedOver() {
        return 0; // where there is no text between two separators there is no document
    }

    @Override
    public void close() throws IOException {
        documents.close();
    }
}
