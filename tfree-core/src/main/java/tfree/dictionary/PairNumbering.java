package tfree.dictionary;

import java.util.Arrays;

/** Numbers distinct pairs of ints ≥ 0 from 0 on in order of first sight: open addressing, nothing boxed. */
final class PairNumbering {
    private int[] lefts = new int[1 << 9];
    private int[] rights = new int[1 << 9];
    private int[] table = new int[1 << 10]; // number + 1, 0 where empty; at most half full
    private int size;

    /** The pair's number; one more than the highest so far for a new pair. */
    int numberOf(int left, int right) {
        int at = place(left, right);
        if (table[at] != 0) {
            return table[at] - 1;
        }
        if (size == lefts.length) {
            lefts = Arrays.copyOf(lefts, 2 * size);
            rights = Arrays.copyOf(rights, 2 * size);
            table = new int[2 * table.length];
            for (int i = 0; i < size; i++) {
                table[place(lefts[i], rights[i])] = i + 1;
            }
            at = place(left, right);
        }
        lefts[size] = left;
        rights[size] = right;
        table[at] = ++size;
        return size - 1;
    }

    int size() {
        return size;
    }

    int left(int number) {
        return lefts[number];
    }

    int right(int number) {
        return rights[number];
    }

    private int place(int left, int right) {
        long hash = (left * 0x9E3779B97F4A7C15L ^ right) * 0xD1342543DE82EF95L;
        int at = (int) (hash >>> 32) & (table.length - 1);
        while (table[at] != 0 && (lefts[table[at] - 1] != left || rights[table[at] - 1] != right)) {
            at = (at + 1) & (table.length - 1);
        }
        return at;
    }
}
