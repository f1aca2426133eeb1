package tfree.dictionary;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * {@link ScoringRule#LIKELIHOOD} over a dictionary's blocks. A step over all words passes through the rows twice: the
 * words' probabilities flow through their rows into the slots, the slots' ratios back through the rows to the words.
 */
final class LikelihoodRule {
    /** No slot is held for less probable than this, so that no word falls to 0. */
    private static final double LEAST = 1e-20;

    private final List<PatternBlock> blocks;
    private final double logPosWeight;
    private final int steps;
    private final double[] on; // [v] q: the probability that a slot is on
    private final double[] mass; // [v] the probability of the words that hold a slot
    private final double[] ratio; // [v] q / mass

    LikelihoodRule(Dictionary dictionary, double posWeight, int steps) {
        this.blocks = dictionary.blocks();
        this.logPosWeight = Math.log(posWeight);
        this.steps = steps;
        int vocabSize = dictionary.table().config().vocabSize();
        this.on = new double[vocabSize];
        this.mass = new double[vocabSize];
        this.ratio = new double[vocabSize];
    }

    /** Writes the logarithms of the words' probabilities, up to the same constant. */
    void score(float[] logits, double[] p) {
        for (int slot = 0; slot < on.length; slot++) {
            on[slot] = Math.max(LEAST, 1 / (1 + Math.exp(logPosWeight - logits[slot])));
        }
        start(p);
        if (steps > 0) {
            refineAll(p);
        }
        if (steps > 1) {
            refineBest(p);
        }
        for (int w = 0; w < p.length; w++) {
            p[w] = Math.log(Math.max(p[w], Double.MIN_NORMAL));
        }
    }

    private void start(double[] p) {
        int at = 0;
        for (PatternBlock block : blocks) {
            double[] rowLeast = new double[block.rows];
            for (int row = 0; row < block.rows; row++) {
                double least = 1;
                for (int i = row * block.m; i < (row + 1) * block.m; i++) {
                    least = Math.min(least, on[block.slots[i]]);
                }
                rowLeast[row] = least;
            }
            for (int w = 0; w < block.size(); w++) {
                double least = 1;
                for (int i = block.start[w]; i < block.start[w + 1]; i++) {
                    least = Math.min(least, rowLeast[block.wordRows[i]]);
                }
                p[at + w] = least;
            }
            at += block.size();
        }
    }

    private void refineAll(double[] p) {
        sumMass(p);
        for (int slot = 0; slot < ratio.length; slot++) {
            ratio[slot] = mass[slot] > 0 ? on[slot] / mass[slot] : 0;
        }
        int at = 0;
        for (PatternBlock block : blocks) {
            multiplyByMeanRatio(block, p, at);
            at += block.size();
        }
    }

    /** mass ← the sum of p over the words that hold a slot. */
    private void sumMass(double[] p) {
        Arrays.fill(mass, 0);
        int at = 0;
        for (PatternBlock block : blocks) {
            double[] rowMass = new double[block.rows];
            for (int w = 0; w < block.size(); w++) {
                for (int i = block.start[w]; i < block.start[w + 1]; i++) {
                    rowMass[block.wordRows[i]] += p[at + w];
                }
            }
            for (int row = 0; row < block.rows; row++) {
                for (int i = row * block.m; i < (row + 1) * block.m; i++) {
                    mass[block.slots[i]] += rowMass[row];
                }
            }
            for (int i = 0; i < block.repeats; i++) {
                mass[block.repeatSlot[i]] -= p[at + block.repeatWord[i]];
            }
            at += block.size();
        }
    }

    private void multiplyByMeanRatio(PatternBlock block, double[] p, int at) {
        double[] rowSums = new double[block.rows];
        for (int row = 0; row < block.rows; row++) {
            for (int i = row * block.m; i < (row + 1) * block.m; i++) {
                rowSums[row] += ratio[block.slots[i]];
            }
        }
        int repeat = 0;
        for (int w = 0; w < block.size(); w++) {
            double sum = 0;
            for (int i = block.start[w]; i < block.start[w + 1]; i++) {
                sum += rowSums[block.wordRows[i]];
            }
            int targets = block.trigramCount(w) * block.m;
            for (; repeat < block.repeats && block.repeatWord[repeat] == w; repeat++) {
                sum -= ratio[block.repeatSlot[repeat]];
                targets--;
            }
            p[at + w] *= sum / targets;
        }
    }

    /** The steps after the first, over the best words; the others' share of the slots stays as it is. */
    private void refineBest(double[] p) {
        int[] best = best(p, DictionaryScorer.CANDIDATES);
        int[][] targets = new int[best.length][];
        double[] candidate = new double[best.length];
        for (int c = 0; c < best.length; c++) {
            targets[c] = targets(best[c]);
            candidate[c] = p[best[c]];
            p[best[c]] = 0;
        }
        sumMass(p);
        double[] tail = mass.clone();
        for (int step = 1; step < steps; step++) {
            System.arraycopy(tail, 0, mass, 0, mass.length);
            for (int c = 0; c < best.length; c++) {
                for (int slot : targets[c]) {
                    mass[slot] += candidate[c];
                }
            }
            for (int c = 0; c < best.length; c++) {
                double sum = 0;
                for (int slot : targets[c]) {
                    sum += on[slot] / mass[slot];
                }
                candidate[c] *= sum / targets[c].length;
            }
        }
        for (int c = 0; c < best.length; c++) {
            p[best[c]] = candidate[c];
        }
    }

    private int[] targets(int word) {
        PatternBlock block = blocks.getFirst();
        int w = word;
        if (w >= block.size()) {
            w -= block.size();
            block = blocks.getLast();
        }
        return block.targets(w);
    }

    /** The indices of the n largest values; of equal ones at the border the first. */
    private static int[] best(double[] values, int n) {
        if (values.length <= n) {
            return IntStream.range(0, values.length).toArray();
        }
        double border = nthLargest(values.clone(), n);
        int[] best = new int[n];
        int count = 0;
        for (int i = 0; i < values.length; i++) {
            if (values[i] > border) {
                best[count++] = i;
            }
        }
        for (int i = 0; count < n; i++) {
            if (values[i] == border) {
                best[count++] = i;
            }
        }
        return best;
    }

    /** Quickselect; reorders the values. */
    private static double nthLargest(double[] values, int n) {
        int from = 0;
        int to = values.length - 1;
        while (from < to) {
            double pivot = values[(from + to) >>> 1];
            int i = from;
            int j = to;
            while (i <= j) {
                while (values[i] > pivot) {
                    i++;
                }
                while (values[j] < pivot) {
                    j--;
                }
                if (i <= j) {
                    double swap = values[i];
                    values[i++] = values[j];
                    values[j--] = swap;
                }
            }
            if (n - 1 <= j) {
                to = j;
            } else if (n - 1 >= i) {
                from = i;
            } else {
                break;
            }
        }
        return values[n - 1];
    }
}
