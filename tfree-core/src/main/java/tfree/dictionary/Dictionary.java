package tfree.dictionary;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tfree.trigram.ActivationPattern;
import tfree.trigram.SlotTable;

/**
 * The words that decoding may produce, in order, each with its count and its activation pattern. A dictionary is data,
 * not weights: it is exchanged, cut and extended while a model runs. Immutable; threads may share it.
 *
 * <p>A word of n trigrams with n·m ≥ v would fill all slots, where the contrast of its slots to the others loses its
 * meaning: such words are left out and named by {@link #excluded}.
 *
 * <pre>{@code
 * Dictionary dictionary = Dictionary.of(WordList.ranked(counts).specialWordsFirst(), table);
 * Dictionary extended = dictionary.plus(List.of("Quetzalcoatl")); // shares the patterns of the first
 * }</pre>
 */
public final class Dictionary {
    private final SlotTable table;
    private final Map<String, Integer> basePlaces;
    private final Map<String, Integer> morePlaces;
    private final PatternBlock base;
    private final PatternBlock more;
    private final List<String> excluded;

    private Dictionary(SlotTable table, PatternBlock base, Map<String, Integer> basePlaces, PatternBlock more,
            Collection<String> excluded) {
        this.table = table;
        this.base = base;
        this.basePlaces = basePlaces;
        this.more = more;
        this.morePlaces = places(more, base.size());
        this.excluded = List.copyOf(excluded);
    }

    /** The words of a list, in its order. */
    public static Dictionary of(WordList list, SlotTable table) {
        List<String> excluded = new ArrayList<>();
        List<String> words = new ArrayList<>(list.size());
        long[] counts = new long[list.size()];
        for (int i = 0; i < list.size(); i++) {
            if (isDegenerate(list.word(i), table)) {
                excluded.add(list.word(i));
            } else {
                counts[words.size()] = list.count(i);
                words.add(list.word(i));
            }
        }
        PatternBlock base = new PatternBlock(words, counts, table);
        return new Dictionary(table, base, places(base, 0), new PatternBlock(List.of(), new long[0], table), excluded);
    }

    /** The number of words. */
    public int size() {
        return base.size() + more.size();
    }

    /** The word at a place from 0 on. */
    public String word(int i) {
        return i < base.size() ? base.words.get(i) : more.words.get(i - base.size());
    }

    /** How often the word at that place was seen; 0 for added words. */
    public long count(int i) {
        return i < base.size() ? base.counts[i] : more.counts[i - base.size()];
    }

    /** The number of trigrams of the word at that place, 1 for a word hashed as a whole. */
    public int trigramCount(int i) {
        return i < base.size() ? base.trigramCount(i) : more.trigramCount(i - base.size());
    }

    /** The pattern of the word at that place. */
    public ActivationPattern pattern(int i) {
        return table.pattern(word(i));
    }

    /** The word's place, or −1. */
    public int indexOf(String word) {
        Integer place = basePlaces.get(word);
        if (place == null) {
            place = morePlaces.get(word);
        }
        return place == null ? -1 : place;
    }

    /** Words that were left out because their trigrams fill all slots: warn of them. */
    public List<String> excluded() {
        return excluded;
    }

    /** What the patterns are made with. */
    public SlotTable table() {
        return table;
    }

    /** The words and counts without their patterns. */
    public WordList wordList() {
        WordCounts all = new WordCounts();
        for (int i = 0; i < size(); i++) {
            all.add(word(i), count(i));
        }
        return WordList.inOrder(all);
    }

    /** This dictionary and, at its end with count 0, those of the words that it lacks. Costs as much as the new words. */
    public Dictionary plus(Collection<String> words) {
        Set<String> added = new LinkedHashSet<>();
        Set<String> leftOut = new LinkedHashSet<>(excluded);
        for (String word : words) {
            if (indexOf(word) >= 0 || leftOut.contains(word)) {
                continue;
            }
            if (isDegenerate(word, table)) {
                leftOut.add(word);
            } else {
                added.add(word);
            }
        }
        if (added.isEmpty() && leftOut.size() == excluded.size()) {
            return this;
        }
        List<String> all = new ArrayList<>(more.words);
        all.addAll(added);
        return new Dictionary(table, base, basePlaces, new PatternBlock(all, new long[all.size()], table), leftOut);
    }

    /** The first n words, and of the later ones only the special words, which always stay. */
    public Dictionary top(int n) {
        return of(wordList().top(n), table);
    }

    List<PatternBlock> blocks() {
        return more.size() == 0 ? List.of(base) : List.of(base, more);
    }

    private static boolean isDegenerate(String word, SlotTable table) {
        long v = table.config().vocabSize();
        long m = table.config().vocabPopulation();
        return m >= v || (m * (3L * word.length()) >= v && m * table.pattern(word).trigramCount() >= v);
    }

    private static Map<String, Integer> places(PatternBlock block, int first) {
        Map<String, Integer> places = HashMap.newHashMap(block.size());
        for (int i = 0; i < block.size(); i++) {
            places.put(block.words.get(i), first + i);
        }
        return places;
    }
}
