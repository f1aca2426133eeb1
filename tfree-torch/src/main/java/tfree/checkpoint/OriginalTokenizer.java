package tfree.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import tfree.dictionary.WordList;
import tfree.file.CorruptFileException;
import tfree.trigram.ActivationPattern;
import tfree.trigram.SlotTable;
import tfree.trigram.TokenizerConfig;
import tfree.trigram.Trigrams;

/**
 * Writes the original's {@code tokenizer.pt}: the slot table, and a dictionary with the slots of its words.
 *
 * <pre>
 * trigram_to_vocab                       int64 [2²⁴, m]
 * words_to_weights_word_indices          int64 [n]: the numbers of words, one for each slot of an inner trigram …
 * words_to_weights_token_indices         int64 [n]: … and that slot
 * words_to_weights_…_indices_edges       int64 [e]: the same of edge trigrams
 * word_trigram_counts, word_counts       int64 [words]
 * words                                  list of str
 * word_counter_full                      dict str → int
 * </pre>
 */
final class OriginalTokenizer {
    private static final ValueLayout.OfLong UNALIGNED = ValueLayout.JAVA_LONG_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final String SLOT_TABLE = "trigram_to_vocab";
    private static final int MOST_COMPARED = 1 << 12;
    private static final int ROWS_AT_ONCE = 1 << 14;

    private final TokenizerConfig config;
    private final Arena arena;

    private OriginalTokenizer(TokenizerConfig config, Arena arena) {
        this.config = config;
        this.arena = arena;
    }

    /**
     * Writes a file.
     *
     * @param tableRows how many rows of the slot table, from trigram 0 on; all 2²⁴ take 128 MB times m, none are computed
     *                  by whoever reads them
     */
    static void write(Path file, TokenizerConfig config, WordList words, int tableRows) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            TorchFile.write(file, new OriginalTokenizer(config, arena).content(words, tableRows));
        }
    }

    private Map<String, @Nullable Object> content(WordList words, int tableRows) {
        Map<String, @Nullable Object> content = new LinkedHashMap<>();
        if (tableRows > 0) {
            content.put(SLOT_TABLE, table(tableRows));
        }
        SlotTable slots = new SlotTable(config);
        ActivationPattern[] patterns = words.words().stream().map(slots::pattern).toArray(ActivationPattern[]::new);
        putSlots(content, "", patterns, ActivationPattern::inner);
        putSlots(content, "_edges", patterns, ActivationPattern::edge);
        content.put("word_trigram_counts",
                vector(Arrays.stream(patterns).mapToLong(ActivationPattern::trigramCount)));
        content.put("word_counts", vector(IntStream.range(0, words.size()).mapToLong(words::count)));
        content.put("words", words.words());
        Map<String, Long> counter = new LinkedHashMap<>();
        IntStream.range(0, words.size()).forEach(i -> counter.put(words.word(i), words.count(i)));
        content.put("word_counter_full", counter);
        return content;
    }

    private void putSlots(Map<String, @Nullable Object> content, String suffix, ActivationPattern[] patterns,
            Function<ActivationPattern, int[]> slots) {
        content.put("words_to_weights_word_indices" + suffix, vector(IntStream.range(0, patterns.length)
                .flatMap(i -> IntStream.generate(() -> i).limit(slots.apply(patterns[i]).length)).asLongStream()));
        content.put("words_to_weights_token_indices" + suffix,
                vector(Arrays.stream(patterns).flatMapToInt(pattern -> Arrays.stream(slots.apply(pattern)))
                        .asLongStream()));
    }

    private StoredTensor vector(LongStream values) {
        long[] array = values.toArray();
        MemorySegment memory = arena.allocate(LONG, array.length);
        MemorySegment.copy(array, 0, memory, LONG, 0, array.length);
        return tensor(memory, List.of((long) array.length));
    }

    /** Rows by the block, on all cores, each block of a table of its own: one that held all would not fit. */
    private StoredTensor table(int rows) {
        int m = config.vocabPopulation();
        MemorySegment memory = arena.allocate(LONG, (long) rows * m);
        IntStream.range(0, Math.ceilDiv(rows, ROWS_AT_ONCE)).parallel().forEach(block -> {
            SlotTable table = new SlotTable(config);
            int end = Math.min(rows, (block + 1) * ROWS_AT_ONCE);
            for (int row = block * ROWS_AT_ONCE; row < end; row++) {
                int[] slots = table.row(row);
                for (int k = 0; k < m; k++) {
                    memory.setAtIndex(LONG, (long) row * m + k, slots[k]);
                }
            }
        });
        return tensor(memory, List.of((long) rows, (long) m));
    }

    /**
     * Compares rows of a stored slot table, taken evenly, with those that are computed from the configuration.
     *
     * @throws CorruptFileException if it is no such table
     */
    static CheckpointContents.StoredRows compare(Path file, StoredTensor table, TokenizerConfig config)
            throws CorruptFileException {
        int m = config.vocabPopulation();
        if (table.type() != ElementType.I64 || table.sizes().size() != 2 || table.sizes().get(0) > Trigrams.COUNT
                || table.sizes().get(1) != m || !table.isContiguous()) {
            throw new CorruptFileException(file,
                    SLOT_TABLE + ": expected int64 of at most " + Trigrams.COUNT + " rows of "
                            + m + " slots but was " + table.type() + " of " + table.sizes());
        }
        int rows = Math.toIntExact(table.sizes().get(0));
        int compared = Math.min(rows, MOST_COMPARED);
        SlotTable computed = new SlotTable(config);
        MemorySegment stored = table.bytes();
        int equal = 0;
        for (int i = 0; i < compared; i++) {
            int row = (int) ((long) i * rows / compared);
            long[] slots = stored.asSlice((long) row * m * Long.BYTES, (long) m * Long.BYTES).toArray(UNALIGNED);
            equal += Arrays.equals(slots, Arrays.stream(computed.row(row)).asLongStream().toArray()) ? 1 : 0;
        }
        return new CheckpointContents.StoredRows(rows, compared, equal);
    }

    private static StoredTensor tensor(MemorySegment memory, List<Long> sizes) {
        List<Long> strides = sizes.size() == 1 ? List.of(1L) : List.of(sizes.get(1), 1L);
        return new StoredTensor(ElementType.I64, memory, 0, sizes, strides, false);
    }
}
