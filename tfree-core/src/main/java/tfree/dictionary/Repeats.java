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
        return first(units, 0, size, unit);
    }

    /** The first index in [from, to) of ascending units whose unit is this one or a later one; {@code to} if none is. */
    static int first(int[] units, int from, int to, int unit) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (units[middle] < unit) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
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
