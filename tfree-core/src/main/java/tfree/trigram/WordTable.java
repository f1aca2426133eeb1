package tfree.trigram;

import java.util.Arrays;
import tfree.text.WordNumbers;

/** The distinct words seen so far, numbered as {@link WordNumbers} does, each with its string and its pattern. */
final class WordTable {
    private static final int FIRST_CAPACITY = 1 << 9;

    private final SlotTable slotTable;
    private final WordNumbers numbers = new WordNumbers();
    private String[] words = new String[FIRST_CAPACITY];
    private ActivationPattern[] patterns = new ActivationPattern[FIRST_CAPACITY];
    private int size;

    WordTable(SlotTable slotTable) {
        this.slotTable = slotTable;
        addNewWords();
    }

    /** How many distinct words there are. */
    int size() {
        return size;
    }

    /** The length of all distinct words together. */
    int totalBytes() {
        return numbers.totalBytes();
    }

    /** By number; the array is replaced when it grows, and what is in it never changes. */
    String[] words() {
        return words;
    }

    /** By number, as {@link #words()}. */
    ActivationPattern[] patterns() {
        return patterns;
    }

    /** The numbers of a block of words, new words included, to {@code out[at]} and on. */
    void numbers(byte[] text, long[] spans, int count, int[] out, int at) {
        numbers.number(text, spans, count, out, at);
        if (numbers.size() > size) {
            addNewWords();
        }
    }

    private void addNewWords() {
        int newSize = numbers.size();
        if (newSize > words.length) {
            int capacity = Math.max(newSize, 2 * words.length);
            words = Arrays.copyOf(words, capacity);
            patterns = Arrays.copyOf(patterns, capacity);
        }
        for (; size < newSize; size++) {
            words[size] = numbers.word(size);
            patterns[size] = slotTable.pattern(numbers.bytes(), numbers.start(size), numbers.end(size));
        }
    }
}
