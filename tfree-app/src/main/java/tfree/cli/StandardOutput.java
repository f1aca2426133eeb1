package tfree.cli;

import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** Standard output as bytes. A reader that has gone away, as {@code head} does, ends the command instead of being ignored. */
final class StandardOutput extends OutputStream {
    private final PrintStream out;

    private StandardOutput(PrintStream out) {
        this.out = out;
    }

    /** Standard output, buffered: flush it at the end. */
    static OutputStream open() {
        return new BufferedOutputStream(new StandardOutput(System.out), 1 << 16);
    }

    /** Standard output as text, UTF-8 wherever it goes. */
    static Writer text() {
        return new BufferedWriter(new OutputStreamWriter(open(), StandardCharsets.UTF_8));
    }

    @Override
    public void write(int b) throws IOException {
        out.write(b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        out.write(bytes, from, length);
        flush();
    }

    @Override
    public void flush() throws IOException {
        if (out.checkError()) { // flushes too
            throw new ClosedException();
        }
    }

    /** Nobody reads any more: nothing to tell, and no reason to go on. */
    static final class ClosedException extends IOException {
        private static final long serialVersionUID = 1;

        private ClosedException() {
            super("standard output was closed");
        }
    }
}
