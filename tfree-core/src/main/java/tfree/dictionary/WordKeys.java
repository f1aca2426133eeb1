package tfree.dictionary;

/**
 * A number for each word of a block, by position, and the largest of every {@value #RUN} of them, so that the best words
 * are found without looking at all.
 *
 * @param keys    [words]
 * @param largest [runs] at least the largest of the run's
 */
record WordKeys(float[] keys, float[] largest) {
    static final int RUN = 1 << 10;

    static WordKeys of(int words) {
        return new WordKeys(new float[words], new float[(words + RUN - 1) / RUN]);
    }

    /** Finds the largest of all runs in [from, to), which begins with a run. */
    void findLargest(int from, int to) {
        for (int start = from; start < to; start += RUN) {
            largest[start / RUN] = largest(keys, start, Math.min(to, start + RUN));
        }
    }

    /** Changes one key. */
    void set(int position, float key) {
        keys[position] = key;
        largest[position / RUN] = Math.max(largest[position / RUN], key);
    }

    private static float largest(float[] keys, int from, int to) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = from; i < to; i++) {
            largest = Math.max(largest, keys[i]);
        }
        return largest;
    }
}
