package tfree.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/**
 * A finite choice: an answer is one of some texts. Their words are a tree, on whose branches the answer goes on; this is
 * the place it has come to, with what may follow. {@code New York}, {@code New Jersey} and {@code Paris}:
 *
 * <pre>
 * ─┬ New ─┬ York
 *  │      └ Jersey
 *  └ Paris
 * </pre>
 *
 * <p>Where one text ends and another goes on ({@code New}, {@code New York}), the word that ends a text decides: if it is
 * chosen, the answer ends, and the word itself is not said.
 */
final class ChoiceTree {
    private final Map<Integer, ChoiceTree> next = new TreeMap<>(); // by place of the word
    private boolean ends;

    private ChoiceTree() {}

    /**
     * The choice among some texts, at its beginning. Texts with a word that may not be said are left out.
     *
     * @param lexicon with all their words
     * @throws IllegalArgumentException if none is left
     */
    static ChoiceTree of(List<List<String>> texts, Lexicon lexicon, IntPredicate allowed) {
        ChoiceTree root = new ChoiceTree();
        for (List<String> words : texts) {
            List<Integer> places = words.stream().map(lexicon::indexOf).toList();
            if (places.stream().allMatch(place -> place >= 0 && allowed.test(place))) {
                ChoiceTree at = root;
                for (int place : places) {
                    at = at.next.computeIfAbsent(place, _ -> new ChoiceTree());
                }
                at.ends = true;
            }
        }
        if (root.next.isEmpty()) {
            throw new IllegalArgumentException("choices: expected one whose words may all be said but there is none");
        }
        return root;
    }

    /** The places of the words that may follow, ascending; with that of the end of the text where a text may end. */
    int[] next(int endOfText) {
        List<Integer> places = new ArrayList<>(next.keySet());
        if (ends && endOfText >= 0 && !next.containsKey(endOfText)) {
            places.add(endOfText);
        }
        return places.stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    /** Whether that word would not go on but end the answer. */
    boolean endsWith(int word) {
        return !next.containsKey(word);
    }

    /** The place behind that word. */
    ChoiceTree after(int word) {
        ChoiceTree after = next.get(word);
        if (after == null) {
            throw new IllegalArgumentException("expected one of the words " + next.keySet() + " but was " + word);
        }
        return after;
    }

    /** Whether nothing may follow. */
    boolean isWhole() {
        return next.isEmpty();
    }
}
