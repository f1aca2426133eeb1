package tfree.dictionary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The n words with the largest exact scores, found by their keys: only runs of words whose largest key may still be among
 * the best are looked at, and only words whose key may be are scored exactly.
 */
final class BestWords {
    /** A word by its place in the dictionary and by its block and position there. */
    record Best(int place, int block, int position, double score) {}

    private static final Comparator<Best> BEST_FIRST = Comparator.comparingDouble(Best::score).reversed()
            .thenComparingInt(Best::place);

    private final List<Block> blocks;
    private final SlotScores scores;
    private final IntPredicate allowed;
    private final float[] bounds; // the n largest lower bounds so far, a heap with the least of them at 0
    private final float[][] slack; // by block and number of trigrams
    private int count;

    private BestWords(List<Block> blocks, SlotScores scores, int n, IntPredicate allowed) {
        this.blocks = blocks;
        this.scores = scores;
        this.allowed = allowed;
        this.bounds = new float[n];
        this.slack = new float[blocks.size()][];
        for (int block = 0; block < slack.length; block++) {
            slack[block] = new float[blocks.get(block).parts().mostTrigrams() + 1];
            for (int trigrams = 1; trigrams < slack[block].length; trigrams++) {
                slack[block][trigrams] = scores.slack(block, trigrams);
            }
        }
    }

    /** Best first, of equals the one that stands first in the dictionary; fewer than n if there are fewer words. */
    static List<Best> of(List<Block> blocks, SlotScores scores, int n, IntPredicate allowed) {
        int words = blocks.stream().mapToInt(Block::size).sum();
        return n <= 0 ? List.of() : new BestWords(blocks, scores, Math.min(n, words), allowed).best();
    }

    private List<Best> best() {
        if (bounds.length == 0) {
            return List.of();
        }
        for (int block = 0; block < blocks.size(); block++) {
            bound(block);
        }
        List<Best> best = new ArrayList<>();
        float least = count < bounds.length ? Float.NEGATIVE_INFINITY : bounds[0];
        for (int block = 0; block < blocks.size(); block++) {
            collect(block, least, best);
        }
        best.sort(BEST_FIRST);
        return best.size() > bounds.length ? best.subList(0, bounds.length) : best;
    }

    /** Raises the bounds by the block's words, from the run with the largest key on. */
    private void bound(int block) {
        float[] largest = scores.keys(block).largest();
        long[] order = new long[largest.length];
        for (int run = 0; run < order.length; run++) {
            int bits = Float.floatToIntBits(largest[run]);
            order[run] = (long) (bits ^ (bits >> 31 & Integer.MAX_VALUE)) << 32 | run; // sorts as the floats do
        }
        Arrays.sort(order);
        for (int i = order.length - 1; i >= 0; i--) {
            int run = (int) order[i];
            if (count == bounds.length && largest[run] <= bounds[0]) {
                return;
            }
            bound(block, run);
        }
    }

    private void bound(int block, int run) {
        WordParts parts = blocks.get(block).parts();
        float[] keys = scores.keys(block).keys();
        int end = Math.min(keys.length, (run + 1) * WordKeys.RUN);
        int n = parts.trigramCount(run * WordKeys.RUN);
        for (int p = run * WordKeys.RUN; p < end; p++) {
            for (; p >= parts.firstOfCount[n + 1]; n++) {
            }
            float bound = keys[p] - slack[block][n];
            if ((count < bounds.length || bound > bounds[0])
                    && allowed.test(blocks.get(block).first() + parts.place[p])) {
                push(bound);
            }
        }
    }

    /** The words whose upper bound reaches the least of the best lower bounds. */
    private void collect(int block, float least, List<Best> best) {
        WordParts parts = blocks.get(block).parts();
        int first = blocks.get(block).first();
        float[] keys = scores.keys(block).keys();
        float[] largest = scores.keys(block).largest();
        for (int run = 0; run < largest.length; run++) {
            int start = run * WordKeys.RUN;
            int end = Math.min(keys.length, start + WordKeys.RUN);
            int n = parts.trigramCount(start);
            if (largest[run] + slack[block][parts.trigramCount(end - 1)] < least) { // of most trigrams, most slack
                continue;
            }
            for (int p = start; p < end; p++) {
                for (; p >= parts.firstOfCount[n + 1]; n++) {
                }
                if (keys[p] + slack[block][n] >= least && allowed.test(first + parts.place[p])) {
                    best.add(new Best(first + parts.place[p], block, p, scores.exact(block, p)));
                }
            }
        }
    }

    private void push(float bound) {
        if (count < bounds.length) {
            int at = count++;
            for (; at > 0 && bounds[(at - 1) / 2] > bound; at = (at - 1) / 2) {
                bounds[at] = bounds[(at - 1) / 2];
            }
            bounds[at] = bound;
            return;
        }
        int at = 0;
        for (int child = 1; child < count; child = 2 * at + 1) {
            if (child + 1 < count && bounds[child + 1] < bounds[child]) {
                child++;
            }
            if (bounds[child] >= bound) {
                break;
            }
            bounds[at] = bounds[child];
            at = child;
        }
        bounds[at] = bound;
    }
}
