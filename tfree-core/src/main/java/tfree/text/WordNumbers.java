package tfree.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Numbers distinct words in order of first sight, straight from the spans of a {@link WordScanner}: what the encoder
 * keeps patterns by and counting keeps counts by. The first numbers are those of {@link SpecialWords#ALWAYS_KNOWN}.
 *
 * <p>Open addressing with linear probing over entries of three longs. A word of up to sixteen bytes <em>is</em> its two
 * longs: one comparison of registers tells it from all others. Of a longer word the entry has the hash. All words' bytes
 * stand one after another in the order of their numbers.
 *
 * <p>One thread at a time. Words are never removed.
 */
public final class WordNumbers {
    private static final int ENTRY = 3; // first eight bytes, second eight bytes, length << 32 | number + 1
    private static final int INLINE = 16;
    private static final int FIRST_CAPACITY = 1 << 10;
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

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

    private long[] entries = new long[ENTRY * FIRST_CAPACITY];
    private int shift = Long.SIZE - Integer.numberOfTrailingZeros(FIRST_CAPACITY);
    private byte[] bytes = new byte[8 * FIRST_CAPACITY];
    private int[] starts = new int[FIRST_CAPACITY / 2 + 1]; // [size + 1] where each word's bytes begin
    private int size;

    public WordNumbers() {
        SpecialWords.ALWAYS_KNOWN.forEach(this::number);
    }

    /** How many distinct words there are. */
    public int size() {
        return size;
    }

    /** The length of all distinct words together. */
    public int totalBytes() {
        return starts[size];
    }

    /** The numbers of a block of words, new words included, to {@code numbers[at]} and on. */
    public void number(byte[] text, long[] spans, int count, int[] numbers, int at) {
        for (int i = 0; i < count; i++) {
            long span = spans[i];
            numbers[at + i] = WordScanner.isSpecial(span)
                    ? WordScanner.special(span)
                    : number(text, WordScanner.start(span), WordScanner.end(span));
        }
    }

    /** The number of one word of at least one byte, new or not. */
    public int number(String word) {
        byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
        return number(Arrays.copyOf(utf8, utf8.length + Utf8.SLACK), 0, utf8.length);
    }

    /** The word of that number. */
    public String word(int number) {
        return new String(bytes, start(number), end(number) - start(number), StandardCharsets.UTF_8);
    }

    /** The bytes of all words; the array is replaced when it grows, and what is in it never changes. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where in {@link #bytes} the word begins. */
    public int start(int number) {
        return starts[number];
    }

    /** Where in {@link #bytes} the word ends: the index after its last byte. */
    public int end(int number) {
        return starts[number + 1];
    }

    /** The word's number; {@link Utf8#SLACK} bytes beyond its end must be readable. */
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
                return add(at, hash, 0, text, start, end);
            }
            int number = (int) last - 1;
            if (entries[at] == hash && (int) (last >>> Integer.SIZE) == length
                    && Arrays.equals(bytes, starts[number], starts[number + 1], text, start, end)) {
                return number;
            }
            at = next(at);
        }
    }

    private int add(int at, long first, long second, byte[] text, int start, int end) {
        int length = end - start;
        int number = size++;
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, 2 * size);
        }
        starts[size] = Math.addExact(starts[number], length);
        if (starts[size] > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.max(starts[size], Math.min(2L * bytes.length, MAX_ARRAY)));
        }
        System.arraycopy(text, start, bytes, starts[number], length);
        entries[at] = first;
        entries[at + 1] = second;
        entries[at + 2] = (long) length << Integer.SIZE | (number + 1);
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
