package tfree.dictionary;

/** Numbers distinct ints ≥ 0 from 0 on in order of first sight: open addressing, nothing boxed. */
final class IntNumbering {
    private int[] keys = new int[1 << 10]; // value + 1, 0 where empty; at most half full
    private int[] numbers = new int[1 << 10];
    private int size;

    /** The value's number; one more than the highest so far for a new value. */
    int numberOf(int value) {
        int at = place(value);
        if (keys[at] == 0) {
            keys[at] = value + 1;
            numbers[at] = size++;
            if (2 * size > keys.length) {
                grow();
                return size - 1;
            }
        }
        return numbers[at];
    }

    int size() {
        return size;
    }

    private int place(int value) {
        int at = (value * 0x9E3779B1) >>> Integer.numberOfLeadingZeros(keys.length - 1);
        while (keys[at] != 0 && keys[at] != value + 1) {
            at = (at + 1) & (keys.length - 1);
        }
        return at;
    }

    private void grow() {
        int[] oldKeys = keys;
        int[] oldNumbers = numbers;
        keys = new int[2 * oldKeys.length];
        numbers = new int[2 * oldKeys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int at = place(oldKeys[i] - 1);
                keys[at] = oldKeys[i];
                numbers[at] = oldNumbers[i];
            }
        }
    }
}
