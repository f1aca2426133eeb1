package tfree.dictionary;

/**
 * Which parts and words of {@link WordParts} have a unit as their right half; those that have it as their left half stand
 * together anyway. Four bytes a unit and four a word, made when first asked for.
 *
 * @param starts        [units + 1] where in parents those of a unit begin
 * @param parents       numbers of parts, or none + 1 + the position of a word
 * @param firstOfLength parts of n rows are [firstOfLength[n], firstOfLength[n + 1])
 */
record RightParents(int[] starts, int[] parents, int[] firstOfLength) {
    static RightParents of(WordParts parts) {
        int rows = parts.rows();
        int none = parts.none();
        int[] starts = new int[none + 2];
        for (int unit : parts.partRight) {
            starts[unit + 1]++;
        }
        for (int unit : parts.wordRight) {
            starts[unit + 1]++;
        }
        for (int unit = 0; unit <= none; unit++) {
            starts[unit + 1] += starts[unit];
        }
        int[] next = starts.clone();
        int[] parents = new int[parts.parts() + parts.words()];
        for (int i = 0; i < parts.parts(); i++) {
            parents[next[parts.partRight[i]]++] = rows + i;
        }
        for (int p = 0; p < parts.words(); p++) {
            parents[next[parts.wordRight[p]]++] = none + 1 + p;
        }
        return new RightParents(starts, parents, firstOfLength(parts));
    }

    private static int[] firstOfLength(WordParts parts) {
        int[] first = new int[parts.mostTrigrams() + 3];
        int[] lengths = new int[parts.units()];
        for (int unit = 0; unit < lengths.length; unit++) {
            int i = unit - parts.rows();
            lengths[unit] = i < 0 ? 1 : lengths[parts.partLeft[i]] + lengths[parts.partRight[i]];
            if (i >= 0) {
                first[lengths[unit] + 1]++;
            }
        }
        for (int n = 1; n < first.length; n++) {
            first[n] += first[n - 1];
        }
        return first;
    }

    /** The number of rows of a unit. */
    int length(WordParts parts, int unit) {
        if (unit == parts.none()) {
            return 0;
        }
        int i = unit - parts.rows();
        int length = 1;
        for (; i >= 0 && firstOfLength[length + 1] <= i; length++) {
        }
        return length;
    }
}
