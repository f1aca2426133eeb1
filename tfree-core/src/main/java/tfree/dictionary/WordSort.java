package tfree.dictionary;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import tfree.text.WordNumbers;

/**
 * Sorts words by their UTF-8 bytes: four bytes and the word's number make one long, and longs sort fast. Words that four
 * bytes do not tell apart are sorted by the next four, few of them and those with long common beginnings by comparison.
 */
final class WordSort {
    private static final int FEW = 12;
    private static final int LONG_BEGINNING = 64;

    private final WordNumbers words;
    private final byte[] bytes;
    private final Comparator<Long> byBytes;
    private final long[] keys; // four bytes << 32 | number

    private WordSort(WordNumbers words, long[] numbers) {
        this.words = words;
        this.bytes = words.bytes();
        this.byBytes = (a, b) -> Arrays.compareUnsigned(bytes, words.start(a.intValue()), words.end(a.intValue()),
                bytes, words.start(b.intValue()), words.end(b.intValue()));
        this.keys = numbers;
    }

    /** The numbers of the wanted words in the order of their bytes. */
    static int[] sorted(WordNumbers words, IntPredicate wanted) {
        WordSort sort = new WordSort(words, IntStream.range(0, words.size()).filter(wanted).asLongStream().toArray());
        sort.sort(0, sort.keys.length, 0);
        return Arrays.stream(sort.keys).mapToInt(key -> (int) key).toArray();
    }

    /** Sorts a range of words whose first {@code known} bytes are the same. */
    private void sort(int from, int to, int known) {
        for (int i = from; i < to; i++) {
            int number = (int) keys[i];
            keys[i] = (long) nextFour(number, known) << Integer.SIZE | number;
        }
        Arrays.sort(keys, from, to);
        for (int start = from; start < to;) {
            int end = start + 1;
            while (end < to && keys[end] >> Integer.SIZE == keys[start] >> Integer.SIZE) {
                end++;
            }
            if (end - start > FEW && known < LONG_BEGINNING) {
                sort(start, end, known + Integer.BYTES);
            } else if (end - start > 1) {
                compareAll(start, end);
            }
            start = end;
        }
    }

    private void compareAll(int from, int to) {
        Long[] some = Arrays.stream(keys, from, to).boxed().sorted(byBytes).toArray(Long[]::new);
        for (int i = from; i < to; i++) {
            keys[i] = some[i - from];
        }
    }

    /** The word's bytes from a place on, zeros beyond its end, as a number that is ordered as they are. */
    private int nextFour(int number, int known) {
        int next = 0;
        int end = words.end(number);
        for (int i = words.start(number) + known, n = 0; n < Integer.BYTES; i++, n++) {
            next = next << Byte.SIZE | (i < end ? bytes[i] & 0xff : 0);
        }
        return next ^ Integer.MIN_VALUE;
    }
}
