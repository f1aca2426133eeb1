package tfree.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import tfree.file.AtomicFile;

/**
 * Writes the aligned index of a memory map, which {@link AlignedIndex} and the original read: {@code
 * <prefix>.indices.bin}, {@code .lengths.bin} and {@code .offsets.bin}, an item number ({@code uint32}), a length
 * ({@code uint16}) and an offset in {@code .bin} ({@code uint64}) for each span, little-endian.
 */
public final class AlignedIndexWriter {
    private AlignedIndexWriter() {}

    /**
     * Cuts the documents of the store {@code <prefix>} into items of about 20,000 bytes and returns how many there are.
     *
     * <p>The files appear when they are complete; a rest of a call that was cut off is replaced.
     *
     * @param keepTails false: exactly what the original writes, which leaves out the end of every document and the last
     *                  item; true: nothing is left out but spans that are no UTF-8
     * @throws FileAlreadyExistsException when the store has an aligned index
     * @throws IllegalArgumentException   when the store holds no item, with what it holds instead
     */
    public static long write(Path prefix, boolean keepTails) throws IOException {
        if (AlignedIndex.exists(prefix)) {
            throw new FileAlreadyExistsException(AlignedIndex.indices(prefix).toString(), null,
                    "an aligned index is never overwritten; remove its three files first");
        }
        try (DocumentStore store = DocumentStore.open(prefix);
                AtomicFile indices = new AtomicFile(AlignedIndex.indices(prefix));
                AtomicFile lengths = new AtomicFile(AlignedIndex.lengths(prefix));
                AtomicFile offsets = new AtomicFile(AlignedIndex.offsets(prefix))) {
            store.requireText();
            LittleEndian number = new LittleEndian();
            long items = new ItemCutter(store, keepTails, (item, offset, length) -> {
                number.write(indices.out(), item, Integer.BYTES);
                number.write(lengths.out(), length, Short.BYTES);
                number.write(offsets.out(), offset, Long.BYTES);
            }).cut();
            if (items == 0) {
                throw new IllegalArgumentException(nothing(prefix, store, keepTails));
            }
            AtomicFile.commit(offsets, lengths, indices);
            return items;
        }
    }

    private static String nothing(Path prefix, DocumentStore store, boolean keepTails) {
        String held = " but was " + store.totalBytes() + " bytes in " + store.size() + " documents";
        return keepTails
                ? prefix + ": expected text to align" + held + ", none of them valid UTF-8"
                : prefix + ": expected documents of more than " + ItemCutter.TOLERANCE
                        + " bytes for two items of about "
                        + ItemCutter.ITEM_BYTES + ", the last of which is left out," + held
                        + "; to leave nothing out, keep the tails (--keep-tails)";
    }

    private static final class LittleEndian {
        private final byte[] bytes = new byte[Long.BYTES];

        void write(OutputStream out, long number, int width) throws IOException {
            for (int i = 0; i < width; i++) {
                bytes[i] = (byte) (number >>> (8 * i));
            }
            out.write(bytes, 0, width);
        }
    }
}
