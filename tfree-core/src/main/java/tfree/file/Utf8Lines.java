package tfree.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
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
    private static final int BUFFER = 1 << 16;
    private static final int LONGEST = Integer.MAX_VALUE - 64; // as long as arrays get
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final char REPLACEMENT = '\ufffd';

    private final InputStream in;
    private final String source;
    private byte[] buffer = new byte[BUFFER];
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
        int at = next;
        while (true) {
            int lineFeed = lineFeed(at);
            if (lineFeed >= 0) {
                return line(lineFeed, lineFeed + 1);
            }
            int length = end - next;
            if (!fill()) {
                return length == 0 ? null : line(end, end);
            }
            at = next + length;
        }
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

    private int lineFeed(int from) {
        byte[] bytes = buffer;
        for (int i = from; i < end; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private String line(int to, int nextLine) throws CorruptFileException {
        String line = new String(buffer, next, to - next, StandardCharsets.UTF_8);
        if (line.indexOf(REPLACEMENT) >= 0) { // which may well be what the text says
            requireUtf8(next, to);
        }
        next = nextLine;
        number++;
        return line;
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

    private void requireUtf8(int from, int to) throws CorruptFileException {
        CharsetDecoder strict = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
        ByteBuffer bytes = ByteBuffer.wrap(buffer, from, to - from);
        CharBuffer chars = CharBuffer.allocate(BUFFER);
        CoderResult result;
        do {
            result = strict.decode(bytes, chars.clear(), true);
        } while (result.isOverflow());
        if (result.isError()) {
            throw new CorruptFileException(source, "expected UTF-8 but was the byte 0x%02X at byte offset %d (line %d)"
                    .formatted(bytes.get(bytes.position()), offset + bytes.position(), number + 1));
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
