package tfree.dictionary;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tfree.trigram.ActivationPattern;
import tfree.trigram.SlotTable;

/**
 * The words that decoding may produce, in order, each with its count and its activation pattern. A dictionary is data,
 * not weights: it is exchanged, cut and extended while a model runs. Immutable; threads may share it.
 *
 * <p>A word of n trigrams with n·m ≥ v would fill all slots, where the contrast of its slots to the others loses its
 * meaning: such words, and the empty one, are left out and named by {@link #excluded}.
 *
 * <pre>{@code
 * Dictionary dictionary = Dictionary.of(WordList.ranked(counts).specialWordsFirst(), table);
 * Dictionary extended = dictionary.plus(List.of("Quetzalcoatl")); // shares the patterns of the first
 * }</pre>
 */
public final class Dictionary {
    private final SlotTable table;
    private final Block base;
    private final @Nullable Block more;
    private final List<String> excluded;

    private Dictionary(SlotTable table, Block base, @Nullable Block more, Collection<String> excluded) {
        this.table = table;
        this.base = base;
        this.more = more;
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
        WordStore store = WordStore.of(words, Arrays.copyOf(counts, words.size()));
        return new Dictionary(table, Block.of(0, store, table), null, excluded);
    }

    static Dictionary of(Block words, List<String> excluded, SlotTable table) {
        return new Dictionary(table, words, null, excluded);
    }

    /** The number of words. */
    public int size() {
        return base.size() + (more == null ? 0 : more.size());
    }

    /** The word at a place from 0 on. */
    public String word(int i) {
        Block block = block(i);
        return block.words().word(i - block.first());
    }

    /** How often the word at that place was seen; 0 for added words. */
    public long count(int i) {
        Block block = block(i);
        return block.words().counts[i - block.first()];
    }

    /** The number of trigrams of the word at that place, 1 for a word hashed as a whole. */
    public int trigramCount(int i) {
        Block block = block(i);
        return block.parts().trigramCount(block.parts().position[i - block.first()]);
    }

    /** The pattern of the word at that place. */
    public ActivationPattern pattern(int i) {
        return table.pattern(word(i));
    }

    /** The word's place, or −1. */
    public int indexOf(String word) {
        byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
        int place = base.words().indexOf(utf8);
        if (place < 0 && more != null) {
            place = more.words().indexOf(utf8);
            return place < 0 ? -1 : more.first() + place;
        }
        return place;
    }

    /** Words that were left out since their trigrams fill all slots, or they have none: warn of them. */
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
        List<String> all = new ArrayList<>();
        for (int i = base.size(); i < size(); i++) {
            all.add(word(i));
        }
        all.addAll(added);
        WordStore store = WordStore.of(all, new long[all.size()]);
        return new Dictionary(table, base, Block.of(base.size(), store, table), leftOut);
    }

    /** The first n words, and of the later ones only the special words, which always stay. */
    public Dictionary top(int n) {
        return of(wordList().top(n), table);
    }

    List<Block> blocks() {
        return more == null ? List.of(base) : List.of(base, more);
    }

    /** Which of the blocks the word at that place is in. */
    int blockOf(int i) {
        return i < base.size() ? 0 : 1;
    }

    private Block block(int i) {
        return more == null || i < base.size() ? base : more;
    }

    private static boolean isDegenerate(String word, SlotTable table) {
        long v = table.config().vocabSize();
        long m = table.config().vocabPopulation();
        return word.isEmpty() || m >= v
                || (m * (3L * word.length()) >= v && m * table.pattern(word).trigramCount() >= v);
    }
}
