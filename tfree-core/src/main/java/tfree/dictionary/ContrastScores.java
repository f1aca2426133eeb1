package tfree.dictionary;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import tfree.dictionary.ParallelPhases.Phase;
import tfree.trigram.ActivationPattern;

/**
 * {@link ScoringRule#CONTRAST} over a dictionary's blocks, in floats: a sum for each row, an addition for each part and
 * for each word. The exact score of a word is the formula over its two sets of slots, in doubles and by ascending slot,
 * so that words with equal sets have equal scores.
 */
final class ContrastScores implements SlotScores {
    private static final int STEP = WordParts.STEP;
    private static final int SLOT_STEP = 1 << 12;

    private final Dictionary dictionary;
    private final int vocabSize;
    private final int m;
    private final double edgeWeight;
    private final float[] weightOfKinds; // by Repeats.kinds
    private final int helpers;
    private final float[] active; // [v + 1] σ of the logits; the last one stands for no slot
    private final double[] sums; // of active, by chunk
    private final float[] largestActive; // of active, by chunk
    private final List<Block> blocks;
    private final List<WordKeys> keys = new ArrayList<>();
    private final List<Phase> phases = new ArrayList<>();
    private final List<BestFirst> searches = new ArrayList<>();
    private final List<Phase> searchPhases = new ArrayList<>();
    private float[] logits = new float[0];

    ContrastScores(Dictionary dictionary, double edgeWeight, int helpers) {
        this.dictionary = dictionary;
        this.vocabSize = dictionary.table().config().vocabSize();
        this.m = dictionary.table().config().vocabPopulation();
        this.edgeWeight = edgeWeight;
        this.weightOfKinds = new float[]{0, 1, (float) edgeWeight, (float) (1 + edgeWeight)};
        this.helpers = helpers;
        this.active = new float[vocabSize + 1];
        this.blocks = dictionary.blocks();
        Phase slots = new Phase(vocabSize, SLOT_STEP, this::activate);
        this.sums = new double[slots.chunks()];
        this.largestActive = new float[slots.chunks()];
        phases.add(slots);
        for (Block block : blocks) {
            addPhases(block.parts());
        }
    }

    private void addPhases(WordParts parts) {
        float[] values = new float[parts.units() + 1];
        WordKeys scores = WordKeys.of(parts.words());
        keys.add(scores);
        phases.add(new Phase(parts.rows(), 1 << 10, (from, to) -> sumRows(parts, values, from, to)));
        parts.addLevels(phases, (from, to) -> addParts(parts, values, from, to));
        phases.add(new Phase(parts.words(), STEP, (from, to) -> scoreWords(parts, values, scores, from, to)));
    }

    @Override
    public void score(float[] row) {
        logits = row;
        ParallelPhases.run(phases, helpers);
    }

    @Override
    public int @Nullable [] best(float[] row, int n, IntPredicate allowed) {
        if (searches.isEmpty()) {
            searchPhases.add(phases.getFirst());
            for (Block block : blocks) {
                BestFirst search = new BestFirst(block);
                searches.add(search);
                searchPhases.add(new Phase(block.parts().rows(), 1 << 10,
                        (from, to) -> sumRows(block.parts(), search.sums(), from, to)));
            }
        }
        logits = row;
        ParallelPhases.run(searchPhases, helpers);
        double total = total();
        double largestMean = largestActive() * Math.max(1, edgeWeight);
        BestFirst.Best best = new BestFirst.Best(n);
        for (int block = 0; block < searches.size(); block++) {
            if (!searches.get(block).search(new Bounds(block, total), best, largestMean, allowed)) {
                return null;
            }
        }
        return best.places();
    }

    /** Bounds and exact scores of one block's words. */
    private final class Bounds implements BestFirst.Activations {
        private final int block;
        private final double total;
        private final float[] slack;

        Bounds(int block, double total) {
            this.block = block;
            this.total = total;
            this.slack = new float[blocks.get(block).parts().mostTrigrams() + 1];
            for (int trigrams = 1; trigrams < slack.length; trigrams++) {
                slack[trigrams] = slack(block, trigrams);
            }
        }

        @Override
        public double bound(double sum, int trigrams) {
            double on = (double) m * trigrams;
            return sum / on + (sum - total) / (vocabSize - on) + slack[trigrams];
        }

        @Override
        public double exact(int position) {
            return ContrastScores.this.exact(block, position);
        }
    }

    private void activate(int from, int to) {
        Exponentials.sigmoid(logits, active, from, to);
        double sum = 0;
        float largest = 0;
        for (int slot = from; slot < to; slot++) {
            sum += active[slot];
            largest = Math.max(largest, active[slot]);
        }
        sums[from / SLOT_STEP] = sum;
        largestActive[from / SLOT_STEP] = largest;
    }

    /** T: the sum of all activations. */
    private double total() {
        double total = 0;
        for (double sum : sums) {
            total += sum;
        }
        return total;
    }

    private float largestActive() {
        float largest = 0;
        for (float each : largestActive) {
            largest = Math.max(largest, each);
        }
        return largest;
    }

    private void sumRows(WordParts parts, float[] values, int from, int to) {
        int[] slots = parts.slots;
        for (int row = from; row < to; row++) {
            float sum = 0;
            for (int i = row * m; i < (row + 1) * m; i++) {
                sum += active[slots[i]];
            }
            values[row] = row < parts.innerRows ? sum : (float) edgeWeight * sum;
        }
    }

    private void addParts(WordParts parts, float[] values, int from, int to) {
        addHalves(values, parts.partLeft, parts.partRight, values, parts.rows(), from, to, 1, 0);
        Repeats repeats = parts.partRepeats;
        for (int i = repeats.first(from); i < repeats.size() && repeats.unit(i) < to; i++) {
            values[parts.rows() + repeats.unit(i)] -= weightOfKinds[repeats.kinds(i)] * active[repeats.slot(i)];
        }
    }

    private void scoreWords(WordParts parts, float[] values, WordKeys scores, int from, int to) {
        double total = total();
        float[] out = scores.keys();
        Repeats repeats = parts.wordRepeats;
        int repeat = repeats.first(from);
        int n = parts.trigramCount(from);
        for (int at = from; at < to; n++) {
            int end = Math.min(to, parts.firstOfCount[n + 1]);
            double on = (double) m * n;
            float scale = (float) (1 / on + 1 / (vocabSize - on));
            float shift = (float) (total / (vocabSize - on));
            addHalves(values, parts.wordLeft, parts.wordRight, out, 0, at, end, scale, shift);
            for (; repeat < repeats.size() && repeats.unit(repeat) < end; repeat++) {
                out[repeats.unit(repeat)] -= scale * weightOfKinds[repeats.kinds(repeat)]
                        * active[repeats.slot(repeat)];
            }
            at = end;
        }
        scores.findLargest(from, to);
    }

    private static void addHalves(float[] values, int[] left, int[] right, float[] out, int offset, int from, int to,
            float scale, float shift) {
        for (int i = from; i < to; i++) {
            out[offset + i] = scale * (values[left[i]] + values[right[i]]) - shift;
        }
    }

    @Override
    public WordKeys keys(int block) {
        return keys.get(block);
    }

    /**
     * Each of the additions behind a key may be off by half a unit in the last place of the sum, which is at most
     * n·m activations: one addition a slot of a row, one a level, one a repeat.
     */
    @Override
    public float slack(int block, int trigrams) {
        double on = (double) m * trigrams;
        double additions = m + 16 + on * on / vocabSize;
        double mean = largestActive() * Math.max(1, edgeWeight) * (1 + on / (vocabSize - on));
        return (float) (0x1p-24 * (additions * mean + 4 * total() / (vocabSize - on)));
    }

    @Override
    public double exact(int block, int position) {
        Block of = blocks.get(block);
        int word = of.parts().place[position];
        ActivationPattern pattern = dictionary.table().pattern(of.words().utf8, of.words().starts[word],
                of.words().starts[word + 1]);
        double sum = sum(pattern.inner()) + edgeWeight * sum(pattern.edge());
        double on = (double) m * pattern.trigramCount();
        return sum / on + (sum - total()) / (vocabSize - on);
    }

    private double sum(int[] slots) {
        double sum = 0;
        for (int slot : slots) {
            sum += active[slot];
        }
        return sum;
    }

    @Override
    public void copy(int block, double less, double[] all) {
        int[] position = blocks.get(block).parts().position;
        float[] scores = keys.get(block).keys();
        int first = blocks.get(block).first();
        ParallelPhases.run(List.of(new Phase(position.length, STEP, (from, to) -> {
            for (int i = from; i < to; i++) {
                all[first + i] = scores[position[i]] - less;
            }
        })), helpers);
    }

    @Override
    public double logNormaliser() {
        float max = Float.NEGATIVE_INFINITY;
        for (WordKeys of : keys) {
            for (float largest : of.largest()) {
                max = Math.max(max, largest);
            }
        }
        double sum = sumOfExponentials(max);
        return max + Math.log(sum);
    }

    private double sumOfExponentials(float max) {
        List<Phase> phases = new ArrayList<>();
        List<double[]> sums = new ArrayList<>();
        for (WordKeys of : keys) {
            double[] sum = new double[(of.keys().length + STEP - 1) / STEP];
            sums.add(sum);
            phases.add(new Phase(of.keys().length, STEP,
                    (from, to) -> sum[from / STEP] = Exponentials.sum(of.keys(), from, to, max)));
        }
        ParallelPhases.run(phases, helpers);
        double all = 0;
        for (double[] sum : sums) {
            for (double each : sum) {
                all += each;
            }
        }
        return all;
    }
}
