package tfree.trigram;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import tfree.text.SpecialWords;
import tfree.text.WordScanner;

/**
 * The distinct words seen so far, numbered in order of first sight, each with its pattern. The first numbers are those
 * of {@link SpecialWords#ALWAYS_KNOWN}.
 *
 * <p>Open addressing with linear probing over entries of three longs. A word of up to sixteen bytes <em>is</em> its two
 * longs: one comparison of registers tells it from all others. Of a longer word the entry has the hash and the place of
 * its bytes.
 */
final class WordTable {
    private static final int ENTRY = 3; // first eight bytes, second eight bytes, length << 32 | number + 1
    private static final int INLINE = 16;
    private static final int FIRST_CAPACITY = 1 << 10;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Which bytes of the two longs a word of so many bytes has. */
    private static final long[] FIRST_MASK = new long[INLINE + 1];
    private static final long[] SECOND_MASK = new long[INLINE + 1];

    static {
        for (int length = 1; length <= INLINE; length++) {
            FIRST_MASK[length] = -1L >>> Math.max(0, Long.SIZE - 8 * length);
            SECOND_MASK[length] = length <= 8 ? 0 : -1L >>> (2 * Long.SIZE - 8 * length);
        }
    }

    /** Drawn anew in each run, so that nobody can write a text whose words all collide. */
    private static final long MULTIPLIER = new SplittableRandom().nextLong() | 1;
    private static final long SECOND_MULTIPLIER = 0x9e3779b97f4a7c15L;

    private final SlotTable slotTable;
    private long[] entries = new long[ENTRY * FIRST_CAPACITY];
    private int shift = Long.SIZE - Integer.numberOfTrailingZeros(FIRST_CAPACITY);
    private String[] words = new String[FIRST_CAPACITY / 2];
    private ActivationPattern[] patterns = new ActivationPattern[FIRST_CAPACITY / 2];
    private byte[] longWords = new byte[0];
    private int longWordsEnd;
    private int size;

    WordTable(SlotTable slotTable) {
        this.slotTable = slotTable;
        for (String word : SpecialWords.ALWAYS_KNOWN) {
            byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
            number(Arrays.copyOf(utf8, utf8.length + INLINE), 0, utf8.length);
        }
    }

    /** How many distinct words there are. */
    int size() {
        return size;
    }

    /** By number; the array is replaced when it grows, and what is in it never changes. */
    String[] words() {
        return words;
    }

    /** By number, as {@link #words()}. */
    ActivationPattern[] patterns() {
        return patterns;
    }

    /** The numbers of a block of words, new words included, to {@code numbers[at]} and on. */
    void numbers(byte[] text, long[] spans, int count, int[] numbers, int at) {
        for (int i = 0; i < count; i++) {
            long span = spans[i];
            numbers[at + i] = WordScanner.isSpecial(span)
                    ? WordScanner.special(span)
                    : number(text, WordScanner.start(span), WordScanner.end(span));
        }
    }

    /** The word's number; sixteen bytes beyond its start must be readable. */
    private int number(byte[] text, int start, int end) {
        int length = end - start;
        if (length > INLINE) {
            return longNumber(text, start, end);
        }
        long first = (long) LONG.get(text, start) & FIRST_MASK[length];
        long second = (long) LONG.get(text, start + Long.BYTES) & SECOND_MASK[length];
        long[] entries = this.entries;
        int at = place(hash(first, second));
        while (true) {
            long last = entries[at + 2];
            if (entries[at] == first && entries[at + 1] == second && (int) (last >>> Integer.SIZE) == length) {
                return (int) last - 1;
            }
            if (last == 0) {
                return add(at, first, second, text, start, end);
            }
            at = next(at);
        }
    }

    private int longNumber(byte[] text, int start, int end) {
        int length = end - start;
        long hash = hash(text, start, end);
        int at = place(hash);
        while (true) {
            long last = entries[at + 2];
            if (last == 0) {
                int place = keep(text, start, end);
                return add(at, hash, place, text, start, end);
            }
            int place = (int) entries[at + 1];
            if (entries[at] == hash && (int) (last >>> Integer.SIZE) == length
                    && Arrays.equals(longWords, place, place + length, text, start, end)) {
                return (int) last - 1;
            }
            at = next(at);
        }
    }

    private int add(int at, long first, long second, byte[] text, int start, int end) {
        ActivationPattern pattern = slotTable.pattern(text, start, end);
        if (size == words.length) {
            words = Arrays.copyOf(words, 2 * size);
            patterns = Arrays.copyOf(patterns, 2 * size);
        }
        int number = size++;
        words[number] = new String(text, start, end - start, StandardCharsets.UTF_8);
        patterns[number] = pattern;
        entries[at] = first;
        entries[at + 1] = second;
        entries[at + 2] = (long) (end - start) << Integer.SIZE | (number + 1);
        if (2 * ENTRY * size > entries.length) {
            grow();
        }
        return number;
    }

    private void grow() {
        long[] old = entries;
        entries = new long[2 * old.length];
        shift--;
        for (int i = 0; i < old.length; i += ENTRY) {
            if (old[i + 2] != 0) {
                boolean inline = old[i + 2] >>> Integer.SIZE <= INLINE;
                int at = place(inline ? hash(old[i], old[i + 1]) : old[i]);
                while (entries[at + 2] != 0) {
                    at = next(at);
                }
                System.arraycopy(old, i, entries, at, ENTRY);
            }
        }
    }

    private int keep(byte[] text, int start, int end) {
        int place = longWordsEnd;
        longWordsEnd = Math.addExact(place, end - start);
        if (longWordsEnd > longWords.length) {
            longWords = Arrays.copyOf(longWords, Math.max(longWordsEnd, 2 * longWords.length));
        }
        System.arraycopy(text, start, longWords, place, end - start);
        return place;
    }

    private int place(long hash) {
        return ENTRY * (int) (hash >>> shift);
    }

    private int next(int at) {
        return at + ENTRY == entries.length ? 0 : at + ENTRY;
    }

    private static long hash(long first, long second) {
        return (first ^ second * SECOND_MULTIPLIER) * MULTIPLIER;
    }

    private static long hash(byte[] text, int start, int end) {
        long hash = (long) end - start;
        int p = start;
        for (; p + Long.BYTES <= end; p += Long.BYTES) {
            hash = Long.rotateLeft((hash ^ (long) LONG.get(text, p)) * MULTIPLIER, 29);
        }
        for (; p < end; p++) {
            hash = Long.rotateLeft((hash ^ text[p]) * MULTIPLIER, 29);
        }
        return hash * SECOND_MULTIPLIER;
    }
}
