package tfree.file;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that appears under its name only when it is complete: bytes go to {@code <name>.partial}, which
 * {@link #commit} flushes to the disk and renames. Closing without a commit removes what was written.
 *
 * <p>An older file of that name stays untouched until the rename replaces it. Not thread-safe.
 */
public final class AtomicFile implements AutoCloseable {
    private final Path file;
    private final Path partial;
    private final FileChannel channel;
    private final OutputStream out;
    private boolean finished;

    /** Begins to write; a rest of an earlier attempt is overwritten. */
    public AtomicFile(Path file) throws IOException {
        this.file = file;
        this.partial = partial(file);
        this.channel = FileChannel.open(partial, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
        this.out = new BufferedOutputStream(new Named(), 1 << 16);
    }

    /** What a file is called until it is complete. */
    public static Path partial(Path file) {
        return file.resolveSibling(file.getFileName() + ".partial");
    }

    /** The whole content at once. */
    public static void write(Path file, byte[] content) throws IOException {
        try (AtomicFile atomic = new AtomicFile(file)) {
            atomic.out().write(content);
            atomic.commit();
        }
    }

    /** Where the content goes; buffered. */
    public OutputStream out() {
        return out;
    }

    /** Makes the file appear under its name, complete and on the disk. */
    public void commit() throws IOException {
        commit(this);
    }

    /** Makes several files appear, in this order, once all of them are complete and on the disk. */
    public static void commit(AtomicFile... files) throws IOException {
        for (AtomicFile each : files) {
            each.out.flush();
            each.channel.force(true);
            each.channel.close();
        }
        for (AtomicFile each : files) {
            Files.move(each.partial, each.file, StandardCopyOption.ATOMIC_MOVE);
            each.finished = true;
        }
    }

    @Override
    public void close() throws IOException {
        if (!finished) {
            channel.close();
            Files.deleteIfExists(partial);
            finished = true;
        }
    }

    /** Says which file could not be written: "No space left on device" alone does not. */
    private final class Named extends OutputStream {
        private final OutputStream plain = Channels.newOutputStream(channel);

        @Override
        public void write(int b) throws IOException {
            write(new byte[]{(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            try {
                plain.write(bytes, from, length);
            } catch (IOException e) {
                throw new IOException(file + ": expected to write " + length + " bytes more but was: " + e.getMessage(),
                        e);
            }
        }
    }
}
