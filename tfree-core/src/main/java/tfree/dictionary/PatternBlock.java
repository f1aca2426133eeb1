package tfree.dictionary;

import java.util.Arrays;
import java.util.List;
import tfree.trigram.ActivationPattern;
import tfree.trigram.SlotTable;
import tfree.trigram.Trigrams;

/**
 * The patterns of a run of words, laid out for scoring: each distinct trigram's row stands once, a word is a list of
 * row numbers. A sum over a word's slots is then the sum of its rows' sums (about 7 additions, not 70 gathers), less
 * the few slots that two of its rows share, which are listed as repeats.
 *
 * <p>A word hashed as a whole is one row of its own, and counts as inner.
 */
final class PatternBlock {
    /** A repeat within the inner rows, within the edge rows, or of an inner slot among the edge slots. */
    static final byte INNER = 0;
    static final byte EDGE = 1;
    static final byte ACROSS = 2;

    final int m;
    final List<String> words;
    final long[] counts;
    final int[] start; // [words + 1]: word w has the rows wordRows[start[w] .. start[w + 1])
    final int[] edgeStart; // [words]: of these the edge rows begin here, the inner ones stand before
    int rows;
    int[] wordRows;
    int[] slots; // [rows, m]
    int repeats;
    int[] repeatWord; // [repeats], ascending
    int[] repeatSlot;
    byte[] repeatKind;

    PatternBlock(List<String> words, long[] counts, SlotTable table) {
        this.m = table.config().vocabPopulation();
        this.words = words;
        this.counts = counts;
        this.start = new int[words.size() + 1];
        this.edgeStart = new int[words.size()];
        this.wordRows = new int[8 * words.size() + 1];
        this.slots = new int[64 * m];
        this.repeatWord = new int[16];
        this.repeatSlot = new int[16];
        this.repeatKind = new byte[16];
        IntNumbering trigramRows = new IntNumbering();
        for (int w = 0; w < words.size(); w++) {
            add(w, table.pattern(words.get(w)), trigramRows);
        }
        wordRows = Arrays.copyOf(wordRows, start[words.size()]);
        slots = Arrays.copyOf(slots, rows * m);
    }

    int size() {
        return words.size();
    }

    int trigramCount(int w) {
        return start[w + 1] - start[w];
    }

    /** The ascending set of the word's slots. */
    int[] targets(int w) {
        int[] all = new int[trigramCount(w) * m];
        for (int i = start[w]; i < start[w + 1]; i++) {
            System.arraycopy(slots, wordRows[i] * m, all, (i - start[w]) * m, m);
        }
        Arrays.sort(all);
        int count = 0;
        for (int i = 0; i < all.length; i++) {
            if (count == 0 || all[count - 1] != all[i]) {
                all[count++] = all[i];
            }
        }
        return Arrays.copyOf(all, count);
    }

    private void add(int w, ActivationPattern pattern, IntNumbering trigramRows) {
        int at = start[w];
        int count = pattern.trigramCount();
        if (wordRows.length < at + count) {
            wordRows = Arrays.copyOf(wordRows, Math.max(at + count, wordRows.length / 2 * 3));
        }
        if (pattern.wholeWord()) {
            wordRows[at++] = newRow(trigramRows.numberOf(Trigrams.COUNT + w), pattern.slots(), 0);
            edgeStart[w] = at;
        } else {
            at = addRows(pattern, false, at, trigramRows);
            edgeStart[w] = at;
            at = addRows(pattern, true, at, trigramRows);
        }
        start[w + 1] = at;
        addRepeats(w, pattern);
    }

    private int addRows(ActivationPattern pattern, boolean edges, int from, IntNumbering trigramRows) {
        int at = from;
        for (int i = 0; i < pattern.trigrams().length; i++) {
            int trigram = pattern.trigrams()[i];
            if (Trigrams.isEdge(trigram) == edges) {
                wordRows[at++] = newRow(trigramRows.numberOf(trigram), pattern.slots(), i * m);
            }
        }
        return at;
    }

    private int newRow(int number, int[] from, int at) {
        if (number == rows) {
            if (slots.length < (rows + 1) * m) {
                slots = Arrays.copyOf(slots, 2 * slots.length);
            }
            System.arraycopy(from, at, slots, rows * m, m);
            rows++;
        }
        return number;
    }

    private void addRepeats(int w, ActivationPattern pattern) {
        int innerRows = edgeStart[w] - start[w];
        int edgeRows = start[w + 1] - edgeStart[w];
        if (pattern.inner().length < innerRows * m) {
            addRepeats(w, start[w], edgeStart[w], INNER);
        }
        if (pattern.edge().length < edgeRows * m) {
            addRepeats(w, edgeStart[w], start[w + 1], EDGE);
        }
        if (pattern.targets().length < pattern.inner().length + pattern.edge().length) {
            for (int slot : pattern.inner()) {
                if (Arrays.binarySearch(pattern.edge(), slot) >= 0) {
                    addRepeat(w, slot, ACROSS);
                }
            }
        }
    }

    private void addRepeats(int w, int fromRow, int toRow, byte kind) {
        int[] all = new int[(toRow - fromRow) * m];
        for (int i = fromRow; i < toRow; i++) {
            System.arraycopy(slots, wordRows[i] * m, all, (i - fromRow) * m, m);
        }
        Arrays.sort(all);
        for (int i = 1; i < all.length; i++) {
            if (all[i] == all[i - 1]) {
                addRepeat(w, all[i], kind);
            }
        }
    }

    private void addRepeat(int w, int slot, byte kind) {
        if (repeats == repeatWord.length) {
            repeatWord = Arrays.copyOf(repeatWord, 2 * repeats);
            repeatSlot = Arrays.copyOf(repeatSlot, 2 * repeats);
            repeatKind = Arrays.copyOf(repeatKind, 2 * repeats);
        }
        repeatWord[repeats] = w;
        repeatSlot[repeats] = slot;
        repeatKind[repeats++] = kind;
    }
}
