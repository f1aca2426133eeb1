package tfree.dictionary;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import tfree.text.SpecialWords;
import tfree.text.Utf8;

/**
 * Distinct words in an order, with counts: a {@link Dictionary} before its patterns, and what its files hold.
 *
 * <pre>{@code
 * WordList words = WordList.ranked(counts).specialWordsFirst().top(20_000);
 * }</pre>
 */
public final class WordList {
    /** The length that joined dictionaries are cut to. */
    public static final int JOINED_LIMIT = 1_000_000;

    private static final List<String> CHAT = List.of(SpecialWords.BEGIN_OF_TEXT, SpecialWords.START_HEADER,
            SpecialWords.END_HEADER, SpecialWords.END_OF_TURN);
    private static final List<String> WITHOUT_CHAT = SpecialWords.ALWAYS_KNOWN.stream()
            .filter(word -> !CHAT.contains(word)).toList();

    private final List<String> words;
    private final long[] counts;

    private WordList(List<String> words, long[] counts) {
        this.words = words;
        this.counts = counts;
    }

    /** The words in the order in which they were first seen; this keeps the order of a stored list. */
    public static WordList inOrder(WordCounts counts) {
        List<String> words = new ArrayList<>(counts.size());
        long[] numbers = new long[counts.size()];
        counts.forEach((word, count) -> {
            numbers[words.size()] = count;
            words.add(word);
        });
        return new WordList(words, numbers);
    }

    /**
     * The words by falling count, ties by their UTF-8 bytes: the order of dictionaries that are built here, which does
     * not depend on how the words were counted.
     */
    public static WordList ranked(WordCounts counts) {
        WordList list = inOrder(counts);
        return list.sorted(list.fallingCount().thenComparing(list::word, Utf8::compare));
    }

    /** The words by falling count, ties in the order in which they were first seen: Python's {@code most_common()}. */
    public static WordList mostCommon(WordCounts counts) {
        WordList list = inOrder(counts);
        return list.sorted(list.fallingCount());
    }

    /** The number of words. */
    public int size() {
        return words.size();
    }

    /** The word at a place from 0 on. */
    public String word(int i) {
        return words.get(i);
    }

    /** How often the word at that place was seen. */
    public long count(int i) {
        return counts[i];
    }

    /** All words in order; unmodifiable. */
    public List<String> words() {
        return Collections.unmodifiableList(words);
    }

    /** The same words and counts with {@link SpecialWords#ALWAYS_KNOWN} at the front, as dictionaries built here are. */
    public WordList specialWordsFirst() {
        WordCounts reordered = new WordCounts();
        SpecialWords.ALWAYS_KNOWN.forEach(special -> reordered.add(special, 0));
        for (int i = 0; i < size(); i++) {
            reordered.add(word(i), count(i));
        }
        return inOrder(reordered);
    }

    /**
     * The same list, and at its end with count 0 what it lacks of {@link SpecialWords#ALWAYS_KNOWN}, the markers of a
     * chat aside: what the original adds to a dictionary that it loads. For chat models give {@link #added} these too.
     */
    public WordList specialWordsAdded() {
        return added(WITHOUT_CHAT);
    }

    /** The same list, and at its end with count 0 those of the words that it lacks. */
    public WordList added(List<String> more) {
        WordCounts longer = toCounts();
        more.forEach(word -> longer.add(word, 0));
        return inOrder(longer);
    }

    /** The first n words, and of the later ones only the special words, which always stay. */
    public WordList top(int n) {
        if (n < 0) {
            throw new IllegalArgumentException("expected to keep at least 0 words but was " + n);
        }
        return pick(IntStream.range(0, size()).filter(i -> i < n || SpecialWords.isSpecial(word(i))).toArray());
    }

    /**
     * This list's first word, the other's first, this one's second, and so on without repeats; counts are summed. Of
     * the words beyond the limit only the special ones stay.
     */
    public WordList takingTurns(WordList other, int limit) {
        WordCounts joined = new WordCounts(); // sums a word's counts, and leaves it where it was first seen
        for (int i = 0; i < Math.max(size(), other.size()); i++) {
            if (i < size()) {
                joined.add(word(i), count(i));
            }
            if (i < other.size()) {
                joined.add(other.word(i), other.count(i));
            }
        }
        return inOrder(joined).top(limit);
    }

    private WordCounts toCounts() {
        WordCounts all = new WordCounts();
        for (int i = 0; i < size(); i++) {
            all.add(word(i), count(i));
        }
        return all;
    }

    private Comparator<Integer> fallingCount() {
        return Comparator.comparingLong((Integer i) -> counts[i]).reversed();
    }

    private WordList sorted(Comparator<Integer> order) {
        return pick(IntStream.range(0, size()).boxed().sorted(order).mapToInt(Integer::intValue).toArray());
    }

    private WordList pick(int[] places) {
        List<String> picked = IntStream.of(places).mapToObj(this::word).toList();
        return new WordList(picked, IntStream.of(places).mapToLong(this::count).toArray());
    }
}
