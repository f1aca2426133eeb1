package tfree.pickle;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The bytes of a pickle as a stream that can be asked what is to come. */
final class PickleInput extends InputStream {
    private final ByteBuffer bytes;

    PickleInput(ByteBuffer bytes) {
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** How many bytes have been read. */
    int position() {
        return bytes.position();
    }

    int remaining() {
        return bytes.remaining();
    }

    @Override
    public int read() {
        return bytes.hasRemaining() ? bytes.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] out, int from, int length) {
        if (!bytes.hasRemaining()) {
            return -1;
        }
        int count = Math.min(length, bytes.remaining());
        bytes.get(out, from, count);
        return count;
    }

    /** The unsigned number of 1, 4 or 8 bytes that comes next; it is read later. */
    long peekNumber(int size) {
        requireRemaining(size);
        int at = bytes.position();
        return switch (size) {
            case 1 -> bytes.get(at) & 0xff;
            case 4 -> Integer.toUnsignedLong(bytes.getInt(at));
            default -> bytes.getLong(at);
        };
    }

    /** A string or bytes, of which the length comes first in so many bytes. */
    byte[] readSized(int size) {
        requireSized(size);
        byte[] out = new byte[(int) peekNumber(size)];
        bytes.position(bytes.position() + size);
        bytes.get(out);
        return out;
    }

    /** Throws unless as many bytes follow as the length in the next {@code size} bytes says. */
    void requireSized(int size) {
        long length = peekNumber(size);
        int left = bytes.remaining() - size;
        if (length < 0 || length > left) {
            throw new IllegalArgumentException(
                    "expected at most the " + left + " bytes that are left but was a length of "
                            + Long.toUnsignedString(length));
        }
    }

    /** Throws unless a line ends within so many bytes. */
    void requireLine(int longest) {
        int end = Math.min(bytes.limit(), bytes.position() + longest);
        for (int i = bytes.position(); i < end; i++) {
            if (bytes.get(i) == '\n') {
                return;
            }
        }
        throw new IllegalArgumentException("expected a line of at most " + longest + " bytes but was none");
    }

    private void requireRemaining(int size) {
        if (bytes.remaining() < size) {
            throw new IllegalArgumentException("expected " + size + " bytes more but was the end");
        }
    }
}
