package tfree.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Counts the bytes that are read. One thread reads, any may ask. */
final class CountedInput extends FilterInputStream {
    private volatile long bytes;

    CountedInput(InputStream in) {
        super(in);
    }

    long bytes() {
        return bytes;
    }

    @Override
    public int read() throws IOException {
        int b = in.read();
        add(b < 0 ? 0 : 1);
        return b;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        int n = in.read(target, from, length);
        add(Math.max(0, n));
        return n;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only the reader writes
    private void add(int n) {
        bytes += n;
    }
}
