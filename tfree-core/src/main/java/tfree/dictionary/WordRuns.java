package tfree.dictionary;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import tfree.file.Varint;

/**
 * Sorted runs of words set aside on disk, one after another in a temporary file, each word as
 * {@code varint(bytes) UTF-8 varint(count)}. The file has lost its name as soon as it is open (on Windows: goes with the
 * process), so that nothing stays behind however the process ends.
 */
final class WordRuns implements AutoCloseable {
    private final Path folder;
    private final FileChannel file;
    private final List<Long> ends = new ArrayList<>();

    WordRuns(Path folder) throws IOException {
        this.folder = folder;
        Path name = Files.createTempFile(folder, "tfree-words-", ".tmp");
        this.file = FileChannel.open(name, StandardOpenOption.READ, StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
    }

    /** How many there are. */
    int size() {
        return ends.size();
    }

    /** Sets the words aside as one more run. */
    void add(SortedWords words) throws IOException {
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(file), 1 << 16);
        try {
            while (words.next()) {
                Varint.write(words.word().length, out);
                out.write(words.word());
                Varint.write(words.count(), out);
            }
            out.flush();
        } catch (IOException e) {
            throw new IOException(folder + ": could not set counts aside there after " + file.position() + " bytes: "
                    + e.getMessage(), e);
        }
        ends.add(file.position());
    }

    /** All runs from their beginnings, each with a buffer of that size. */
    List<SortedWords> read(int bufferBytes) {
        List<SortedWords> runs = new ArrayList<>();
        long start = 0;
        for (long end : ends) {
            runs.add(new Run(new Region(start, end, bufferBytes)));
            start = end;
        }
        return runs;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static final class Run implements SortedWords {
        private final Region in;
        private byte[] word = new byte[0];
        private long count;

        Run(Region in) {
            this.in = in;
        }

        @Override
        public boolean next() throws IOException {
            if (in.atEnd()) {
                return false;
            }
            int length = Math.toIntExact(Varint.read(in));
            word = in.readNBytes(length);
            count = Varint.read(in);
            return true;
        }

        @Override
        public byte[] word() {
            return word;
        }

        @Override
        public long count() {
            return count;
        }
    }

    /** A part of the file, read by position, so that all parts can be read side by side. */
    private final class Region extends InputStream {
        private final ByteBuffer buffer;
        private final long end;
        private long position; // of what follows the buffer

        Region(long start, long end, int bufferBytes) {
            this.position = start;
            this.end = end;
            this.buffer = ByteBuffer.allocate(bufferBytes).limit(0);
        }

        boolean atEnd() {
            return !buffer.hasRemaining() && position == end;
        }

        @Override
        public int read() throws IOException {
            return fill() ? buffer.get() & 0xff : -1;
        }

        @Override
        public int read(byte[] out, int from, int length) throws IOException {
            if (!fill()) {
                return -1;
            }
            int count = Math.min(length, buffer.remaining());
            buffer.get(out, from, count);
            return count;
        }

        private boolean fill() throws IOException {
            if (buffer.hasRemaining()) {
                return true;
            }
            if (position == end) {
                return false;
            }
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - position));
            int count = file.read(buffer, position);
            if (count < 0) {
                throw new EOFException(folder + ": expected counts set aside to byte " + end + " but the file ends at "
                        + position);
            }
            buffer.flip();
            position += count;
            return true;
        }
    }
}
