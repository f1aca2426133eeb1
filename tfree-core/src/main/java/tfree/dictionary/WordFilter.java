package tfree.dictionary;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which words may be said: a list of them, all but a list, those that a regular expression matches as a whole, those with
 * a prefix; or several of these at once. A dictionary decoder chooses whole words, so nothing outside can ever come up,
 * not even in pieces.
 *
 * <p>{@link #on} makes the filter a bit for each word of a dictionary; the dictionary itself is neither copied nor changed.
 * A filter keeps the bits of the last dictionary, so that of one extended for a request only the new words are looked at.
 * Threads may share it.
 *
 * <pre>{@code
 * WordFilter colours = WordFilter.allowing(List.of("red", "green", "blue"));
 * scorer.score(logits).top(1, colours.on(dictionary)); // one of the three, and the exact best of them
 * }</pre>
 */
public final class WordFilter {
    /** Lets every word pass. */
    public static final WordFilter ALL = denying(List.of());

    private final Rule rule;
    private final List<String> listed;
    private volatile @Nullable Compiled last;

    /** Decides the words of a block. */
    private interface Rule {
        BitSet allowed(WordStore words);
    }

    /** A filter's bits for one run of words. */
    private record Compiled(WordStore words, BitSet allowed) {}

    private WordFilter(Rule rule, Collection<String> listed) {
        this.rule = rule;
        this.listed = List.copyOf(listed);
    }

    /** Only these words; those that a dictionary lacks have to be added to it first ({@link #listed}). */
    public static WordFilter allowing(Collection<String> words) {
        List<byte[]> utf8 = utf8(words);
        return new WordFilter(store -> places(utf8, store), words);
    }

    /** All but these words. */
    public static WordFilter denying(Collection<String> words) {
        List<byte[]> utf8 = utf8(words);
        return new WordFilter(store -> {
            BitSet allowed = places(utf8, store);
            allowed.flip(0, store.size());
            return allowed;
        }, List.of());
    }

    /** Only words that the expression matches from their beginning to their end. */
    public static WordFilter matching(Pattern expression) {
        return new WordFilter(store -> every(store, i -> expression.matcher(store.word(i)).matches()), List.of());
    }

    /** Only words that begin so. */
    public static WordFilter startingWith(String prefix) {
        byte[] utf8 = prefix.getBytes(StandardCharsets.UTF_8);
        return new WordFilter(store -> every(store, i -> {
            int from = store.starts[i];
            return store.starts[i + 1] - from >= utf8.length
                    && Arrays.equals(store.utf8, from, from + utf8.length, utf8, 0, utf8.length);
        }), List.of());
    }

    /** Only words that both let pass. */
    public WordFilter and(WordFilter other) {
        Set<String> both = new LinkedHashSet<>(listed);
        both.addAll(other.listed);
        return new WordFilter(store -> {
            BitSet allowed = (BitSet) bits(store).clone();
            allowed.and(other.bits(store));
            return allowed;
        }, both);
    }

    /** The words that are allowed by name. */
    public List<String> listed() {
        return listed;
    }

    /** The filter for the words of this dictionary. */
    public Allowed on(Dictionary dictionary) {
        BitSet allowed = new BitSet();
        List<Block> blocks = dictionary.blocks();
        BitSet first = bits(blocks.getFirst().words());
        if (blocks.size() == 1) {
            return new Allowed(first);
        }
        allowed.or(first);
        rule.allowed(blocks.getLast().words()).stream().forEach(i -> allowed.set(blocks.getLast().first() + i));
        return new Allowed(allowed);
    }

    /** The places of a dictionary's words that a filter lets pass. */
    public static final class Allowed implements IntPredicate {
        private final BitSet places;

        private Allowed(BitSet places) {
            this.places = places;
        }

        @Override
        public boolean test(int place) {
            return places.get(place);
        }

        /** How many there are. */
        public int count() {
            return places.cardinality();
        }

        /** All of them, ascending. */
        public IntStream places() {
            return places.stream();
        }
    }

    private BitSet bits(WordStore words) {
        Compiled known = last;
        if (known == null || known.words != words) {
            known = new Compiled(words, rule.allowed(words));
            last = known;
        }
        return known.allowed;
    }

    private static BitSet places(List<byte[]> words, WordStore store) {
        BitSet places = new BitSet(store.size());
        words.stream().mapToInt(store::indexOf).filter(place -> place >= 0).forEach(places::set);
        return places;
    }

    /** Asks for each word, on all cores. */
    private static BitSet every(WordStore store, IntPredicate allowed) {
        BitSet places = new BitSet(store.size());
        int[] found = IntStream.range(0, store.size()).parallel().filter(allowed).toArray();
        for (int place : found) {
            places.set(place);
        }
        return places;
    }

    private static List<byte[]> utf8(Collection<String> words) {
        return words.stream().map(word -> word.getBytes(StandardCharsets.UTF_8)).toList();
    }
}
