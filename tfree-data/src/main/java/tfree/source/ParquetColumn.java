package tfree.source;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.VersionParser;
import org.apache.parquet.VersionParser.ParsedVersion;
import org.apache.parquet.VersionParser.VersionParseException;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;
import tfree.file.CorruptFileException;

/**
 * A column of texts in a Parquet file, as the file's footer describes it.
 *
 * @param descriptor its path and levels
 * @param chunks     its pages' place in each row group
 * @param rows       of the file
 * @param writer     the program that wrote the file, if it says; some are known for errors to work around
 */
record ParquetColumn(ColumnDescriptor descriptor, List<ColumnMetaData> chunks, long rows,
        @Nullable ParsedVersion writer) {
    private static final byte[] MARK = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ENCRYPTED = "PARE".getBytes(StandardCharsets.US_ASCII);
    private static final int END = Integer.BYTES + MARK.length; // the footer's length, and the mark

    /**
     * Reads a file's footer.
     *
     * @param column the names on the way to the column, joined by dots
     * @throws CorruptFileException when it is no Parquet file, or has no such column of texts
     */
    static ParquetColumn read(FileChannel channel, Path file, String column) throws IOException {
        byte[] footer = footer(channel, file);
        try {
            return of(Util.readFileMetaData(new ByteArrayInputStream(footer)), column);
        } catch (IOException | RuntimeException e) {
            throw new CorruptFileException(file, e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    /** What a damaged file may lack. */
    static <T> T required(@Nullable T value, String name) throws IOException {
        if (value == null) {
            throw new IOException("expected a " + name + " but there is none");
        }
        return value;
    }

    private static ParquetColumn of(FileMetaData footer, String column) throws IOException {
        ParquetSchema schema = new ParquetSchema(required(footer.getSchema(), "schema"));
        int index = schema.indexOf(column);
        List<ColumnMetaData> chunks = new ArrayList<>();
        long rows = 0;
        for (RowGroup group : required(footer.getRow_groups(), "list of row groups")) {
            ColumnChunk chunk = required(group.getColumns(), "list of columns").get(index);
            if (chunk.isSetFile_path() || chunk.isSetCrypto_metadata()) {
                throw new IOException(
                        "expected the pages of column \"" + column + "\" in this file and open, but in row "
                                + "group " + chunks.size() + " they are elsewhere or encrypted");
            }
            ColumnMetaData pages = required(chunk.getMeta_data(), "description of column \"" + column + "\"");
            if (pages.getNum_values() != group.getNum_rows() || group.getNum_rows() < 0) {
                throw new IOException("expected a value for each of " + group.getNum_rows() + " rows in row group "
                        + chunks.size() + " but was " + pages.getNum_values());
            }
            chunks.add(pages);
            rows += group.getNum_rows();
        }
        if (rows != footer.getNum_rows()) {
            throw new IOException("expected " + footer.getNum_rows() + " rows but the row groups have " + rows);
        }
        return new ParquetColumn(schema.descriptor(index), chunks, rows, writer(footer.getCreated_by()));
    }

    private static byte[] footer(FileChannel channel, Path file) throws IOException {
        long size = channel.size();
        if (size < MARK.length + END) {
            throw new CorruptFileException(file, "expected Parquet but was a file of " + size + " bytes");
        }
        ByteBuffer end = ByteBuffer.wrap(bytes(channel, size - END, END)).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer mark = end.slice(Integer.BYTES, MARK.length);
        if (mark.equals(ByteBuffer.wrap(ENCRYPTED))) {
            throw new CorruptFileException(file, "expected open Parquet but the file is encrypted");
        }
        if (!mark.equals(ByteBuffer.wrap(MARK))) {
            throw new CorruptFileException(file,
                    "expected Parquet's mark PAR1 at the end but there is none; the file is cut short, or no Parquet file");
        }
        long length = Integer.toUnsignedLong(end.getInt(0));
        if (length > size - MARK.length - END) {
            throw new CorruptFileException(file,
                    "expected a footer within the file's " + size + " bytes but it says " + length + " bytes");
        }
        return bytes(channel, size - END - length, (int) length);
    }

    private static byte[] bytes(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && channel.read(bytes, position + bytes.position()) >= 0) {
            // on
        }
        return bytes.array();
    }

    private static @Nullable ParsedVersion writer(@Nullable String createdBy) {
        try {
            return createdBy == null ? null : VersionParser.parse(createdBy);
        } catch (VersionParseException e) {
            return null;
        }
    }
}
