package tfree.dictionary;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tfree.dictionary.ParallelPhases.Phase;

/**
 * The patterns of a run of words, taken apart for scoring, so that a sum over a word's 70 slots costs one addition.
 *
 * <p>A <em>row</em> is the slots of one trigram, or of one word hashed as a whole. A <em>part</em> is two units side by
 * side: a word's list of rows is halved again and again, and equal halves of different words are one part. A word is its
 * two halves. So a sum over the slots of every word is: a sum for each row, one addition for each part, one for each
 * word, and the few slots that two halves share taken off ({@link Repeats}). Likewise the least value of each word's
 * slots, and, backwards, for each slot the sum over the words that hold it.
 *
 * <pre>
 * house  →  ␣ho hou ous use se␣  →  (␣ho hou)(ous)  +  (use)(se␣)
 * </pre>
 *
 * <p>Units are numbered: rows, then parts by their length, then {@link #none}. Words stand by their number of trigrams,
 * those of the same left half together: so the loops over them read forward, and only right halves are looked up in no
 * order. A word's <em>position</em> here and its <em>place</em> in the dictionary are two things.
 */
final class WordParts {
    /** Words or parts that a thread takes at a time. */
    static final int STEP = 16 * WordKeys.RUN;

    final int m;
    final int innerRows; // rows [0, innerRows) are of inner trigrams and of whole words, those after of edge trigrams
    final int[] trigrams; // [rows] of which trigram a row is, Trigrams.COUNT or more for a word hashed as a whole
    final int[] slots; // [rows, m]; v for a slot that the row holds for the second time
    final int[] partLeft; // [parts] of unit rows + i
    final int[] partRight;
    final int[] levels; // parts [levels[k], levels[k + 1]) have halves among the rows and parts before levels[k]
    final Repeats partRepeats; // by index of part
    final int[] wordLeft; // [words] by position
    final int[] wordRight; // none() for a word of one row
    final int[] firstOfCount; // words of n trigrams have the positions [firstOfCount[n], firstOfCount[n + 1])
    final Repeats wordRepeats; // by position
    final int[] place; // [words] position → place
    final int[] position; // [words] place → position
    private volatile @Nullable RightParents rightParents;

    WordParts(int m, int innerRows, int[] trigrams, int[] slots, int[] partLeft, int[] partRight, int[] levels,
            Repeats partRepeats,
            int[] wordLeft, int[] wordRight, int[] firstOfCount, Repeats wordRepeats, int[] place, int[] position) {
        this.m = m;
        this.innerRows = innerRows;
        this.trigrams = trigrams;
        this.slots = slots;
        this.partLeft = partLeft;
        this.partRight = partRight;
        this.levels = levels;
        this.partRepeats = partRepeats;
        this.wordLeft = wordLeft;
        this.wordRight = wordRight;
        this.firstOfCount = firstOfCount;
        this.wordRepeats = wordRepeats;
        this.place = place;
        this.position = position;
    }

    int rows() {
        return trigrams.length;
    }

    int parts() {
        return partLeft.length;
    }

    /** Rows and parts; the number of {@link #none} too. */
    int units() {
        return rows() + parts();
    }

    /** The unit without slots, right half of words that have but one row. */
    int none() {
        return units();
    }

    int words() {
        return wordLeft.length;
    }

    /** Made when first asked for. */
    RightParents rightParents() {
        RightParents made = rightParents;
        if (made == null) {
            made = RightParents.of(this);
            rightParents = made;
        }
        return made;
    }

    /** Adds a phase of work on parts for each level, lowest first: halves are done when their parts are. */
    void addLevels(List<Phase> phases, ParallelPhases.Work work) {
        for (int level = 1; level < levels.length; level++) {
            int first = levels[level - 1];
            phases.add(new Phase(levels[level] - first, STEP, (from, to) -> work.run(first + from, first + to)));
        }
    }

    int mostTrigrams() {
        return firstOfCount.length - 2;
    }

    /** The number of trigrams of the word at that position. */
    int trigramCount(int position) {
        int from = 0;
        int to = mostTrigrams();
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (firstOfCount[middle + 1] > position) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return from;
    }
}
