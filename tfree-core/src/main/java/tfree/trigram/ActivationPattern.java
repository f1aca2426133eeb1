package tfree.trigram;

import java.util.Arrays;

/**
 * The slots that one word switches on.
 *
 * <p>As model input a word is the sum over all of {@code slots}, where a slot that two trigrams share counts twice; as
 * target it is the set {@code targets}; in a dictionary it is the two sets {@code inner} and {@code edge}, so that edge
 * trigrams can weigh less. The arrays belong to the pattern and are shared by all who ask for it: read them only.
 *
 * @param trigrams    distinct trigram ids in order of first occurrence; empty for a word hashed as a whole
 * @param slots       m slots for each trigram in the order of {@code trigrams}, or the m slots of the whole word
 * @param inner       ascending set of the slots of trigrams inside the word, or of the whole word
 * @param edge        ascending set of the slots of trigrams that touch the word's edge
 * @param targets     ascending set of all slots, the union of {@code inner} and {@code edge}
 * @param targetEdges for each of {@code targets} whether it is in {@code edge}
 * @param wholeWord   whether the word was hashed as a whole
 */
public record ActivationPattern(int[] trigrams, int[] slots, int[] inner, int[] edge, int[] targets,
        boolean[] targetEdges, boolean wholeWord) {

    /** What switches on one slot, as a token of a vocabulary does. */
    public static ActivationPattern ofSlot(int slot) {
        int[] only = {slot};
        return new ActivationPattern(new int[0], only, only, new int[0], only, new boolean[1], true);
    }

    static ActivationPattern ofTrigrams(int[] trigrams, int[] slots) {
        int m = slots.length / trigrams.length;
        int[] inner = new int[slots.length];
        int[] edge = new int[Math.min(slots.length, edgeTrigrams(trigrams) * m)];
        int innerLength = 0;
        int edgeLength = 0;
        for (int i = 0; i < trigrams.length; i++) {
            if (Trigrams.isEdge(trigrams[i])) {
                System.arraycopy(slots, i * m, edge, edgeLength, m);
                edgeLength += m;
            } else {
                System.arraycopy(slots, i * m, inner, innerLength, m);
                innerLength += m;
            }
        }
        inner = sortedSet(inner, innerLength);
        edge = sortedSet(edge, edgeLength);
        int[] targets = union(inner, edge);
        return new ActivationPattern(trigrams, slots, inner, edge, targets, contained(edge, targets), false);
    }

    static ActivationPattern ofWholeWord(int[] slots) {
        int[] set = sortedSet(slots.clone(), slots.length);
        return new ActivationPattern(new int[0], slots, set, new int[0], set, new boolean[set.length], true);
    }

    /** The n that scores divide by: the number of distinct trigrams, or 1 for a word hashed as a whole. */
    public int trigramCount() {
        return wholeWord ? 1 : trigrams.length;
    }

    private static int edgeTrigrams(int[] trigrams) {
        int count = 0;
        for (int id : trigrams) {
            count += Trigrams.isEdge(id) ? 1 : 0;
        }
        return count;
    }

    private static int[] sortedSet(int[] values, int length) {
        Arrays.sort(values, 0, length);
        int count = 0;
        for (int i = 0; i < length; i++) {
            if (count == 0 || values[count - 1] != values[i]) {
                values[count++] = values[i];
            }
        }
        return count == values.length ? values : Arrays.copyOf(values, count);
    }

    /** For each element of an ascending set whether it is in a subset of it, ascending too. */
    private static boolean[] contained(int[] subset, int[] set) {
        boolean[] contained = new boolean[set.length];
        int found = 0;
        for (int i = 0; found < subset.length; i++) {
            contained[i] = set[i] == subset[found];
            found += contained[i] ? 1 : 0;
        }
        return contained;
    }

    private static int[] union(int[] a, int[] b) {
        int[] out = new int[a.length + b.length];
        int count = 0;
        int i = 0;
        int j = 0;
        while (i < a.length && j < b.length) {
            int next = Math.min(a[i], b[j]);
            i += a[i] == next ? 1 : 0;
            j += b[j] == next ? 1 : 0;
            out[count++] = next;
        }
        System.arraycopy(a, i, out, count, a.length - i);
        count += a.length - i;
        System.arraycopy(b, j, out, count, b.length - j);
        count += b.length - j;
        return count == out.length ? out : Arrays.copyOf(out, count);
    }
}
