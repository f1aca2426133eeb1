package tfree.file;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The lines of UTF-8 text, read strictly: a byte that is no UTF-8 is an error that names the source and the byte's
 * offset, never a replacement character. Lines end at a line feed, which is not part of them; a carriage return is. A
 * byte order mark at the beginning is skipped. Not thread-safe.
 */
public final class Utf8Lines implements AutoCloseable {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LOW_BITS = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LINE_FEEDS = 0x0a0a0a0a0a0a0a0aL;
    private static final int BUFFER = 1 << 16;
    private static final int LONGEST = Integer.MAX_VALUE - 64; // as long as arrays get
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final char REPLACEMENT = '\ufffd';

    private final InputStream in;
    private final String source;
    private byte[] buffer = new byte[BUFFER];
    private final CharsetDecoder strict = StandardCharsets.UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT);
    private final CharBuffer chars = CharBuffer.allocate(1 << 12); // for what is decoded only to be checked
    private int from; // of the line
    private int to;
    private int next; // where the next line begins in the buffer
    private int end; // of what was read
    private long offset; // of buffer[0] in the source
    private long number;

    /** Lines of a stream; {@code source} names it in errors. */
    public Utf8Lines(InputStream in, String source) throws IOException {
        this.in = in;
        this.source = source;
        skipByteOrderMark();
    }

    /** Lines of a file. */
    public static Utf8Lines of(Path file) throws IOException {
        return new Utf8Lines(Files.newInputStream(file), file.toString());
    }

    /** The next line, or null after the last. */
    public @Nullable String next() throws IOException {
        if (!move()) {
            return null;
        }
        String line = new String(buffer, from, to - from, StandardCharsets.UTF_8);
        if (line.indexOf(REPLACEMENT) >= 0) { // which may well be what the text says
            requireUtf8(from);
        }
        return line;
    }

    /** Moves on to the next line as bytes, {@link #bytes}{@code [from()..to())}; false after the last. */
    public boolean advance() throws IOException {
        boolean more = move();
        if (more) {
            int high = highBit();
            if (high < to) {
                requireUtf8(high);
            }
        }
        return more;
    }

    /** Holds the line that {@link #advance} has come to, until the next call. Read only. */
    public byte[] bytes() {
        return buffer;
    }

    /** Where the line begins in {@link #bytes}. */
    public int from() {
        return from;
    }

    /** Where it ends. */
    public int to() {
        return to;
    }

    /** The number of the line read last, from 1 on. */
    public long number() {
        return number;
    }

    /** What the source is called in errors. */
    public String source() {
        return source;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private boolean move() throws IOException {
        int seen = next;
        while (true) {
            int lineFeed = lineFeed(seen);
            if (lineFeed < end) {
                return line(lineFeed, lineFeed + 1);
            }
            int length = end - next;
            if (!fill()) {
                return length > 0 && line(end, end);
            }
            seen = next + length;
        }
    }

    private boolean line(int endOfLine, int nextLine) {
        from = next;
        to = endOfLine;
        next = nextLine;
        number++;
        return true;
    }

    /** The first line feed from there on, or {@link #end}; eight bytes at a time. */
    private int lineFeed(int at) {
        int i = at;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            long zeroWhereEqual = (long) LONGS.get(buffer, i) ^ LINE_FEEDS;
            long found = (zeroWhereEqual - LOW_BITS) & ~zeroWhereEqual & HIGH_BITS;
            if (found != 0) {
                return i + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        while (i < end && buffer[i] != '\n') {
            i++;
        }
        return i;
    }

    /** The first byte of the line that is no ASCII, or {@link #to}. */
    private int highBit() {
        int i = from;
        while (i <= to - Long.BYTES && ((long) LONGS.get(buffer, i) & HIGH_BITS) == 0) {
            i += Long.BYTES;
        }
        while (i < to && buffer[i] >= 0) {
            i++;
        }
        return i;
    }

    /** Reads on behind the line that is under way, which moves to the front; false at the end of the stream. */
    private boolean fill() throws IOException {
        int length = end - next;
        if (length == LONGEST) {
            throw new CorruptFileException(source, "expected lines of less than 2 GB but line " + (number + 1)
                    + " is longer");
        }
        byte[] target = length == buffer.length ? new byte[(int) Math.min(LONGEST, 2L * length)] : buffer;
        System.arraycopy(buffer, next, target, 0, length);
        offset += next;
        buffer = target;
        next = 0;
        end = length;
        int read = in.read(buffer, end, buffer.length - end);
        end += Math.max(0, read);
        return read >= 0;
    }

    private void requireUtf8(int at) throws CorruptFileException {
        ByteBuffer bytes = ByteBuffer.wrap(buffer, at, to - at);
        strict.reset();
        CoderResult result;
        do {
            result = strict.decode(bytes, chars.clear(), true);
        } while (result.isOverflow());
        if (result.isError()) {
            throw new CorruptFileException(source, "expected UTF-8 but was the byte 0x%02X at byte offset %d (line %d)"
                    .formatted(bytes.get(bytes.position()), offset + bytes.position(), number));
        }
    }

    private void skipByteOrderMark() throws IOException {
        boolean more = true;
        while (more && end < 3) {
            more = fill();
        }
        if (end >= 3 && Arrays.equals(buffer, 0, 3, BYTE_ORDER_MARK, 0, 3)) {
            next = 3;
        }
    }
}
