package tfree.dictionary;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ObjLongConsumer;

/**
 * How often each word was seen. Counts of parts of a corpus merge into counts of the whole; words keep the order in
 * which they were first seen. All of them are in memory as strings; {@link WordCounter} counts a corpus of any size. Not
 * thread-safe.
 */
public final class WordCounts {
    private final Map<String, long[]> counts = new LinkedHashMap<>();
    private long total;

    /** One more of this word. */
    public void add(String word) {
        add(word, 1);
    }

    /**
     * So many more of this word; 0 makes the word known without having been seen.
     *
     * @throws IllegalArgumentException for a count below 0
     */
    public void add(String word, long count) {
        if (count < 0) {
            throw new IllegalArgumentException("expected a count of at least 0 for \"" + word + "\" but was " + count);
        }
        counts.computeIfAbsent(word, key -> new long[1])[0] += count;
        total += count;
    }

    /** Adds the other's counts; its new words follow in its order. */
    public void merge(WordCounts other) {
        other.forEach(this::add);
    }

    /** How often the word was seen; 0 for a word that was not. */
    public long count(String word) {
        long[] count = counts.get(word);
        return count == null ? 0 : count[0];
    }

    /** The number of distinct words. */
    public int size() {
        return counts.size();
    }

    /** The number of words seen, repeats included. */
    public long total() {
        return total;
    }

    /** Every word with its count, in order of first sight. */
    public void forEach(ObjLongConsumer<String> consumer) {
        counts.forEach((word, count) -> consumer.accept(word, count[0]));
    }
}
