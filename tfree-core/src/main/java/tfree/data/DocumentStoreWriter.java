package tfree.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import tfree.file.AtomicFile;

/**
 * Writes documents as a memory map that {@link DocumentStore} and the original read: {@code uint8} data, {@code uint64}
 * index. Never replaces a store. The files get their names only in {@link #finish}, the meta file last, so nothing that
 * is half-written looks finished; closing before that removes everything. Not thread-safe.
 */
public final class DocumentStoreWriter implements AutoCloseable {
    private final Path metaFile;
    private final AtomicFile bytes;
    private final AtomicFile index;
    private final ByteBuffer entry = ByteBuffer.allocate(2 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long position;
    private long documents;

    /**
     * Begins {@code <prefix>.bin}, {@code .idx} and {@code .meta.json}. What a writer has left that was killed, also
     * between the files' names, is replaced.
     *
     * @throws FileAlreadyExistsException when there is a store
     * @throws FileSystemException        when there is a part of one, which may as well be another program's file
     */
    public DocumentStoreWriter(Path prefix) throws IOException {
        this.metaFile = DocumentStore.part(prefix, "meta.json");
        for (String suffix : new String[]{"bin", "idx", "meta.json"}) {
            requireFree(DocumentStore.part(prefix, suffix));
        }
        this.bytes = new AtomicFile(DocumentStore.part(prefix, "bin"));
        try {
            this.index = new AtomicFile(DocumentStore.part(prefix, "idx"));
        } catch (IOException e) {
            bytes.close();
            throw e;
        }
    }

    /** Appends a document. */
    public void add(String text) throws IOException {
        add(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Appends a document of UTF-8 bytes. */
    public void add(byte[] utf8) throws IOException {
        add(utf8, 0, utf8.length);
    }

    /** Appends the document {@code utf8[from..to)}. */
    public void add(byte[] utf8, int from, int to) throws IOException {
        int length = to - from;
        bytes.out().write(utf8, from, length);
        index.out().write(entry.clear().putLong(position).putLong(length).array());
        position += length;
        documents++;
    }

    /** How many documents were added. */
    public long documents() {
        return documents;
    }

    /** Makes the store appear, complete. */
    public void finish() throws IOException {
        StoreMeta content = new StoreMeta(IntegerType.UINT8, IntegerType.UINT64, documents);
        try (AtomicFile meta = new AtomicFile(metaFile)) {
            meta.out().write(content.json().getBytes(StandardCharsets.UTF_8));
            AtomicFile.commit(bytes, index, meta);
        }
    }

    @Override
    public void close() throws IOException {
        try (bytes; index) {
            // Both go, also when one cannot be removed.
        }
    }

    private void requireFree(Path file) throws FileSystemException {
        boolean whole = Files.exists(metaFile);
        boolean cutOff = Files.exists(AtomicFile.partial(metaFile)); // the last to get its name in finish()
        if (!Files.exists(file) || (cutOff && !whole)) {
            return;
        }
        if (whole) {
            throw new FileAlreadyExistsException(file.toString(), null,
                    "a store is never overwritten; choose another name or remove it");
        }
        throw new FileSystemException(file.toString(), null, "expected a store with its .meta.json, or nothing, but was"
                + " this file: what an import that was cut off has left, or no store at all; remove it or choose"
                + " another name");
    }
}
