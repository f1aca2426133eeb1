package tfree.data;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tfree.file.CorruptFileException;
import tfree.file.MappedFile;
import tfree.text.Utf8;

/**
 * The items of a memory map: its documents cut and joined to pieces of about 20,000 bytes, so that one pass over the
 * items sees every document from its beginning to its end. {@link AlignedIndexWriter} or the original wrote it.
 *
 * <p>An item is a run of spans, and a span is a piece of one document. Opening maps the files and reads nothing. The first
 * item that is asked for has all the spans' item numbers read, which are 0, …, 0, 1, …, 1, 2, …; from then on any item is
 * found in constant time. Every item that the files hold is served. Threads may share an index. It holds the mapping
 * until it is closed; after that, asking for an item throws {@link IllegalStateException}.
 *
 * <pre>{@code
 * AlignedIndexWriter.write(Path.of("data/europarl"), true);
 * try (AlignedIndex items = AlignedIndex.open(Path.of("data/europarl"))) {
 *     List<String> first = items.texts(0);
 * }
 * }</pre>
 */
public final class AlignedIndex implements TextItems {
    private static final int BLOCK_BITS = 4;

    private final Path prefix;
    private final Arena arena;
    private final DocumentStore store;
    private final MemorySegment numbers; // of items, one a span
    private final MemorySegment lengths;
    private final MemorySegment offsets;
    private final long spans;
    private final long size;
    private volatile long @Nullable [] blocks; // the first span of every 16th item, and the end of all

    @SuppressWarnings("MustBeClosed") // the index closes its arena
    private AlignedIndex(Path prefix, DocumentStore store) throws IOException {
        this.prefix = prefix;
        this.store = store;
        this.arena = Arena.ofShared();
        try {
            this.numbers = MappedFile.map(indices(prefix), arena);
            this.lengths = MappedFile.map(lengths(prefix), arena);
            this.offsets = MappedFile.map(offsets(prefix), arena);
            this.spans = numbers.byteSize() / Integer.BYTES;
            requireSize(indices(prefix), numbers, Integer.BYTES);
            requireSize(lengths(prefix), lengths, Short.BYTES);
            requireSize(offsets(prefix), offsets, Long.BYTES);
            if (spans == 0) {
                throw new CorruptFileException(indices(prefix),
                        "expected at least one item but was an empty file; remove it and align the store anew");
            }
            this.size = number(spans - 1) + 1;
            if (number(0) != 0 || size > spans) {
                throw new CorruptFileException(indices(prefix), "expected item numbers from 0 to at most " + (spans - 1)
                        + " but was " + number(0) + " to " + (size - 1));
            }
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /**
     * Opens the store {@code <prefix>} with its {@code .indices.bin}, {@code .lengths.bin} and {@code .offsets.bin}.
     *
     * @throws NoSuchFileException  when a file is missing
     * @throws CorruptFileException when their sizes or ends contradict each other
     */
    public static AlignedIndex open(Path prefix) throws IOException {
        DocumentStore store = DocumentStore.open(prefix);
        try {
            store.requireText();
            return new AlignedIndex(prefix, store);
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** Whether the store {@code <prefix>} has an aligned index, complete. */
    public static boolean exists(Path prefix) {
        return Files.exists(indices(prefix)) && Files.exists(lengths(prefix)) && Files.exists(offsets(prefix));
    }

    /** The number of items. */
    @Override
    public long size() {
        return size;
    }

    /** The bytes of all items together. */
    public long totalBytes() {
        long total = 0;
        for (long span = 0; span < spans; span++) {
            total += length(span);
        }
        return total;
    }

    /** How many spans an item has, at least one. */
    public int spans(long item) throws CorruptFileException {
        long first = first(item);
        return (int) (end(item, first) - first);
    }

    /**
     * The texts of an item's spans.
     *
     * @throws CorruptFileException when one is no UTF-8, or lies beyond the documents
     */
    public List<String> texts(long item) throws CorruptFileException {
        List<byte[]> bytes = bytes(item);
        List<String> texts = new ArrayList<>(bytes.size());
        for (byte[] utf8 : bytes) {
            int invalid = Utf8.firstInvalid(utf8, 0, utf8.length);
            if (invalid < utf8.length) {
                throw new CorruptFileException(DocumentStore.part(prefix, "bin"),
                        "expected UTF-8 in item %d, span %d, but was the byte 0x%02X at its byte %d".formatted(item,
                                texts.size(), utf8[invalid], invalid));
            }
            texts.add(new String(utf8, StandardCharsets.UTF_8));
        }
        return texts;
    }

    /**
     * The bytes of an item's spans; the arrays are the caller's.
     *
     * @throws CorruptFileException when one lies beyond the documents
     */
    public List<byte[]> bytes(long item) throws CorruptFileException {
        long first = first(item);
        long end = end(item, first);
        List<byte[]> bytes = new ArrayList<>((int) (end - first));
        for (long span = first; span < end; span++) {
            bytes.add(store.data().asSlice(start(item, first, span), length(span)).toArray(ValueLayout.JAVA_BYTE));
        }
        return bytes;
    }

    @Override
    public void read(long item, ItemText into) throws CorruptFileException {
        into.clear();
        long first = first(item);
        long end = end(item, first);
        for (long span = first; span < end; span++) {
            into.add(store.data(), start(item, first, span), length(span));
        }
    }

    @Override
    public String name(long item) {
        return DocumentStore.part(prefix, "bin") + ", item " + item;
    }

    @Override
    public void close() {
        arena.close();
        store.close();
    }

    /** The number of spans of all items. */
    long spans() {
        return spans;
    }

    /** The item that a span belongs to. */
    long number(long span) {
        return IntegerType.UINT32.get(numbers, span);
    }

    /** A span's length in bytes. */
    int length(long span) {
        return (int) IntegerType.UINT16.get(lengths, span);
    }

    /** Where a span begins among the bytes of all documents. */
    long offset(long span) {
        return IntegerType.UINT64.get(offsets, span);
    }

    /** The documents. */
    DocumentStore store() {
        return store;
    }

    static Path indices(Path prefix) {
        return DocumentStore.part(prefix, "indices.bin");
    }

    static Path lengths(Path prefix) {
        return DocumentStore.part(prefix, "lengths.bin");
    }

    static Path offsets(Path prefix) {
        return DocumentStore.part(prefix, "offsets.bin");
    }

    /** The first span of an item. */
    private long first(long item) throws CorruptFileException {
        if (item < 0 || item >= size) {
            throw new IndexOutOfBoundsException(
                    "expected an item from 0 to " + (size - 1) + " but was " + item + " in " + prefix);
        }
        long[] starts = blocks == null ? findBlocks() : blocks;
        int block = (int) (item >> BLOCK_BITS);
        long low = starts[block];
        long high = starts[block + 1];
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (number(middle) < item) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The end of an item's spans, which begin at {@code first}. */
    private long end(long item, long first) {
        long end = first + 1;
        while (end < spans && number(end) == item) {
            end++;
        }
        return end;
    }

    /** Where a span of the item, whose first is {@code first}, begins among the bytes of all documents. */
    private long start(long item, long first, long span) throws CorruptFileException {
        long offset = offset(span);
        if (offset < 0 || offset > store.totalBytes() - length(span)) {
            throw new CorruptFileException(offsets(prefix), "expected item " + item + ", span " + (span - first)
                    + ", within the " + store.totalBytes() + " bytes of .bin but was " + length(span)
                    + " bytes from " + Long.toUnsignedString(offset));
        }
        return offset;
    }

    private synchronized long[] findBlocks() throws CorruptFileException {
        long[] starts = blocks;
        if (starts == null) {
            starts = new long[(int) ((size - 1) >> BLOCK_BITS) + 2];
            long item = 0;
            for (long span = 1; span < spans; span++) {
                if (number(span) != item) {
                    requireOrder(span);
                    item++;
                    if (item == size) {
                        throw new CorruptFileException(indices(prefix), "expected items up to " + (size - 1)
                                + ", that of the last span, but was item " + item + " at span " + span);
                    }
                    if (item % (1 << BLOCK_BITS) == 0) {
                        starts[(int) (item >> BLOCK_BITS)] = span;
                    }
                }
            }
            starts[starts.length - 1] = spans;
            blocks = starts;
        }
        return starts;
    }

    /** Throws if a span's item is neither that of the span before nor the next. */
    void requireOrder(long span) throws CorruptFileException {
        long before = span == 0 ? 0 : number(span - 1);
        if (number(span) != before && number(span) != before + 1) {
            throw new CorruptFileException(indices(prefix), "expected item " + before + " or the next at span " + span
                    + " but was item " + number(span));
        }
    }

    private void requireSize(Path file, MemorySegment array, int width) throws CorruptFileException {
        if (array.byteSize() != spans * width) {
            throw new CorruptFileException(file, "expected " + spans * width + " bytes for the " + spans
                    + " spans of .indices.bin but was " + array.byteSize());
        }
    }
}
