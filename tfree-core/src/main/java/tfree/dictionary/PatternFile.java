package tfree.dictionary;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import tfree.file.AtomicFile;
import tfree.file.CorruptFileException;
import tfree.file.FileVersionException;
import tfree.text.SplitMode;
import tfree.text.Utf8;
import tfree.trigram.SlotTable;
import tfree.trigram.TokenizerConfig;
import tfree.trigram.Trigrams;

/**
 * A dictionary with its patterns on disk, ready to score: reading it is mapping, checking and copying, where
 * {@link Dictionary#of} hashes and sorts. It serves models of one configuration; {@link DictionaryFile} is for exchange.
 *
 * <p>Little-endian:
 *
 * <pre>
 * file     := magic version checksum length body
 * magic    := the 8 ASCII bytes "TFPARTS" and line feed
 * version  := uint32, 1
 * checksum := uint32, CRC-32C of the body
 * length   := uint64, bytes of the body
 * body     := array*
 * array    := bytes element* padding
 * bytes    := uint64, the length of the elements
 * padding  := zeros up to a multiple of 8 bytes
 * </pre>
 *
 * <p>The arrays, of int32 but for words (UTF-8) and counts (int64): the configuration (v, m, k, lowercase, entire words,
 * split mode, number of inner rows); words and where each begins, counts, hash table; {@link WordParts} in the order of
 * its fields, repeats as units and packed slots; excluded words, and where each begins.
 */
public final class PatternFile {
    private static final byte[] MAGIC = "TFPARTS\n".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int HEADER = MAGIC.length + 4 + 4 + 8;
    private static final int CHUNK = 1 << 16;
    /** So many computed rows are checked against the table; those that a checkpoint stores all are. */
    private static final int CHECKED_ROWS = 64;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private PatternFile() {}

    /** Writes a dictionary; words added to it by {@link Dictionary#plus} become words like the others. */
    public static void write(Dictionary dictionary, Path file) throws IOException {
        Dictionary whole = dictionary.blocks().size() == 1 ? dictionary
                : Dictionary.of(dictionary.wordList(), dictionary.table());
        Block block = whole.blocks().getFirst();
        List<Object> arrays = arrays(dictionary, block);
        CRC32C checksum = new CRC32C();
        long[] length = new long[1];
        write(arrays, (bytes, count) -> {
            length[0] += count;
            checksum.update(bytes, 0, count);
        });
        try (AtomicFile atomic = new AtomicFile(file)) {
            OutputStream out = atomic.out();
            byte[] header = new byte[HEADER];
            ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).put(MAGIC).putInt(VERSION)
                    .putInt((int) checksum.getValue()).putLong(length[0]);
            out.write(header);
            write(arrays, (bytes, count) -> out.write(bytes, 0, count));
            atomic.commit();
        }
    }

    private static List<Object> arrays(Dictionary dictionary, Block block) {
        WordStore words = block.words();
        WordParts parts = block.parts();
        WordStore excluded = WordStore.of(dictionary.excluded(), new long[dictionary.excluded().size()]);
        return List.of(config(dictionary.table().config(), parts.innerRows), words.utf8, words.starts, words.counts,
                words.table, parts.trigrams, parts.slots, parts.partLeft, parts.partRight, parts.levels,
                parts.partRepeats.units(), parts.partRepeats.packed(), parts.wordLeft, parts.wordRight,
                parts.firstOfCount, parts.wordRepeats.units(), parts.wordRepeats.packed(), parts.place,
                parts.position, excluded.utf8, excluded.starts);
    }

    private static int[] config(TokenizerConfig config, int innerRows) {
        return new int[]{config.vocabSize(), config.vocabPopulation(), config.lowercaseOverlap(),
                config.lowercase() ? 1 : 0, config.entireWords() ? 1 : 0,
                config.splitMode() == SplitMode.REFERENCE ? 0 : 1, innerRows};
    }

    private interface Bytes {
        void take(byte[] bytes, int count) throws IOException;
    }

    private static void write(List<Object> arrays, Bytes out) throws IOException {
        byte[] chunk = new byte[CHUNK];
        MemorySegment target = MemorySegment.ofArray(chunk);
        for (Object array : arrays) {
            MemorySegment elements = segment(array);
            target.set(LONG, 0, elements.byteSize());
            out.take(chunk, Long.BYTES);
            for (long at = 0; at < elements.byteSize(); at += CHUNK) {
                int length = (int) Math.min(CHUNK, elements.byteSize() - at);
                MemorySegment.copy(elements, at, target, 0, length);
                out.take(chunk, length);
            }
            target.set(LONG, 0, 0);
            out.take(chunk, padding(elements.byteSize()));
        }
    }

    private static int padding(long bytes) {
        return (int) (-bytes & 7);
    }

    private static MemorySegment segment(Object array) {
        return switch (array) {
            case byte[] bytes -> MemorySegment.ofArray(bytes);
            case int[] ints -> MemorySegment.ofArray(ints);
            case long[] longs -> MemorySegment.ofArray(longs);
            default -> throw new IllegalArgumentException("expected an array but was " + array.getClass());
        };
    }

    /**
     * Reads a dictionary.
     *
     * @param table what the model's patterns are made with
     * @throws CorruptFileException when the file is damaged, of another kind, or made for another configuration or table
     * @throws FileVersionException when it is of a version that is not known here
     */
    public static Dictionary read(Path file, SlotTable table) throws IOException {
        try (FileChannel channel = FileChannel.open(file); Arena arena = Arena.ofShared()) {
            MemorySegment all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            Body body = new Body(file, body(file, all), all.get(INT, MAGIC.length + 4));
            int[] config = body.ints();
            WordStore words = new WordStore(body.bytes(), body.ints(), body.longs(), body.ints());
            int[] trigrams = body.ints();
            int[] slots = body.ints();
            int[] left = body.ints();
            int[] right = body.ints();
            int[] levels = body.ints();
            int[] partUnits = body.ints();
            int[] partSlots = body.ints();
            int[] wordLeft = body.ints();
            int[] wordRight = body.ints();
            int[] firstOfCount = body.ints();
            int[] wordUnits = body.ints();
            int[] wordSlots = body.ints();
            int[] place = body.ints();
            int[] position = body.ints();
            byte[] excluded = body.bytes();
            int[] excludedStarts = body.ints();
            body.copy();
            checkConfig(file, config, table.config());
            WordParts parts = new WordParts(table.config().vocabPopulation(), config[config.length - 1], trigrams,
                    slots, left, right, levels, new Repeats(partUnits, partSlots), wordLeft, wordRight, firstOfCount,
                    new Repeats(wordUnits, wordSlots), place, position);
            checkRows(file, parts, table);
            List<String> leftOut = new ArrayList<>();
            for (int i = 1; i < excludedStarts.length; i++) {
                leftOut.add(Utf8.decode(excluded, excludedStarts[i - 1], excludedStarts[i]));
            }
            return Dictionary.of(new Block(0, words, parts), leftOut, table);
        }
    }

    private static MemorySegment body(Path file, MemorySegment all) throws IOException {
        if (all.byteSize() < HEADER
                || all.asSlice(0, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) >= 0) {
            throw new CorruptFileException(file, "expected a dictionary with patterns, which begins with \"TFPARTS\","
                    + " but was " + all.byteSize() + " bytes of something else");
        }
        int version = all.get(INT, MAGIC.length);
        if (version != VERSION) {
            throw new FileVersionException(file, version, VERSION, VERSION);
        }
        long length = all.get(LONG, MAGIC.length + 8);
        if (length != all.byteSize() - HEADER) {
            throw new CorruptFileException(file, "expected " + length + " bytes after the header but was "
                    + (all.byteSize() - HEADER));
        }
        return all.asSlice(HEADER);
    }

    private static void checkConfig(Path file, int[] config, TokenizerConfig wanted) throws CorruptFileException {
        int[] expected = config(wanted, config.length == 0 ? 0 : config[config.length - 1]);
        if (!Arrays.equals(config, expected)) {
            throw new CorruptFileException(file, "expected patterns for " + wanted + " but was a file made for "
                    + Arrays.toString(config) + "; make it anew for this model");
        }
    }

    /** The rows that a checkpoint stores and some of the others, so that no model scores by another's patterns. */
    private static void checkRows(Path file, WordParts parts, SlotTable table) throws CorruptFileException {
        int computed = 0;
        for (int row = 0; row < parts.rows(); row++) {
            int trigram = parts.trigrams[row];
            if (trigram >= Trigrams.COUNT || (!table.isStored(trigram) && computed++ >= CHECKED_ROWS)) {
                continue;
            }
            int[] slots = Arrays.copyOfRange(parts.slots, row * parts.m, (row + 1) * parts.m);
            if (!Arrays.equals(WordPartsBuilder.distinct(table.row(trigram), table.config().vocabSize()), slots)) {
                throw new CorruptFileException(file, "expected the model's slots of the trigram "
                        + Trigrams.hex(trigram) + " but was " + Arrays.toString(slots)
                        + "; make the file anew for this model");
            }
        }
    }

    /** The arrays one after another; what they hold comes with {@link #copy}. */
    private static final class Body {
        private final Path file;
        private final MemorySegment body;
        private final int checksum;
        private final List<Runnable> copies = new ArrayList<>();
        private long at;

        Body(Path file, MemorySegment body, int checksum) {
            this.file = file;
            this.body = body;
            this.checksum = checksum;
        }

        byte[] bytes() throws CorruptFileException {
            MemorySegment from = next(1);
            byte[] array = new byte[(int) from.byteSize()];
            copies.add(() -> MemorySegment.ofArray(array).copyFrom(from));
            return array;
        }

        int[] ints() throws CorruptFileException {
            MemorySegment from = next(Integer.BYTES);
            int[] array = new int[(int) (from.byteSize() / Integer.BYTES)];
            copies.add(() -> MemorySegment.copy(from, INT, 0, array, 0, array.length));
            return array;
        }

        long[] longs() throws CorruptFileException {
            MemorySegment from = next(Long.BYTES);
            long[] array = new long[(int) (from.byteSize() / Long.BYTES)];
            copies.add(() -> MemorySegment.copy(from, LONG, 0, array, 0, array.length));
            return array;
        }

        private MemorySegment next(int size) throws CorruptFileException {
            long bytes = body.byteSize() - at < Long.BYTES ? -1 : body.get(LONG, at);
            if (bytes < 0 || bytes % size != 0 || bytes / size > Integer.MAX_VALUE - 8
                    || bytes + padding(bytes) > body.byteSize() - at - Long.BYTES) {
                throw new CorruptFileException(file, "expected an array but was other data at byte " + (HEADER + at));
            }
            MemorySegment elements = body.asSlice(at + Long.BYTES, bytes);
            at += Long.BYTES + bytes + padding(bytes);
            return elements;
        }

        /** Copies all arrays out of the file, and beside that checks that they are sound. */
        void copy() throws CorruptFileException {
            CRC32C crc = new CRC32C();
            copies.addFirst(() -> {
                for (long from = 0; from < body.byteSize(); from += 1 << 30) {
                    crc.update(body.asSlice(from, Math.min(1 << 30, body.byteSize() - from)).asByteBuffer());
                }
            });
            ParallelPhases.run(List.of(new ParallelPhases.Phase(copies.size(), 1,
                    (from, _) -> copies.get(from).run())), 1);
            if ((int) crc.getValue() != checksum || at != body.byteSize()) {
                throw new CorruptFileException(file,
                        "expected the CRC-32C %08x but was %08x".formatted(checksum, (int) crc.getValue()));
            }
        }
    }
}
