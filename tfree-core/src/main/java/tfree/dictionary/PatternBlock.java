package tfree.dictionary;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
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
        Builder builder = new Builder(table);
        for (int w = 0; w < words.size(); w++) {
            builder.add(w, words.get(w).getBytes(StandardCharsets.UTF_8));
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

    /** The set of the word's slots, in no order. */
    int[] targets(int w) {
        int[] set = new int[trigramCount(w) * m];
        for (int i = start[w]; i < start[w + 1]; i++) {
            System.arraycopy(slots, wordRows[i] * m, set, (i - start[w]) * m, m);
        }
        int count = set.length;
        for (int repeat = firstRepeat(w); repeat < repeats && repeatWord[repeat] == w; repeat++) {
            int at = 0;
            while (set[at] != repeatSlot[repeat]) {
                at++;
            }
            set[at] = set[--count];
        }
        return count == set.length ? set : Arrays.copyOf(set, count);
    }

    private int firstRepeat(int w) {
        int at = Arrays.binarySearch(repeatWord, 0, repeats, w);
        while (at > 0 && repeatWord[at - 1] == w) {
            at--;
        }
        return at < 0 ? repeats : at;
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

    /** Adds words one after another. Which slots the current word has so far stands in arrays over all slots. */
    private final class Builder {
        private final SlotTable table;
        private final IntNumbering numbers = new IntNumbering(); // trigram, or COUNT + word hashed as a whole → row
        private final int[] innerOf; // [v] the last word that has the slot in its inner rows, + 1
        private final int[] edgeOf;

        Builder(SlotTable table) {
            this.table = table;
            this.innerOf = new int[table.config().vocabSize()];
            this.edgeOf = new int[table.config().vocabSize()];
        }

        void add(int w, byte[] word) {
            int at = start[w];
            if (table.isHashedWhole(word, 0, word.length)) {
                at = reserve(at, 1);
                addInner(w, at++, row(Trigrams.COUNT + w, table.pattern(word, 0, word.length).slots()));
                edgeStart[w] = at;
            } else {
                int[] trigrams = Trigrams.of(word, 0, word.length);
                at = reserve(at, trigrams.length);
                for (int trigram : trigrams) {
                    if (!Trigrams.isEdge(trigram)) {
                        addInner(w, at++, row(trigram));
                    }
                }
                edgeStart[w] = at;
                for (int trigram : trigrams) {
                    if (Trigrams.isEdge(trigram)) {
                        addEdge(w, at++, row(trigram));
                    }
                }
            }
            start[w + 1] = at;
        }

        private int reserve(int at, int count) {
            if (wordRows.length < at + count) {
                wordRows = Arrays.copyOf(wordRows, Math.max(at + count, wordRows.length / 2 * 3));
            }
            return at;
        }

        private int row(int trigram) {
            int row = numbers.numberOf(trigram);
            return row < rows ? row : newRow(table.row(trigram));
        }

        private int row(int number, int[] wholeWord) {
            int row = numbers.numberOf(number);
            return row < rows ? row : newRow(wholeWord);
        }

        private int newRow(int[] row) {
            if (slots.length < (rows + 1) * m) {
                slots = Arrays.copyOf(slots, 2 * slots.length);
            }
            System.arraycopy(row, 0, slots, rows * m, m);
            return rows++;
        }

        private void addInner(int w, int at, int row) {
            wordRows[at] = row;
            for (int i = row * m; i < (row + 1) * m; i++) {
                if (innerOf[slots[i]] == w + 1) {
                    addRepeat(w, slots[i], INNER);
                }
                innerOf[slots[i]] = w + 1;
            }
        }

        private void addEdge(int w, int at, int row) {
            wordRows[at] = row;
            for (int i = row * m; i < (row + 1) * m; i++) {
                int slot = slots[i];
                if (edgeOf[slot] == w + 1) {
                    addRepeat(w, slot, EDGE);
                } else if (innerOf[slot] == w + 1) {
                    addRepeat(w, slot, ACROSS);
                }
                edgeOf[slot] = w + 1;
            }
        }
    }
}
