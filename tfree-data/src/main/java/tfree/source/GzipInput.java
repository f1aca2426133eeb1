package tfree.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * What a gzip stream of one or many members holds (RFC 1952), each member's length and CRC-32 checked. The JDK's own
 * stream takes a damaged second member for the end of the file, so that everything behind it would be lost without a
 * word; here whatever follows a member has to be another one.
 */
final class GzipInput extends InputStream {
    private static final int BUFFER = 1 << 16;
    private static final int DEFLATE = 8;
    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;

    private final InputStream packed;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;
    private boolean inMember;
    private boolean ended;

    /** @throws IOException when the stream does not begin with a member */
    GzipInput(InputStream packed) throws IOException {
        this.packed = packed;
        if (!beginMember()) {
            throw new EOFException("expected gzip but was nothing");
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int at, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            int n = inMember ? inflate(target, at, length) : 0;
            if (n > 0) {
                crc.update(target, at, n);
                return n;
            }
            if (!inMember && !beginMember()) {
                ended = true;
            }
        }
        return -1;
    }

    @Override
    public void close() throws IOException {
        ended = true;
        inflater.end();
        packed.close();
    }

    private int inflate(byte[] target, int at, int length) throws IOException {
        try {
            int n;
            while ((n = inflater.inflate(target, at, length)) == 0) {
                if (inflater.finished()) {
                    endMember();
                    return 0;
                }
                if (inflater.needsDictionary()) {
                    throw new ZipException("expected deflated data but was a reference to a dictionary");
                }
                if (from == to && !fill()) {
                    throw cutShort();
                }
                inflater.setInput(buffer, from, to - from);
                from = to;
            }
            return n;
        } catch (DataFormatException e) {
            throw new ZipException("expected deflated data but was " + e.getMessage());
        }
    }

    /** Reads a member's header; false at the end of the stream. */
    private boolean beginMember() throws IOException {
        if (from == to && !fill()) {
            return false;
        }
        int magic = shortNumber();
        if (magic != 0x8b1f) {
            throw new ZipException(
                    "expected gzip's mark 1f 8b but was %02x %02x".formatted(magic & 0xff, magic >> 8));
        }
        int method = next();
        int flags = next();
        if (method != DEFLATE || (flags & RESERVED) != 0) {
            throw new ZipException("expected gzip's method 8 and known flags but was method " + method + ", flags "
                    + flags);
        }
        skip(6); // time, level, system
        if ((flags & EXTRA) != 0) {
            skip(shortNumber());
        }
        skipName(flags & NAME);
        skipName(flags & COMMENT);
        skip((flags & HEADER_CRC) != 0 ? 2 : 0);
        inflater.reset();
        crc.reset();
        inMember = true;
        return true;
    }

    private void endMember() throws IOException {
        from -= inflater.getRemaining();
        long length = inflater.getBytesWritten() & 0xffffffffL;
        long checksum = shortNumber() | (long) shortNumber() << 16;
        if (checksum != crc.getValue()) {
            throw new ZipException("expected CRC %08x but was %08x".formatted(checksum, crc.getValue()));
        }
        long expected = shortNumber() | (long) shortNumber() << 16;
        if (expected != length) {
            throw new ZipException("expected " + expected + " bytes (modulo 2^32) but was " + length);
        }
        inMember = false;
    }

    private void skip(int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            next();
        }
    }

    private void skipName(int flag) throws IOException {
        while (flag != 0 && next() != 0) {
            // a zero ends it
        }
    }

    private int shortNumber() throws IOException {
        return next() | next() << 8;
    }

    private int next() throws IOException {
        if (from == to && !fill()) {
            throw cutShort();
        }
        return buffer[from++] & 0xff;
    }

    private boolean fill() throws IOException {
        from = 0;
        to = Math.max(0, packed.read(buffer, 0, BUFFER));
        return to > 0;
    }

    private static EOFException cutShort() {
        return new EOFException("expected more of a gzip member but was the end; the file is cut short");
    }
}
