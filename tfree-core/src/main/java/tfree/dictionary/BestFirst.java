package tfree.dictionary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The best words under the contrast rule without scoring the others. The mean activation of a word's slots is at most that
 * of its more active half, and so on down to rows: whoever follows units from the most active row upwards, the most
 * active unit first, and to each unit only from its more active half, meets words in the order of such bounds, and may
 * stop when the bound falls below the n-th best score.
 *
 * <p>Slots that two halves share are counted twice on the way, which only raises a bound; words that may be among the
 * best are scored exactly.
 */
final class BestFirst {
    private static final int BUCKETS = 1 << 10;

    /** What the rule knows of the activations. */
    interface Activations {
        /** A bound of the score of a word of n trigrams, whose slots sum up to this or less. */
        double bound(double sum, int trigrams);

        double exact(int position);
    }

    private final Block block;
    private final WordParts parts;
    private final RightParents right;
    private final int m;
    private final float[] sums; // [units + 1] of a unit's rows, NaN where not yet known
    private final int[] next; // [units] the next one of the same bucket, or −1
    private final int[] buckets = new int[BUCKETS]; // the first unit of a mean
    private int[] known = new int[1 << 10]; // parts whose sum is known
    private int knownCount;
    private double largestMean;
    private int current; // the bucket that is looked at: none of a higher one is left, whatever rounding says
    private int left; // how many more parents may be looked at

    BestFirst(Block block) {
        this.block = block;
        this.parts = block.parts();
        this.right = parts.rightParents();
        this.m = parts.m;
        this.sums = new float[parts.units() + 1];
        this.next = new int[parts.units()];
        Arrays.fill(sums, Float.NaN);
        sums[parts.none()] = 0;
    }

    /** Where the sums of rows have to be written before a search. */
    float[] sums() {
        return sums;
    }

    /**
     * Adds the block's words to the best.
     *
     * @param best        the n best words so far
     * @param largestMean no row's mean activation is larger
     * @return whether the search came to its end; if not, it is cheaper to score all words
     */
    boolean search(Activations of, Best best, double largestMean, IntPredicate allowed) {
        this.largestMean = Math.max(largestMean, Float.MIN_NORMAL);
        left = 1000 + parts.words() / 16;
        Arrays.fill(buckets, -1);
        current = BUCKETS - 1;
        for (int row = 0; row < parts.rows(); row++) {
            put(row, 1);
        }
        boolean found = climb(of, best, allowed);
        for (int i = 0; i < knownCount; i++) {
            sums[known[i]] = Float.NaN;
        }
        knownCount = 0;
        return found;
    }

    private boolean climb(Activations of, Best best, IntPredicate allowed) {
        int most = parts.mostTrigrams();
        for (; current >= 0; current--) {
            double mean = largestMean * (current + 1) / BUCKETS;
            while (buckets[current] >= 0) {
                if (best.isFull() && Math.max(of.bound(mean * m, 1), of.bound(mean * m * most, most)) < best.least()) {
                    return true;
                }
                int unit = buckets[current];
                buckets[current] = next[unit];
                follow(unit, of, best, allowed);
                if (left < 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Goes to all parts and words that the unit is the more active half of. */
    private void follow(int unit, Activations of, Best best, IntPredicate allowed) {
        int length = right.length(parts, unit);
        float mean = sums[unit] / length;
        for (int n = Math.max(1, 2 * length - 1); n <= 2 * length && n <= parts.mostTrigrams(); n++) {
            int rows = parts.rows();
            int from = n == 1 ? 0
                    : Repeats.first(parts.partLeft, right.firstOfLength()[n], right.firstOfLength()[n + 1], unit);
            for (int i = from; n > 1 && i < right.firstOfLength()[n + 1] && parts.partLeft[i] == unit; i++) {
                float other = sum(parts.partRight[i]);
                if (other <= mean * (n - length)) {
                    addPart(rows + i, sums[unit] + other, n);
                }
            }
            int end = parts.firstOfCount[n + 1];
            for (int p = Repeats.first(parts.wordLeft, parts.firstOfCount[n], end, unit); p < end
                    && parts.wordLeft[p] == unit; p++) {
                float other = sum(parts.wordRight[p]);
                if (other <= mean * (n - length)) {
                    addWord(p, sums[unit] + other, n, of, best, allowed);
                }
            }
        }
        for (int i = right.starts()[unit]; i < right.starts()[unit + 1]; i++) {
            int parent = right.parents()[i];
            boolean isWord = parent > parts.none();
            int p = isWord ? parent - parts.none() - 1 : parent - parts.rows();
            int half = isWord ? parts.wordLeft[p] : parts.partLeft[p];
            int halfLength = right.length(parts, half);
            float other = sum(half);
            if (sums[unit] > other / halfLength * length) { // else it is met from its left half
                if (isWord) {
                    addWord(p, sums[unit] + other, length + halfLength, of, best, allowed);
                } else {
                    addPart(parent, sums[unit] + other, length + halfLength);
                }
            }
        }
    }

    private void addPart(int part, float sum, int length) {
        left--;
        remember(part, sum);
        put(part, length);
    }

    private void addWord(int position, float sum, int n, Activations of, Best best, IntPredicate allowed) {
        left--;
        int place = block.first() + parts.place[position];
        if ((!best.isFull() || of.bound(sum, n) >= best.least()) && allowed.test(place)) {
            best.add(place, of.exact(position));
        }
    }

    private void put(int unit, int length) {
        int bucket = Math.min(current, (int) (sums[unit] / (length * m * largestMean) * BUCKETS));
        next[unit] = buckets[bucket];
        buckets[bucket] = unit;
    }

    private float sum(int unit) {
        if (Float.isNaN(sums[unit])) {
            int i = unit - parts.rows();
            remember(unit, sum(parts.partLeft[i]) + sum(parts.partRight[i]));
        }
        return sums[unit];
    }

    private void remember(int part, float sum) {
        if (Float.isNaN(sums[part])) {
            sums[part] = sum;
            if (knownCount == known.length) {
                known = Arrays.copyOf(known, 2 * knownCount);
            }
            known[knownCount++] = part;
        }
    }

    /** The n best words so far. */
    static final class Best {
        private final int[] places; // a heap with the worst at 0
        private final double[] scores;
        private int count;

        Best(int n) {
            this.places = new int[n];
            this.scores = new double[n];
        }

        boolean isFull() {
            return count == places.length;
        }

        double least() {
            return scores[0];
        }

        void add(int place, double score) {
            if (count < places.length) {
                int at = count++;
                for (; at > 0 && isWorse(place, score, (at - 1) / 2); at = (at - 1) / 2) {
                    move((at - 1) / 2, at);
                }
                set(at, place, score);
            } else if (!isWorse(place, score, 0)) {
                removeWorst(place, score);
            }
        }

        private void removeWorst(int place, double score) {
            int at = 0;
            for (int child = 1; child < count; child = 2 * at + 1) {
                if (child + 1 < count && isWorse(places[child + 1], scores[child + 1], child)) {
                    child++;
                }
                if (isWorse(place, score, child)) {
                    break;
                }
                move(child, at);
                at = child;
            }
            set(at, place, score);
        }

        private boolean isWorse(int place, double score, int than) {
            return score < scores[than] || (score == scores[than] && place > places[than]);
        }

        private void move(int from, int to) {
            set(to, places[from], scores[from]);
        }

        private void set(int at, int place, double score) {
            places[at] = place;
            scores[at] = score;
        }

        /** Places, best first. */
        int[] places() {
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                order.add(i);
            }
            order.sort((a, b) -> isWorse(places[a], scores[a], b) ? 1 : a.equals(b) ? 0 : -1);
            return order.stream().mapToInt(i -> places[i]).toArray();
        }
    }
}
