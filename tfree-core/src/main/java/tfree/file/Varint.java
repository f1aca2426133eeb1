package tfree.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Numbers of 64 bits in 1 to 10 bytes: 7 bits a byte, lowest first, the top bit says that more follow. */
public final class Varint {
    private Varint() {}

    /** Writes a number; one below 0 takes ten bytes. */
    public static void write(long value, OutputStream out) throws IOException {
        long rest = value;
        for (; rest >>> 7 != 0; rest >>>= 7) {
            out.write(((int) rest & 0x7f) | 0x80);
        }
        out.write((int) rest);
    }

    /**
     * Reads a number.
     *
     * @throws EOFException        when the stream ends before it does
     * @throws ArithmeticException when it has more than 64 bits
     */
    public static long read(InputStream in) throws IOException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("expected a varint but was its beginning only");
            }
            value |= (b & 0x7fL) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw new ArithmeticException("expected a varint of at most 64 bits but was a longer one");
    }
}
