package tfree.file;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
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
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final InputStream in;
    private final String source;
    private final LineBuffer line = new LineBuffer();
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT);
    private long offset; // of the next line's first byte
    private long number;

    /** Lines of a stream; {@code source} names it in errors. */
    public Utf8Lines(InputStream in, String source) throws IOException {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.source = source;
        skipByteOrderMark();
    }

    /** Lines of a file. */
    public static Utf8Lines of(Path file) throws IOException {
        return new Utf8Lines(Files.newInputStream(file), file.toString());
    }

    /** The next line, or null after the last. */
    public @Nullable String next() throws IOException {
        line.reset();
        int b = in.read();
        if (b < 0) {
            return null;
        }
        for (; b >= 0 && b != '\n'; b = in.read()) {
            line.write(b);
        }
        String text = decoded();
        offset += line.size() + (b < 0 ? 0 : 1);
        number++;
        return text;
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

    private String decoded() throws CorruptFileException {
        ByteBuffer bytes = line.view();
        CharBuffer chars = CharBuffer.allocate(bytes.remaining());
        CoderResult result = decoder.reset().decode(bytes, chars, true);
        if (result.isError()) {
            throw new CorruptFileException(source, "expected UTF-8 but was the byte 0x%02X at byte offset %d (line %d)"
                    .formatted(bytes.get(bytes.position()), offset + bytes.position(), number + 1));
        }
        return chars.flip().toString();
    }

    private void skipByteOrderMark() throws IOException {
        in.mark(BYTE_ORDER_MARK.length);
        byte[] first = in.readNBytes(BYTE_ORDER_MARK.length);
        if (Arrays.equals(first, BYTE_ORDER_MARK)) {
            offset = BYTE_ORDER_MARK.length;
        } else {
            in.reset();
        }
    }

    private static final class LineBuffer extends ByteArrayOutputStream {
        ByteBuffer view() {
            return ByteBuffer.wrap(buf, 0, count);
        }
    }
}
