package tfree.dictionary;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import tfree.trigram.SlotTable;
import tfree.trigram.Trigrams;

/** Words → {@link WordParts}. For one use. */
final class WordPartsBuilder {
    private final SlotTable table;
    private final WordStore words;
    private final int m;
    private int[] rows = new int[0]; // the rows of all words, one after another
    private final int[] start; // [words + 1] where in rows those of a word begin
    private int[] rowNames = new int[64]; // by row: its trigram, or Trigrams.COUNT + the word hashed as a whole
    private int rowCount;
    private int innerRows;
    private int[] trigrams = new int[0]; // by row, as rowNames, in the final order
    private int[] slots = new int[0];
    private PairNumbering parts = new PairNumbering();
    private int[] partAt = new int[64]; // by part: where in rows its own stand, for the first word that has it
    private int[] partLength = new int[64];
    private final int[] wordLeft; // [words] by place, units
    private final int[] wordRight;

    private WordPartsBuilder(WordStore words, SlotTable table) {
        this.table = table;
        this.words = words;
        this.m = table.config().vocabPopulation();
        this.start = new int[words.size() + 1];
        this.wordLeft = new int[words.size()];
        this.wordRight = new int[words.size()];
    }

    static WordParts of(WordStore words, SlotTable table) {
        return new WordPartsBuilder(words, table).build();
    }

    private WordParts build() {
        numberRows();
        sortRows();
        takeApart();
        int none = rowCount + parts.size();
        int[] number = new int[none + 1]; // unit → its final number
        Arrays.setAll(number, i -> i);
        int[] levels = levels();
        int[] order = partsByLevel(levels, number);
        int[] partLeft = new int[order.length];
        int[] partRight = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            partLeft[i] = number[parts.left(order[i])];
            partRight[i] = number[parts.right(order[i])];
        }
        RepeatFinder finder = new RepeatFinder(table.config().vocabSize());
        for (int i = 0; i < order.length; i++) {
            int at = partAt[order[i]];
            int length = partLength[order[i]];
            finder.find(i, at, at + half(length), at + length);
        }
        Repeats partRepeats = finder.found();
        for (int w = 0; w < words.size(); w++) {
            wordLeft[w] = number[wordLeft[w]];
            wordRight[w] = number[wordRight[w]];
        }
        int[] place = wordOrder();
        int[] position = new int[place.length];
        for (int p = 0; p < place.length; p++) {
            position[place[p]] = p;
            finder.find(p, start[place[p]], start[place[p]] + half(count(place[p])), start[place[p] + 1]);
        }
        int[] left = new int[place.length];
        int[] right = new int[place.length];
        Arrays.setAll(left, p -> wordLeft[place[p]]);
        Arrays.setAll(right, p -> wordRight[place[p]]);
        return new WordParts(m, innerRows, trigrams, slots, partLeft, partRight, levels, partRepeats, left, right,
                firstOfCount(), finder.found(), place, position);
    }

    /** How many of n rows make the left half. */
    private static int half(int n) {
        return (n + 1) / 2;
    }

    private int count(int word) {
        return start[word + 1] - start[word];
    }

    private void numberRows() {
        IntNumbering numbers = new IntNumbering();
        rows = new int[8 * words.size() + 1];
        byte[] utf8 = words.utf8;
        for (int w = 0; w < words.size(); w++) {
            int from = words.starts[w];
            int to = words.starts[w + 1];
            int at = start[w];
            if (table.isHashedWhole(utf8, from, to)) {
                reserve(at + 1);
                rows[at++] = row(numbers, Trigrams.COUNT + w);
            } else {
                int[] trigrams = Trigrams.of(utf8, from, to);
                reserve(at + trigrams.length);
                for (int trigram : trigrams) {
                    rows[at++] = row(numbers, trigram);
                }
            }
            start[w + 1] = at;
        }
    }

    private void reserve(int length) {
        if (rows.length < length) {
            rows = Arrays.copyOf(rows, Math.max(length, rows.length + rows.length / 2));
        }
    }

    private int row(IntNumbering numbers, int name) {
        int row = numbers.numberOf(name);
        if (row == rowCount) {
            if (rowCount == rowNames.length) {
                rowNames = Arrays.copyOf(rowNames, 2 * rowCount);
            }
            rowNames[rowCount++] = name;
        }
        return row;
    }

    private static boolean isEdge(int name) {
        return name < Trigrams.COUNT && Trigrams.isEdge(name);
    }

    /** Inner rows first, and writes out their slots. */
    private void sortRows() {
        int[] number = new int[rowCount];
        for (int row = 0; row < rowCount; row++) {
            number[row] = isEdge(rowNames[row]) ? -1 : innerRows++;
        }
        int edge = innerRows;
        for (int row = 0; row < rowCount; row++) {
            number[row] = number[row] < 0 ? edge++ : number[row];
        }
        for (int i = 0; i < start[words.size()]; i++) {
            rows[i] = number[rows[i]];
        }
        trigrams = new int[rowCount];
        slots = new int[Math.multiplyExact(rowCount, m)];
        for (int row = 0; row < rowCount; row++) {
            trigrams[number[row]] = rowNames[row];
            System.arraycopy(distinct(slotsOf(rowNames[row]), table.config().vocabSize()), 0, slots, number[row] * m,
                    m);
        }
    }

    /** The slots with none in the place of those that came before. */
    static int[] distinct(int[] slots, int none) {
        int[] distinct = slots.clone();
        for (int t = 0; t < slots.length; t++) {
            distinct[t] = isTaken(slots, t) ? none : slots[t];
        }
        return distinct;
    }

    private int[] slotsOf(int name) {
        if (name < Trigrams.COUNT) {
            return table.row(name);
        }
        int word = name - Trigrams.COUNT;
        return table.pattern(words.utf8, words.starts[word], words.starts[word + 1]).slots();
    }

    private static boolean isTaken(int[] slots, int t) {
        for (int i = 0; i < t; i++) {
            if (slots[i] == slots[t]) {
                return true;
            }
        }
        return false;
    }

    private void takeApart() {
        for (int w = 0; w < words.size(); w++) {
            int middle = start[w] + half(count(w));
            wordLeft[w] = unit(start[w], middle);
            wordRight[w] = middle == start[w + 1] ? -1 : unit(middle, start[w + 1]);
        }
        for (int w = 0; w < words.size(); w++) {
            wordRight[w] = wordRight[w] < 0 ? rowCount + parts.size() : wordRight[w];
        }
    }

    private int unit(int from, int to) {
        if (to - from == 1) {
            return rows[from];
        }
        int middle = from + half(to - from);
        int part = parts.numberOf(unit(from, middle), unit(middle, to));
        if (part == partAt.length) {
            partAt = Arrays.copyOf(partAt, 2 * part);
            partLength = Arrays.copyOf(partLength, 2 * part);
        }
        if (partLength[part] == 0) {
            partAt[part] = from;
            partLength[part] = to - from;
        }
        return rowCount + part;
    }

    /** Parts of 2, of 3 and 4, of 5 to 8, … rows: each half of a part is of an earlier level. */
    private int[] levels() {
        int most = 0;
        for (int part = 0; part < parts.size(); part++) {
            most = Math.max(most, level(partLength[part]));
        }
        int[] levels = new int[most + 1];
        for (int part = 0; part < parts.size(); part++) {
            levels[level(partLength[part])]++;
        }
        for (int i = 1; i <= most; i++) {
            levels[i] += levels[i - 1];
        }
        return levels;
    }

    /** Parts by level, then by length, then by their halves' final numbers; and writes their own. */
    private int[] partsByLevel(int[] levels, int[] number) {
        int[] all = new int[parts.size()];
        Arrays.setAll(all, i -> i);
        all = sorted(all, part -> level(partLength[part]));
        for (int level = 1; level < levels.length; level++) {
            int[] order = Arrays.copyOfRange(all, levels[level - 1], levels[level]);
            order = sorted(order, part -> number[parts.right(part)]);
            order = sorted(order, part -> number[parts.left(part)]);
            order = sorted(order, part -> partLength[part]);
            for (int i = 0; i < order.length; i++) {
                all[levels[level - 1] + i] = order[i];
                number[rowCount + order[i]] = rowCount + levels[level - 1] + i;
            }
        }
        return all;
    }

    /** 1 for 2 rows, 2 for 3 and 4, 3 for 5 to 8. */
    private static int level(int length) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(length - 1);
    }

    /** Places by number of trigrams, then by left half, then by right half. */
    private int[] wordOrder() {
        int[] order = new int[words.size()];
        Arrays.setAll(order, i -> i);
        order = sorted(order, w -> wordRight[w]);
        order = sorted(order, w -> wordLeft[w]);
        return sorted(order, this::count);
    }

    private int[] firstOfCount() {
        int most = 0;
        for (int w = 0; w < words.size(); w++) {
            most = Math.max(most, count(w));
        }
        int[] first = new int[most + 2];
        for (int w = 0; w < words.size(); w++) {
            first[count(w) + 1]++;
        }
        for (int n = 1; n < first.length; n++) {
            first[n] += first[n - 1];
        }
        return first;
    }

    /** A stable counting sort. */
    private static int[] sorted(int[] order, IntUnaryOperator key) {
        int most = 0;
        for (int i : order) {
            most = Math.max(most, key.applyAsInt(i));
        }
        int[] next = new int[most + 2];
        for (int i : order) {
            next[key.applyAsInt(i) + 1]++;
        }
        for (int k = 1; k < next.length; k++) {
            next[k] += next[k - 1];
        }
        int[] sorted = new int[order.length];
        for (int i : order) {
            sorted[next[key.applyAsInt(i)]++] = i;
        }
        return sorted;
    }

    /** Finds what both halves of a unit hold. Which slots the left half has stands in an array over all slots. */
    private final class RepeatFinder {
        private final int[] left; // [v + 1] 4·stamp + kinds
        private int stamp;
        private int markedFrom = -1;
        private int markedTo = -1;
        private Repeats repeats = new Repeats();
        private int[] slotsFound = new int[8]; // of the current unit
        private int[] kindsFound = new int[8]; // the left half's kinds << 2 | the right half's
        private int count;

        RepeatFinder(int vocabSize) {
            this.left = new int[vocabSize + 1];
        }

        /** The halves are rows[from..middle) and rows[middle..to). */
        void find(int unit, int from, int middle, int to) {
            if (middle == to) {
                return;
            }
            if (!Arrays.equals(rows, from, middle, rows, Math.max(0, markedFrom), Math.max(0, markedTo))) {
                mark(from, middle);
            }
            count = 0;
            for (int i = middle; i < to; i++) {
                int kind = rows[i] < innerRows ? Repeats.INNER : Repeats.EDGE;
                for (int at = rows[i] * m; at < (rows[i] + 1) * m; at++) {
                    int mark = left[slots[at]];
                    if (mark >>> 2 == stamp && slots[at] < left.length - 1) {
                        addFound(slots[at], mark & 3, kind);
                    }
                }
            }
            for (int i = 0; i < count; i++) {
                repeats.add(unit, slotsFound[i], kindsFound[i] & 3 & (kindsFound[i] >>> 2));
            }
        }

        private void mark(int from, int to) {
            if (++stamp == 1 << 29) {
                Arrays.fill(left, 0);
                stamp = 1;
            }
            for (int i = from; i < to; i++) {
                int kind = rows[i] < innerRows ? Repeats.INNER : Repeats.EDGE;
                for (int at = rows[i] * m; at < (rows[i] + 1) * m; at++) {
                    int mark = left[slots[at]];
                    left[slots[at]] = stamp << 2 | kind | (mark >>> 2 == stamp ? mark & 3 : 0);
                }
            }
            markedFrom = from;
            markedTo = to;
        }

        /** A slot that two rows of the right half hold is one repeat. */
        private void addFound(int slot, int leftKinds, int rightKind) {
            for (int i = 0; i < count; i++) {
                if (slotsFound[i] == slot) {
                    kindsFound[i] |= rightKind;
                    return;
                }
            }
            if (count == slotsFound.length) {
                slotsFound = Arrays.copyOf(slotsFound, 2 * count);
                kindsFound = Arrays.copyOf(kindsFound, 2 * count);
            }
            slotsFound[count] = slot;
            kindsFound[count++] = leftKinds << 2 | rightKind;
        }

        /** What was found since the last call. */
        Repeats found() {
            Repeats found = new Repeats(repeats.units(), repeats.packed());
            repeats = new Repeats();
            return found;
        }
    }
}
