package tfree.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tfree.file.CorruptFileException;

/**
 * The rows of a NumPy file ({@code .npy}, versions 1 to 3): a matrix {@code [rows, columns]}, or a single row
 * {@code [columns]}, of little-endian float32 or float64 in C order. One row at a time is in memory. Not thread-safe.
 */
final class NpyRows implements AutoCloseable {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern FORTRAN_ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d,\\s]*)\\)");

    private final Path file;
    private final FileChannel channel;
    private final long rows;
    private final int columns;
    private final ByteBuffer bytes; // of one row
    private final boolean doublePrecision;
    private long row;

    private NpyRows(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        String header = header();
        String type = field(TYPE, header);
        if (!type.equals("<f4") && !type.equals("<f8")) {
            throw corrupt("float32 or float64 (<f4, <f8)", type);
        }
        if (!field(FORTRAN_ORDER, header).equals("False")) {
            throw corrupt("C order", "Fortran order");
        }
        this.doublePrecision = type.equals("<f8");
        long[] shape = shape(field(SHAPE, header));
        this.rows = shape.length == 1 ? 1 : shape[0];
        int width = doublePrecision ? Double.BYTES : Float.BYTES;
        long expected = size(shape, width);
        if (channel.size() - channel.position() != expected) {
            throw corrupt(expected + " bytes for the shape " + Arrays.toString(shape),
                    (channel.size() - channel.position()) + " bytes");
        }
        this.columns = Math.toIntExact(shape[shape.length - 1]);
        this.bytes = ByteBuffer.allocate(columns * width).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** @throws CorruptFileException when the file is no such array, or cut short */
    static NpyRows open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(TextInput.requireFile(file));
        try {
            return new NpyRows(file, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The length of every row. */
    int columns() {
        return columns;
    }

    /** The next row, or null after the last; the array is the caller's. */
    float @Nullable [] next() throws IOException {
        if (row == rows) {
            return null;
        }
        row++;
        fill(bytes);
        float[] values = new float[columns];
        for (int i = 0; i < columns; i++) {
            values[i] = doublePrecision ? (float) bytes.getDouble() : bytes.getFloat();
        }
        return values;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** The header's dictionary; the channel then stands at the first value. */
    private String header() throws IOException {
        ByteBuffer start = fill(ByteBuffer.allocate(MAGIC.length + 2).order(ByteOrder.LITTLE_ENDIAN));
        if (!start.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
            throw corrupt("a NumPy file (.npy)", "something else");
        }
        int version = start.get(MAGIC.length);
        if (version < 1 || version > 3) {
            throw corrupt("version 1 to 3", "version " + version);
        }
        ByteBuffer size = fill(ByteBuffer.allocate(version == 1 ? 2 : 4).order(ByteOrder.LITTLE_ENDIAN));
        long length = version == 1 ? Short.toUnsignedLong(size.getShort()) : Integer.toUnsignedLong(size.getInt());
        if (length > channel.size() - channel.position()) {
            throw corrupt("a header of " + length + " bytes", "the end of the file");
        }
        ByteBuffer header = fill(ByteBuffer.allocate((int) length));
        return StandardCharsets.UTF_8.decode(header).toString();
    }

    private ByteBuffer fill(ByteBuffer buffer) throws IOException {
        buffer.clear();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw corrupt("a NumPy file (.npy)", "cut short");
            }
        }
        return buffer.flip();
    }

    private String field(Pattern pattern, String header) throws CorruptFileException {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw corrupt("a header with descr, fortran_order and shape", header.strip());
        }
        return matcher.group(1);
    }

    private long[] shape(String text) throws CorruptFileException {
        long[] shape = Arrays.stream(text.split(",")).map(String::strip).filter(size -> !size.isEmpty())
                .mapToLong(size -> size.length() > 18 ? Long.MAX_VALUE : Long.parseLong(size)).toArray();
        if (shape.length != 1 && shape.length != 2) {
            throw corrupt("the shape (rows, slots) or (slots,)", "(" + text + ")");
        }
        return shape;
    }

    private long size(long[] shape, int width) throws CorruptFileException {
        try {
            Math.toIntExact(Math.multiplyExact(shape[shape.length - 1], width));
            return Arrays.stream(shape).reduce(width, Math::multiplyExact);
        } catch (ArithmeticException e) {
            throw corrupt("an array that fits into a file", Arrays.toString(shape));
        }
    }

    private CorruptFileException corrupt(String expected, String found) {
        return new CorruptFileException(file, "expected " + expected + " but was " + found);
    }
}
