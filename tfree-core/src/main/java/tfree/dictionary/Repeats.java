package tfree.dictionary;

import java.util.Arrays;

/**
 * Slots that both halves of a unit hold, so that the sum of the halves counts them twice. A unit's kind of slot is what
 * the halves have in common: a slot inside one half and at the edge of the other rightly counts in both.
 */
final class Repeats {
    static final int INNER = 1;
    static final int EDGE = 2;

    private int size;
    private int[] units = new int[16];
    private int[] packed = new int[16];

    Repeats() {}

    Repeats(int[] units, int[] packed) {
        this.units = units;
        this.packed = packed;
        this.size = units.length;
    }

    /** One more, of a unit not before that of the last one. */
    void add(int unit, int slot, int kinds) {
        if (size == units.length) {
            units = Arrays.copyOf(units, 2 * size);
            packed = Arrays.copyOf(packed, 2 * size);
        }
        units[size] = unit;
        packed[size++] = slot << 2 | kinds;
    }

    int size() {
        return size;
    }

    /** The first repeat of this unit or a later one. */
    int first(int unit) {
        int from = 0;
        int to = size;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (units[middle] < unit) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    int unit(int i) {
        return units[i];
    }

    int slot(int i) {
        return packed[i] >>> 2;
    }

    /** {@link #INNER}, {@link #EDGE}, both or none: in which sets both halves have the slot. */
    int kinds(int i) {
        return packed[i] & 3;
    }

    int[] units() {
        return Arrays.copyOf(units, size);
    }

    int[] packed() {
        return Arrays.copyOf(packed, size);
    }
}
