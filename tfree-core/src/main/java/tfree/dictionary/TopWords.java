package tfree.dictionary;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import tfree.text.SpecialWords;

/**
 * The n most frequent of any number of distinct words, and the special words among them, in memory for those alone. In
 * whatever order the words come, the list is {@code WordList.ranked(all).specialWordsFirst().top(n)}.
 */
public final class TopWords {
    /** The word that has to leave first comes first. */
    private static final Comparator<Entry> WORST_FIRST = Comparator.comparingLong(Entry::count)
            .thenComparing(Entry::utf8, (a, b) -> Arrays.compareUnsigned(b, a));

    private final int n;
    private final PriorityQueue<Entry> best = new PriorityQueue<>(WORST_FIRST);
    private final List<Entry> special = new ArrayList<>();

    /** @throws IllegalArgumentException for a number below 0 */
    public TopWords(int n) {
        if (n < 0) {
            throw new IllegalArgumentException("expected to keep at least 0 words but was " + n);
        }
        this.n = n;
    }

    /** One more word, with all of its count: no word may come twice. */
    public void add(String word, long count) {
        add(word.getBytes(StandardCharsets.UTF_8), count);
    }

    /** The same from the word's UTF-8, which must not change any more. */
    public void add(byte[] utf8, long count) {
        Entry entry = new Entry(utf8, count);
        if (isSpecial(utf8)) {
            special.add(entry);
        } else if (best.size() < n) {
            best.add(entry);
        } else if (n > 0 && WORST_FIRST.compare(entry, best.element()) > 0) {
            best.remove();
            best.add(entry);
        }
    }

    /** The special words that every dictionary has, then the others by falling count, ties by their UTF-8 bytes. */
    public WordList list() {
        WordCounts kept = new WordCounts();
        special.forEach(entry -> entry.addTo(kept));
        best.forEach(entry -> entry.addTo(kept));
        return WordList.ranked(kept).specialWordsFirst().top(n);
    }

    private static boolean isSpecial(byte[] utf8) {
        return utf8.length > 2 && utf8[0] == '<' && utf8[1] == '|'
                && SpecialWords.isSpecial(new String(utf8, StandardCharsets.UTF_8));
    }

    private record Entry(byte[] utf8, long count) {
        void addTo(WordCounts counts) {
            counts.add(new String(utf8, StandardCharsets.UTF_8), count);
        }
    }
}
