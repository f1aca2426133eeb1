package tfree.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReaderImpl;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.jspecify.annotations.Nullable;
import tfree.file.CorruptFileException;
import tfree.text.Utf8;

/**
 * A column of texts of a Parquet file, row by row: any writer's pages, with or without dictionary, packed with Snappy,
 * zstd, gzip or not at all. Rows whose text is null or empty are passed over, and counted.
 *
 * <p>The library decodes; which page is read when is decided here, so that one page is in memory and not a row group.
 */
final class ParquetDocuments implements SourceDocuments {
    private final Path file;
    private final FileChannel channel;
    private final ParquetColumn column;
    private int group;
    private @Nullable ParquetPages pages; // of the row group
    private @Nullable ColumnReader values; // in them
    private long leftInGroup;
    private long row;
    private volatile long bytesRead;
    private volatile long passedOver;

    private ParquetDocuments(Path file, FileChannel channel, ParquetColumn column) {
        this.file = file;
        this.channel = channel;
        this.column = column;
    }

    /** @throws CorruptFileException when it is no Parquet file, or has no such column of texts */
    static ParquetDocuments open(Path file, String column) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new ParquetDocuments(file, channel, ParquetColumn.read(channel, file, column));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public @Nullable String next() throws IOException {
        while (row < column.rows()) {
            String text = nextRow();
            if (!text.isEmpty()) {
                return text;
            }
            passOver();
        }
        return null;
    }

    @Override
    public long bytesRead() {
        return bytesRead;
    }

    @Override
    public long passedOver() {
        return passedOver;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** The text of the next row; empty for null. */
    private String nextRow() throws IOException {
        try {
            ColumnReader reader = values;
            while (leftInGroup == 0 || reader == null) {
                reader = nextGroup();
            }
            String text = reader.getCurrentDefinitionLevel() == column.descriptor().getMaxDefinitionLevel()
                    ? text(reader.getBinary().toByteBuffer())
                    : "";
            leftInGroup--;
            reader.consume();
            row++;
            bytesRead = Objects.requireNonNull(pages).position();
            return text;
        } catch (IOException | RuntimeException e) {
            throw corrupt(e);
        }
    }

    private ColumnReader nextGroup() throws IOException {
        leftInGroup = column.chunks().get(group).getNum_values();
        pages = new ParquetPages(channel, column.chunks().get(group));
        ColumnReader reader = new ColumnReaderImpl(column.descriptor(), pages, new Ignored(), column.writer());
        values = reader;
        group++;
        return reader;
    }

    private static String text(ByteBuffer utf8) {
        int from = utf8.arrayOffset() + utf8.position();
        return Utf8.decode(utf8.array(), from, from + utf8.remaining());
    }

    private CorruptFileException corrupt(Exception e) {
        Throwable cause = e instanceof UncheckedIOException io && io.getCause() != null ? io.getCause() : e;
        return new CorruptFileException(file, "row %d of %d (row group %d): %s".formatted(row, column.rows(),
                Math.max(0, group - 1), cause.getMessage() == null ? cause.toString() : cause.getMessage()));
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only the reader writes
    private void passOver() {
        passedOver++;
    }

    /** Values are asked for, not pushed. */
    private static final class Ignored extends PrimitiveConverter {}
}
