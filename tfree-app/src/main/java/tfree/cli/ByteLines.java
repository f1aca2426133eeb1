package tfree.cli;

import java.io.Flushable;
import java.io.IOException;
import java.io.InputStream;

/**
 * The lines of a stream as spans of bytes, without the line feeds that end them. Whatever was answered so far is
 * flushed before the stream is waited for, so that both ends of a pipe can talk line by line. Not thread-safe.
 */
final class ByteLines {
    private final InputStream in;
    private final Flushable answers;
    private byte[] buffer = new byte[1 << 16];
    private int from;
    private int to;
    private int next; // where the next line begins
    private int end; // of what was read

    ByteLines(InputStream in, Flushable answers) {
        this.in = in;
        this.answers = answers;
    }

    /** Moves on to the next line; false after the last. A line feed at the very end begins no line. */
    boolean next() throws IOException {
        from = next;
        int seen = from;
        while (true) {
            for (; seen < end; seen++) {
                if (buffer[seen] == '\n') {
                    to = seen;
                    next = seen + 1;
                    return true;
                }
            }
            int before = seen - from;
            boolean more = fill();
            seen = from + before;
            if (!more) {
                to = end;
                next = end;
                return to > from;
            }
        }
    }

    /** The buffer that holds the line from {@link #from} to {@link #to}; it changes with the next line. */
    byte[] bytes() {
        return buffer;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    /** Reads on behind the line that is under way, which moves to the front; false at the end of the stream. */
    private boolean fill() throws IOException {
        int length = end - from;
        byte[] target = length == buffer.length ? new byte[Math.multiplyExact(2, length)] : buffer;
        System.arraycopy(buffer, from, target, 0, length);
        buffer = target;
        from = 0;
        end = length;
        answers.flush();
        int read = in.read(buffer, end, buffer.length - end);
        end += Math.max(0, read);
        return read >= 0;
    }
}
