package tfree.data;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import tfree.file.CorruptFileException;
import tfree.text.Utf8;

/**
 * Documents in a memory map that {@link DocumentStoreWriter} or the original wrote: {@code <prefix>.bin} holds the
 * documents' bytes one after another, {@code <prefix>.idx} a start and a length for each, {@code <prefix>.meta.json}
 * the number types and the count.
 *
 * <p>The files are mapped, not read: opening costs nothing however large they are, and what is asked for comes from the
 * page cache. Threads may share a store. It holds the mapping until it is closed; after that, asking for a document
 * throws {@link IllegalStateException}.
 *
 * <pre>{@code
 * try (DocumentStore store = DocumentStore.open(Path.of("data/europarl"))) {
 *     String first = store.text(0);
 * }
 * }</pre>
 */
public final class DocumentStore implements AutoCloseable {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path prefix;
    private final Arena arena;
    private final MemorySegment bytes;
    private final MemorySegment index;
    private final int indexBytes;
    private final boolean unsignedIndex;
    private final long size;

    @SuppressWarnings("MustBeClosed") // the store closes its arena
    private DocumentStore(Path prefix, StoreMeta meta) throws IOException {
        this.prefix = prefix;
        this.indexBytes = switch (meta.indexDtype()) {
            case "uint32", "int32" -> Integer.BYTES;
            case "uint64", "int64" -> Long.BYTES;
            default -> throw new CorruptFileException(part(prefix, "meta.json"),
                    "expected index_dtype uint32, int32, uint64 or int64 but was " + meta.indexDtype());
        };
        this.unsignedIndex = meta.indexDtype().startsWith("u");
        this.size = meta.documentCount();
        this.arena = Arena.ofShared();
        try {
            this.bytes = map(part(prefix, "bin"), arena);
            this.index = map(part(prefix, "idx"), arena);
            if (index.byteSize() != Math.multiplyExact(size, 2L * indexBytes)) {
                throw new CorruptFileException(part(prefix, "idx"), "expected " + size * 2 * indexBytes
                        + " bytes for " + size + " documents but was " + index.byteSize());
            }
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /**
     * Opens {@code <prefix>.bin}, {@code .idx} and {@code .meta.json}.
     *
     * @throws NoSuchFileException  when one of them is missing
     * @throws CorruptFileException when they contradict each other, or hold no text
     */
    public static DocumentStore open(Path prefix) throws IOException {
        StoreMeta meta = StoreMeta.read(part(prefix, "meta.json"));
        if (!meta.dtype().equals("uint8")) {
            throw new CorruptFileException(part(prefix, "meta.json"),
                    "expected dtype uint8, the bytes of text, but was " + meta.dtype());
        }
        return new DocumentStore(prefix, meta);
    }

    /** The number of documents. */
    public long size() {
        return size;
    }

    /** The bytes of all documents together. */
    public long totalBytes() {
        return bytes.byteSize();
    }

    /** A document's length in bytes. */
    public long length(long document) throws CorruptFileException {
        start(document); // checks it
        return number(2 * document + 1);
    }

    /** A document's bytes; the array is the caller's. */
    public byte[] bytes(long document) throws CorruptFileException {
        return slice(document).toArray(ValueLayout.JAVA_BYTE);
    }

    /**
     * A document's text.
     *
     * @throws CorruptFileException when its bytes are no UTF-8
     */
    public String text(long document) throws CorruptFileException {
        byte[] utf8 = bytes(document);
        int invalid = Utf8.firstInvalid(utf8, 0, utf8.length);
        if (invalid < utf8.length) {
            throw new CorruptFileException(part(prefix, "bin"), "expected UTF-8 in document " + document
                    + " but was the byte 0x%02X at its byte %d".formatted(utf8[invalid], invalid));
        }
        return new String(utf8, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        arena.close();
    }

    /** The file of a store: {@code part(Path.of("a/b"), "idx")} is {@code a/b.idx}. */
    static Path part(Path prefix, String suffix) {
        return prefix.resolveSibling(prefix.getFileName() + "." + suffix);
    }

    /** The bytes of all documents, one after another. */
    MemorySegment data() {
        return bytes;
    }

    /** Where a document begins among the bytes of all. */
    long start(long document) throws CorruptFileException {
        if (document < 0 || document >= size) {
            throw new IndexOutOfBoundsException(
                    "expected a document from 0 to " + (size - 1) + " but was " + document + " in " + prefix);
        }
        long start = number(2 * document);
        long length = number(2 * document + 1);
        if (start < 0 || length < 0 || start > bytes.byteSize() - length) {
            throw new CorruptFileException(part(prefix, "idx"), "expected document " + document + " within the "
                    + bytes.byteSize() + " bytes of .bin but was " + Long.toUnsignedString(length) + " bytes from "
                    + Long.toUnsignedString(start));
        }
        return start;
    }

    private MemorySegment slice(long document) throws CorruptFileException {
        return bytes.asSlice(start(document), number(2 * document + 1));
    }

    private long number(long i) {
        if (indexBytes == Long.BYTES) {
            return index.get(LONG, i * Long.BYTES);
        }
        int number = index.get(INT, i * Integer.BYTES);
        return unsignedIndex ? Integer.toUnsignedLong(number) : number;
    }

    /** A file's bytes, until the arena closes. */
    static MemorySegment map(Path file, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        }
    }
}
