package tfree.dictionary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import tfree.dictionary.ParallelPhases.Phase;
import tfree.trigram.ActivationPattern;

/**
 * {@link ScoringRule#LIKELIHOOD} over a dictionary's blocks, in doubles. A step over all words passes through rows and
 * parts twice: the words' probabilities flow through them into the slots, the slots' ratios back to the words.
 */
final class LikelihoodScores implements SlotScores {
    /** No slot is held for less probable than this, so that no word falls to 0. */
    private static final double LEAST = 1e-20;
    private static final int STEP = WordParts.STEP;

    private final Dictionary dictionary;
    private final int vocabSize;
    private final int m;
    private final double logPosWeight;
    private final int steps;
    private final int helpers;
    private final int lanes; // sums flow to the slots in so many at once, each over words and parts of its own
    private final double[] on; // [v + 1] q: the probability that a slot is on; the last one stands for no slot
    private final double[][] mass; // [lanes][v + 1] the probability of the words that hold a slot
    private final double[] ratio; // [v + 1] q / mass
    private final List<Block> blocks;
    private final List<Values> values = new ArrayList<>();
    private float[] logits = new float[0];

    /** Of one block: what its units and words have. */
    private record Values(WordParts parts, double[][] units, double[] p, int[] targets, WordKeys keys) {}

    LikelihoodScores(Dictionary dictionary, double posWeight, int steps, int helpers) {
        this.dictionary = dictionary;
        this.vocabSize = dictionary.table().config().vocabSize();
        this.m = dictionary.table().config().vocabPopulation();
        this.logPosWeight = Math.log(posWeight);
        this.steps = steps;
        this.helpers = helpers;
        this.lanes = helpers == 0 ? 1 : 2;
        this.on = new double[vocabSize + 1];
        this.mass = new double[lanes][vocabSize + 1];
        this.ratio = new double[vocabSize + 1];
        this.blocks = dictionary.blocks();
        for (Block block : blocks) {
            WordParts parts = block.parts();
            values.add(new Values(parts, new double[lanes][parts.units() + 1], new double[parts.words()],
                    targetCounts(parts), WordKeys.of(parts.words())));
        }
        on[vocabSize] = 1;
    }

    /** [words] by position: how many slots each has. */
    private int[] targetCounts(WordParts parts) {
        int[] units = new int[parts.units() + 1];
        for (int i = 0; i < parts.slots.length; i++) {
            units[i / m] += parts.slots[i] < vocabSize ? 1 : 0;
        }
        int rows = parts.rows();
        int repeat = 0;
        for (int i = 0; i < parts.parts(); i++) {
            units[rows + i] = units[parts.partLeft[i]] + units[parts.partRight[i]];
            for (; repeat < parts.partRepeats.size() && parts.partRepeats.unit(repeat) == i; repeat++) {
                units[rows + i]--;
            }
        }
        int[] counts = new int[parts.words()];
        Arrays.setAll(counts, p -> units[parts.wordLeft[p]] + units[parts.wordRight[p]]);
        for (int i = 0; i < parts.wordRepeats.size(); i++) {
            counts[parts.wordRepeats.unit(i)]--;
        }
        return counts;
    }

    @Override
    public void score(float[] row) {
        logits = row;
        List<Phase> phases = new ArrayList<>();
        phases.add(new Phase(vocabSize, 1 << 12, this::switchOn));
        values.forEach(of -> addStart(of, phases));
        if (steps > 0) {
            addMass(phases);
            phases.add(new Phase(vocabSize, 1 << 13, this::divide));
            values.forEach(of -> addMultiplication(of, phases));
        }
        ParallelPhases.run(phases, helpers);
        if (steps > 1) {
            refineBest();
        }
    }

    /** A word's probability depends on all others'. */
    @Override
    public int @Nullable [] best(float[] row, int n, IntPredicate allowed) {
        return null;
    }

    private void switchOn(int from, int to) {
        for (int slot = from; slot < to; slot++) {
            on[slot] = Math.max(LEAST, 1 / (1 + Math.exp(logPosWeight - logits[slot])));
        }
    }

    /** p ← the least q of a word's slots. */
    private void addStart(Values of, List<Phase> phases) {
        WordParts parts = of.parts;
        double[] units = of.units[0];
        phases.add(new Phase(parts.rows(), 1 << 10, (from, to) -> {
            units[parts.none()] = 1;
            for (int row = from; row < to; row++) {
                double least = 1;
                for (int i = row * m; i < (row + 1) * m; i++) {
                    least = Math.min(least, on[parts.slots[i]]);
                }
                units[row] = least;
            }
        }));
        parts.addLevels(phases, (from, to) -> least(units, parts.partLeft, parts.partRight, units, parts.rows(),
                from, to));
        phases.add(new Phase(parts.words(), STEP, (from, to) -> {
            least(units, parts.wordLeft, parts.wordRight, of.p, 0, from, to);
            setKeys(of, from, to);
        }));
    }

    private static void least(double[] units, int[] left, int[] right, double[] out, int offset, int from, int to) {
        for (int i = from; i < to; i++) {
            out[offset + i] = Math.min(units[left[i]], units[right[i]]);
        }
    }

    private static void setKeys(Values of, int from, int to) {
        float[] keys = of.keys.keys();
        for (int i = from; i < to; i++) {
            keys[i] = (float) of.p[i];
        }
        of.keys.findLargest(from, to);
    }

    /** Work of one lane on its share of the items. */
    private interface LaneWork {
        void run(int lane, int from, int to);
    }

    private Phase lanes(int items, LaneWork work) {
        return new Phase(lanes, 1, (lane, _) -> work.run(lane, (int) ((long) items * lane / lanes),
                (int) ((long) items * (lane + 1) / lanes)));
    }

    /** mass ← the sum of p over the words that hold a slot: from the words down through parts and rows. */
    private void addMass(List<Phase> phases) {
        phases.add(lanes(0, (lane, _, _) -> {
            Arrays.fill(mass[lane], 0);
            values.forEach(of -> Arrays.fill(of.units[lane], 0));
        }));
        for (Values of : values) {
            WordParts parts = of.parts;
            phases.add(lanes(parts.words(), (lane, from, to) -> wordsToHalves(of, lane, from, to)));
            for (int level = parts.levels.length - 1; level > 0; level--) {
                int first = parts.levels[level - 1];
                phases.add(lanes(parts.levels[level] - first,
                        (lane, from, to) -> partsToHalves(of, lane, first + from, first + to)));
            }
            phases.add(lanes(parts.rows(), (lane, from, to) -> rowsToSlots(of, lane, from, to)));
        }
    }

    private void wordsToHalves(Values of, int lane, int from, int to) {
        double[] units = of.units[lane];
        WordParts parts = of.parts;
        for (int p = from; p < to; p++) {
            units[parts.wordLeft[p]] += of.p[p];
            units[parts.wordRight[p]] += of.p[p];
        }
        Repeats repeats = parts.wordRepeats;
        for (int i = repeats.first(from); i < repeats.size() && repeats.unit(i) < to; i++) {
            mass[lane][repeats.slot(i)] -= of.p[repeats.unit(i)];
        }
    }

    private void partsToHalves(Values of, int lane, int from, int to) {
        double[] units = of.units[lane];
        WordParts parts = of.parts;
        Repeats repeats = parts.partRepeats;
        int repeat = repeats.first(from);
        for (int i = from; i < to; i++) {
            double p = sum(of.units, parts.rows() + i);
            units[parts.partLeft[i]] += p;
            units[parts.partRight[i]] += p;
            for (; repeat < repeats.size() && repeats.unit(repeat) == i; repeat++) {
                mass[lane][repeats.slot(repeat)] -= p;
            }
        }
    }

    private void rowsToSlots(Values of, int lane, int from, int to) {
        double[] slots = mass[lane];
        for (int row = from; row < to; row++) {
            double p = sum(of.units, row);
            for (int i = row * m; i < (row + 1) * m; i++) {
                slots[of.parts.slots[i]] += p;
            }
        }
    }

    private static double sum(double[][] lanes, int i) {
        double sum = 0;
        for (double[] lane : lanes) {
            sum += lane[i];
        }
        return sum;
    }

    private void divide(int from, int to) {
        for (int slot = from; slot < to; slot++) {
            double all = sum(mass, slot);
            ratio[slot] = all > 0 ? on[slot] / all : 0;
        }
    }

    /** p ← p · the mean ratio of a word's slots. */
    private void addMultiplication(Values of, List<Phase> phases) {
        WordParts parts = of.parts;
        double[] units = of.units[0];
        phases.add(new Phase(parts.rows(), 1 << 10, (from, to) -> {
            units[parts.none()] = 0;
            for (int row = from; row < to; row++) {
                double sum = 0;
                for (int i = row * m; i < (row + 1) * m; i++) {
                    sum += ratio[parts.slots[i]];
                }
                units[row] = sum;
            }
        }));
        parts.addLevels(phases, (from, to) -> {
            for (int i = from; i < to; i++) {
                units[parts.rows() + i] = units[parts.partLeft[i]] + units[parts.partRight[i]];
            }
            Repeats repeats = parts.partRepeats;
            for (int i = repeats.first(from); i < repeats.size() && repeats.unit(i) < to; i++) {
                units[parts.rows() + repeats.unit(i)] -= ratio[repeats.slot(i)];
            }
        });
        phases.add(new Phase(parts.words(), STEP, (from, to) -> {
            Repeats repeats = parts.wordRepeats;
            int repeat = repeats.first(from);
            for (int p = from; p < to; p++) {
                double sum = units[parts.wordLeft[p]] + units[parts.wordRight[p]];
                for (; repeat < repeats.size() && repeats.unit(repeat) == p; repeat++) {
                    sum -= ratio[repeats.slot(repeat)];
                }
                of.p[p] *= sum / of.targets[p];
            }
            setKeys(of, from, to);
        }));
    }

    /** The steps after the first, over the best words; the others' share of the slots stays as it is. */
    private void refineBest() {
        List<BestWords.Best> best = BestWords.of(blocks, this, DictionaryScorer.CANDIDATES, _ -> true);
        int[][] targets = new int[best.size()][];
        double[] candidate = new double[best.size()];
        for (int c = 0; c < candidate.length; c++) {
            BestWords.Best word = best.get(c);
            targets[c] = pattern(word).targets();
            double[] p = values.get(word.block()).p;
            candidate[c] = p[word.position()];
            p[word.position()] = 0;
        }
        List<Phase> phases = new ArrayList<>();
        addMass(phases);
        ParallelPhases.run(phases, helpers);
        double[] tail = new double[vocabSize];
        Arrays.setAll(tail, slot -> sum(mass, slot));
        double[] all = new double[vocabSize];
        for (int step = 1; step < steps; step++) {
            System.arraycopy(tail, 0, all, 0, all.length);
            for (int c = 0; c < candidate.length; c++) {
                for (int slot : targets[c]) {
                    all[slot] += candidate[c];
                }
            }
            for (int c = 0; c < candidate.length; c++) {
                double sum = 0;
                for (int slot : targets[c]) {
                    sum += on[slot] / all[slot];
                }
                candidate[c] *= sum / targets[c].length;
            }
        }
        for (int c = 0; c < candidate.length; c++) {
            BestWords.Best word = best.get(c);
            Values of = values.get(word.block());
            of.p[word.position()] = candidate[c];
            of.keys.set(word.position(), (float) candidate[c]);
        }
    }

    private ActivationPattern pattern(BestWords.Best word) {
        return dictionary.pattern(word.place());
    }

    @Override
    public WordKeys keys(int block) {
        return values.get(block).keys;
    }

    /** Keys are probabilities, which are at most about 1. */
    @Override
    public float slack(int block, int trigrams) {
        return 0;
    }

    @Override
    public double exact(int block, int position) {
        return Math.log(Math.max(values.get(block).p[position], Double.MIN_NORMAL));
    }

    @Override
    public void copy(int block, double less, double[] all) {
        int[] position = blocks.get(block).parts().position;
        int first = blocks.get(block).first();
        ParallelPhases.run(List.of(new Phase(position.length, STEP, (from, to) -> {
            for (int i = from; i < to; i++) {
                all[first + i] = exact(block, position[i]) - less;
            }
        })), helpers);
    }

    @Override
    public double logNormaliser() {
        double sum = 0;
        for (Values of : values) {
            for (double p : of.p) {
                sum += p;
            }
        }
        return Math.log(sum);
    }
}
