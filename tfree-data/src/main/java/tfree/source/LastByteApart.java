package tfree.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Hands out a stream's last byte by itself. zstd-jni takes the end of its input for the end of a frame when the buffer
 * that ends the input also holds the end of an earlier frame: a file of several frames that is cut short would pass for
 * a whole one. It looks again at every read, so a last one of a byte alone makes it notice.
 */
final class LastByteApart extends FilterInputStream {
    private static final int NONE = -1;

    private int held;
    private boolean begun;

    LastByteApart(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        if (!begun) {
            held = in.read();
            begun = true;
        }
        if (held == NONE || length == 0) {
            return length == 0 ? 0 : -1;
        }
        target[from] = (byte) held;
        if (length == 1) {
            held = in.read();
            return 1;
        }
        int more = in.read(target, from + 1, length - 1);
        held = more <= 0 ? NONE : target[from + more] & 0xff;
        return Math.max(1, more);
    }

    @Override
    public int available() throws IOException {
        return in.available() + (begun && held != NONE ? 1 : 0);
    }
}
