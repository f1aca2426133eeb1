package tfree.data;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;
import tfree.file.CorruptFileException;
import tfree.file.MappedFile;
import tfree.text.Utf8;

/**
 * Documents in a memory map that {@link DocumentStoreWriter} or the original wrote: {@code <prefix>.bin} holds the
 * documents' bytes one after another, {@code <prefix>.idx} a start and a length for each, {@code <prefix>.meta.json}
 * the number types and the count. Documents are text, or rows of NumPy's integers, in which starts and lengths count.
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
public final class DocumentStore implements TextItems {
    private static final int WINDOW = 1 << 16;

    private final Path prefix;
    private final Arena arena;
    private final MemorySegment bytes;
    private final MemorySegment index;
    private final IntegerType type;
    private final IntegerType indexType;
    private final long size;

    @SuppressWarnings("MustBeClosed") // the store closes its arena
    private DocumentStore(Path prefix, StoreMeta meta) throws IOException {
        this.prefix = prefix;
        this.type = meta.dtype();
        this.indexType = meta.indexDtype();
        this.size = meta.documentCount();
        this.arena = Arena.ofShared();
        try {
            this.bytes = MappedFile.map(part(prefix, "bin"), arena);
            this.index = MappedFile.map(part(prefix, "idx"), arena);
            int entry = 2 * indexType.width();
            if (index.byteSize() % entry != 0 || index.byteSize() / entry != size) {
                throw new CorruptFileException(part(prefix, "idx"), "expected " + entry + " bytes for each of " + size
                        + " documents but was " + index.byteSize() + " bytes");
            }
            if (bytes.byteSize() % type.width() != 0) {
                throw new CorruptFileException(part(prefix, "bin"), "expected " + type.width() + " bytes for each "
                        + type + " but was " + bytes.byteSize() + " bytes");
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
     * @throws CorruptFileException when they contradict each other
     */
    public static DocumentStore open(Path prefix) throws IOException {
        return new DocumentStore(prefix, StoreMeta.read(part(prefix, "meta.json")));
    }

    /** When the store {@code <prefix>} was finished, or null if there is none. */
    public static @Nullable FileTime finished(Path prefix) throws IOException {
        Path meta = part(prefix, "meta.json");
        return Files.exists(meta) ? Files.getLastModifiedTime(meta) : null;
    }

    /** The number of documents. */
    @Override
    public long size() {
        return size;
    }

    /** The bytes of all documents together. */
    public long totalBytes() {
        return bytes.byteSize();
    }

    /** NumPy's name of the data's type: {@code uint8} for text, and others for documents of {@link #numbers}. */
    public String dtype() {
        return type.toString();
    }

    /** A document's length in integers of the data's type: bytes, when it is text. */
    public long length(long document) throws CorruptFileException {
        start(document); // checks it
        return indexType.get(index, 2 * document + 1);
    }

    /**
     * A document's bytes; the array is the caller's.
     *
     * @throws IllegalArgumentException when they are too many for an array
     */
    public byte[] bytes(long document) throws CorruptFileException {
        long length = length(document) * type.width();
        requireArray(document, length);
        return bytes.asSlice(start(document) * type.width(), length).toArray(ValueLayout.JAVA_BYTE);
    }

    /**
     * A document's text.
     *
     * @throws CorruptFileException     when its bytes are no UTF-8, or the store holds integers of another type
     * @throws IllegalArgumentException when it is too long for an array
     */
    public String text(long document) throws CorruptFileException {
        requireText();
        byte[] utf8 = bytes(document);
        int invalid = Utf8.firstInvalid(utf8, 0, utf8.length);
        if (invalid < utf8.length) {
            throw notUtf8(document, utf8[invalid], invalid);
        }
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /**
     * A document's integers, of whichever type; a {@code uint64} as its 64 bits.
     *
     * @throws IllegalArgumentException when they are too many for an array
     */
    public long[] numbers(long document) throws CorruptFileException {
        long start = start(document);
        long length = length(document);
        requireArray(document, length);
        long[] numbers = new long[(int) length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = type.get(bytes, start + i);
        }
        return numbers;
    }

    @Override
    public void read(long document, ItemText into) throws CorruptFileException {
        requireText();
        into.clear();
        into.add(bytes, start(document), length(document));
    }

    @Override
    public String name(long document) {
        return part(prefix, "bin") + ", document " + document;
    }

    @Override
    public void close() {
        arena.close();
    }

    /** The file of a store: {@code part(Path.of("a/b"), "idx")} is {@code a/b.idx}. */
    static Path part(Path prefix, String suffix) {
        return prefix.resolveSibling(prefix.getFileName() + "." + suffix);
    }

    /** The length of all documents together, in integers of the data's type. */
    long length() {
        return bytes.byteSize() / type.width();
    }

    /** The bytes of all documents, one after another. */
    MemorySegment data() {
        return bytes;
    }

    /** Where a document begins, in integers of the data's type. */
    long start(long document) throws CorruptFileException {
        if (document < 0 || document >= size) {
            throw new IndexOutOfBoundsException(
                    "expected a document from 0 to " + (size - 1) + " but was " + document + " in " + prefix);
        }
        long start = indexType.get(index, 2 * document);
        long length = indexType.get(index, 2 * document + 1);
        if (start < 0 || length < 0 || start > length() - length) {
            String unit = isText() ? " bytes " : " integers ";
            throw new CorruptFileException(part(prefix, "idx"),
                    "expected document " + document + " within the " + length()
                            + unit + "of .bin but was " + indexType.digits(length) + unit + "from "
                            + indexType.digits(start));
        }
        return start;
    }

    /** Throws if the document, however long, is not UTF-8. */
    void requireUtf8(long document) throws CorruptFileException {
        long start = start(document);
        long length = length(document);
        byte[] window = new byte[(int) Math.min(WINDOW, length)];
        for (long at = 0; at < length;) {
            int n = (int) Math.min(window.length, length - at);
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, start + at, window, 0, n);
            int invalid = Utf8.firstInvalid(window, 0, n);
            boolean cutByWindow = at + n < length && n - invalid < 4; // a character has at most four bytes
            if (invalid < n && !cutByWindow) {
                throw notUtf8(document, window[invalid], at + invalid);
            }
            at += invalid;
        }
    }

    private CorruptFileException notUtf8(long document, byte b, long at) {
        return new CorruptFileException(part(prefix, "bin"), "expected UTF-8 in document " + document
                + " but was the byte 0x%02X at its byte %d".formatted(b, at));
    }

    /** Whether the documents are text, as far as the data's type says. */
    boolean isText() {
        return type == IntegerType.UINT8;
    }

    void requireText() throws CorruptFileException {
        if (!isText()) {
            throw new CorruptFileException(part(prefix, "meta.json"),
                    "expected dtype uint8, the bytes of text, but was " + type);
        }
    }

    private void requireArray(long document, long length) {
        if (length > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(prefix + ": expected at most " + (Integer.MAX_VALUE - 8)
                    + " in one array but was " + length + " in document " + document
                    + "; align the map and read its items");
        }
    }
}
