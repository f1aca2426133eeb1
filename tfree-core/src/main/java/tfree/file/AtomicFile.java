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
        this.partial = file.resolveSibling(file.getFileName() + ".partial");
        this.channel = FileChannel.open(partial, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
        this.out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
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
        out.flush();
        channel.force(true);
        channel.close();
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        finished = true;
    }

    @Override
    public void close() throws IOException {
        if (!finished) {
            channel.close();
            Files.deleteIfExists(partial);
            finished = true;
        }
    }
}
