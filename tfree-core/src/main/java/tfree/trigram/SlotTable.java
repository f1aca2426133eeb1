package tfree.trigram;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntFunction;
import tfree.text.PythonText;

/**
 * Trigram → its row of m slots, and word → its {@link ActivationPattern}.
 *
 * <p>The full table has 2²⁴ rows; natural text uses a few ten thousand of them. A row is a pure function of the
 * trigram and the configuration, so rows are computed when first asked for and kept, about 100 bytes each at m = 10.
 *
 * <p>A row of a trigram of ASCII letters and spaces ends in the last k slots of its lower-cased trigram's row (so
 * {@code The} and {@code the} share slots), is then no longer sorted and may hold a slot twice. A word that contains
 * {@code <|}, and every word under {@link TokenizerConfig#entireWords}, is hashed as a whole.
 *
 * <p><b>Threads</b> may share a table. Readers take no lock: a row's slots are written before its key is released, and
 * a table that outgrows its arrays is replaced by a copy through a volatile field. A reader that misses, also because
 * it still sees the older arrays, computes under the lock after looking once more.
 *
 * <pre>{@code
 * SlotTable table = new SlotTable(TokenizerConfig.of(32_000, 10, 2));
 * ActivationPattern hello = table.pattern("Hello"); // trigrams " He", "Hel", "ell", "llo", "lo "
 * }</pre>
 */
public final class SlotTable {
    private static final VarHandle KEY = MethodHandles.arrayElementVarHandle(int[].class);
    private static final int FIRST_CAPACITY = 1 << 11;

    private final TokenizerConfig config;
    private final int storedRows;
    private final IntFunction<int[]> stored;
    private final SlotHash hash; // guarded by this
    private volatile Rows rows;

    /** A table whose rows are all computed. */
    public SlotTable(TokenizerConfig config) {
        this(config, 0, id -> {
            throw new IllegalStateException("there is no stored row " + id);
        });
    }

    /**
     * A table whose first rows are given, as a checkpoint stores them; the others are computed.
     *
     * @param storedRows how many rows are given, from trigram 0 on
     * @param stored     the m slots of a trigram below {@code storedRows}; asked once for each trigram that is used
     */
    public SlotTable(TokenizerConfig config, int storedRows, IntFunction<int[]> stored) {
        if (storedRows < 0 || storedRows > Trigrams.COUNT) {
            throw new IllegalArgumentException(
                    "expected from 0 to " + Trigrams.COUNT + " stored rows but was " + storedRows);
        }
        this.config = config;
        this.storedRows = storedRows;
        this.stored = stored;
        this.hash = new SlotHash(config.vocabSize());
        this.rows = new Rows(FIRST_CAPACITY, config.vocabPopulation());
    }

    /** What the rows are computed from. */
    public TokenizerConfig config() {
        return config;
    }

    /** How many rows have been asked for so far. */
    public int size() {
        return rows.size;
    }

    /** Whether the trigram's row is given and not computed. */
    public boolean isStored(int trigram) {
        return trigram < storedRows;
    }

    /** The m slots of a trigram in stored order; the array is the caller's. */
    public int[] row(int trigram) {
        if (trigram < 0 || trigram >= Trigrams.COUNT) {
            throw new IllegalArgumentException(
                    "expected a trigram from 0 to " + (Trigrams.COUNT - 1) + " but was " + trigram);
        }
        int[] row = new int[config.vocabPopulation()];
        copyRow(trigram, row, 0);
        return row;
    }

    /**
     * The pattern of a word.
     *
     * @throws IllegalArgumentException for the empty word
     */
    public ActivationPattern pattern(String word) {
        byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
        return pattern(utf8, 0, utf8.length);
    }

    /**
     * The pattern of the word {@code utf8[from..to)}.
     *
     * @throws IllegalArgumentException for the empty word
     */
    public ActivationPattern pattern(byte[] utf8, int from, int to) {
        if (from >= to) {
            throw new IllegalArgumentException("expected a word of at least one byte but was the empty word");
        }
        if (isHashedWhole(utf8, from, to)) {
            return ActivationPattern.ofWholeWord(wholeWord(Arrays.copyOfRange(utf8, from, to)));
        }
        int m = config.vocabPopulation();
        int[] trigrams = Trigrams.of(utf8, from, to);
        int[] slots = new int[trigrams.length * m];
        for (int i = 0; i < trigrams.length; i++) {
            copyRow(trigrams[i], slots, i * m);
        }
        return ActivationPattern.ofTrigrams(trigrams, slots);
    }

    /** Whether the word {@code utf8[from..to)} is hashed as a whole; {@code <|} marks a special word wherever it stands. */
    public boolean isHashedWhole(byte[] utf8, int from, int to) {
        if (config.entireWords()) {
            return true;
        }
        for (int i = from + 1; i < to; i++) {
            if (utf8[i] == '|' && utf8[i - 1] == '<') {
                return true;
            }
        }
        return false;
    }

    private synchronized int[] wholeWord(byte[] word) {
        String lowered = PythonText.lower(new String(word, StandardCharsets.UTF_8));
        return hash.word(word, lowered.getBytes(StandardCharsets.UTF_8), config.vocabPopulation(),
                config.lowercaseOverlap());
    }

    private void copyRow(int trigram, int[] out, int at) {
        Rows known = rows;
        int number = known.find(trigram);
        if (number < 0) {
            known = withRow(trigram);
            number = known.find(trigram);
        }
        System.arraycopy(known.slots, number * known.m, out, at, known.m);
    }

    private synchronized Rows withRow(int trigram) {
        if (rows.find(trigram) < 0) {
            int[] row = newRow(trigram);
            if (rows.isFull()) {
                rows = rows.grown();
            }
            rows.add(trigram, row);
        }
        return rows;
    }

    private int[] newRow(int trigram) {
        int m = config.vocabPopulation();
        if (trigram < storedRows) {
            int[] row = stored.apply(trigram);
            checkStored(trigram, row);
            return row;
        }
        int[] row = new int[m];
        hash.trigram(trigram, m, row, 0);
        int k = config.lowercaseOverlap();
        int lowered = Trigrams.lowerCased(trigram);
        if (k > 0 && lowered != trigram) {
            System.arraycopy(row(lowered), m - k, row, m - k, k);
        }
        return row;
    }

    private void checkStored(int trigram, int[] row) {
        if (row.length != config.vocabPopulation()) {
            throw new IllegalArgumentException("expected " + config.vocabPopulation() + " slots in the stored row "
                    + trigram + " but was " + row.length);
        }
        for (int slot : row) {
            if (slot < 0 || slot >= config.vocabSize()) {
                throw new IllegalArgumentException("expected slots from 0 to " + (config.vocabSize() - 1)
                        + " in the stored row " + trigram + " but was " + slot);
            }
        }
    }

    /** Open addressing from trigram to row number, rows dense in order of first use. */
    private static final class Rows {
        final int m;
        final int[] keys; // trigram + 1, 0 where empty; at most half full
        final int[] numbers;
        final int[] slots; // [rows, m]
        volatile int size;

        Rows(int capacity, int m) {
            this.m = m;
            this.keys = new int[2 * capacity];
            this.numbers = new int[2 * capacity];
            this.slots = new int[Math.multiplyExact(capacity, m)];
        }

        /** The row number, or −1 where this table has none. */
        int find(int trigram) {
            int at = place(trigram);
            for (int key; (key = (int) KEY.getAcquire(keys, at)) != 0; at = (at + 1) & (keys.length - 1)) {
                if (key == trigram + 1) {
                    return numbers[at];
                }
            }
            return -1;
        }

        boolean isFull() {
            return size == keys.length / 2;
        }

        /** Only under the table's lock, for a trigram that is not in. */
        void add(int trigram, int[] row) {
            int number = size;
            System.arraycopy(row, 0, slots, number * m, m);
            int at = place(trigram);
            while (keys[at] != 0) {
                at = (at + 1) & (keys.length - 1);
            }
            numbers[at] = number;
            KEY.setRelease(keys, at, trigram + 1);
            size = number + 1;
        }

        Rows grown() {
            Rows copy = new Rows(keys.length, m);
            System.arraycopy(slots, 0, copy.slots, 0, size * m);
            for (int i = 0; i < keys.length; i++) {
                if (keys[i] != 0) {
                    int at = copy.place(keys[i] - 1);
                    while (copy.keys[at] != 0) {
                        at = (at + 1) & (copy.keys.length - 1);
                    }
                    copy.keys[at] = keys[i];
                    copy.numbers[at] = numbers[i];
                }
            }
            copy.size = size;
            return copy;
        }

        private int place(int trigram) {
            return (trigram * 0x9E3779B1) >>> Integer.numberOfLeadingZeros(keys.length - 1);
        }
    }
}
