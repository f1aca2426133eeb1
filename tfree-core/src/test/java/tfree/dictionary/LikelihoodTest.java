package tfree.dictionary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tfree.trigram.SlotTable;
import tfree.trigram.TokenizerConfig;

/** The likelihood rule against its definition, written down a second time word by word and slot by slot. */
class LikelihoodTest {
    private static final double POS_WEIGHT = 15;

    @Test
    void agreesWithThePlainComputation() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Dictionary all = GoldenDictionary.of(8000, 10, 3);
        Dictionary some = all.top(700).plus(List.of("Quetzalcoatl", "<|custom|>", "aaaaaaaaaa"));
        for (Dictionary dictionary : List.of(all, some)) {
            for (int steps : new int[]{0, 1, 2, 10}) {
                float[] logits = new float[8000];
                for (int slot = 0; slot < logits.length; slot++) {
                    logits[slot] = (float) (-4 + 3 * random.nextGaussian());
                }
                int helpers = random.nextInt(3);
                double[] actual = new DictionaryScorer(dictionary, Scoring.likelihood(20, steps), helpers)
                        .logProbs(logits);
                double[] expected = plain(dictionary, logits, 20, steps);
                for (int w = 0; w < actual.length; w++) {
                    assertEquals(expected[w], Math.exp(actual[w]), 1e-9 * expected[w], "seed " + seed + " steps "
                            + steps + " helpers " + helpers + " word " + dictionary.word(w));
                }
            }
        }
    }

    @Test
    void everyStepBringsExactSlotProbabilitiesNearerToTheirDistribution() {
        WordList words = GoldenDictionary.words();
        Dictionary dictionary = GoldenDictionary.of(8000, 10, 0);
        double total = IntStream.range(0, words.size()).mapToLong(words::count).sum();
        double[] truth = IntStream.range(0, words.size()).mapToDouble(w -> words.count(w) / total).toArray();
        float[] logits = exactLogits(dictionary, truth);
        double none = bits(truth, logits, dictionary, 0);
        double one = bits(truth, logits, dictionary, 1);
        double ten = bits(truth, logits, dictionary, 10);
        assertEquals(10.058, none, 0.001);
        assertEquals(9.487, one, 0.001);
        assertEquals(9.284, ten, 0.001);
    }

    @Test
    void recoversASmallDistributionNearlyExactly() {
        SlotTable table = new SlotTable(TokenizerConfig.of(2000, 10, 0));
        WordCounts counts = new WordCounts();
        List.of("the", "then", "there", "these", "house", "houses", "Haus", "mouse").forEach(counts::add);
        Dictionary dictionary = Dictionary.of(WordList.inOrder(counts), table);
        double[] truth = {0.4, 0.05, 0.05, 0.1, 0.1, 0.2, 0.07, 0.03};
        float[] logits = exactLogits(dictionary, truth);
        double entropy = Arrays.stream(truth).map(p -> -p * Math.log(p) / Math.log(2)).sum();
        double none = bits(truth, logits, dictionary, 0);
        double ten = bits(truth, logits, dictionary, 10);
        assertTrue(ten < none, ten + " < " + none);
        assertEquals(entropy, ten, 0.01);
    }

    @Test
    void leavesEveryWordAProbabilityWhateverTheLogits() {
        Dictionary dictionary = GoldenDictionary.of(8000, 10, 2);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (float scale : new float[]{0, 1, 50, 1e4f, Float.POSITIVE_INFINITY}) {
            float[] logits = new float[8000];
            for (int slot = 0; slot < logits.length; slot++) {
                logits[slot] = random.nextBoolean() ? scale : -scale;
            }
            double[] logProbs = new DictionaryScorer(dictionary, Scoring.likelihood(20, 10)).logProbs(logits);
            double sum = Arrays.stream(logProbs).map(Math::exp).sum();
            assertEquals(1, sum, 1e-9, "seed " + seed + " scale " + scale);
            assertTrue(Arrays.stream(logProbs).allMatch(Double::isFinite), "seed " + seed + " scale " + scale);
        }
    }

    private static double bits(double[] truth, float[] logits, Dictionary dictionary, int steps) {
        double[] logProbs = new DictionaryScorer(dictionary, Scoring.likelihood(POS_WEIGHT, steps)).logProbs(logits);
        return IntStream.range(0, truth.length).mapToDouble(w -> -truth[w] * logProbs[w] / Math.log(2)).sum();
    }

    /** Logits as a perfect model trained with that weight of positives gives them. */
    private static float[] exactLogits(Dictionary dictionary, double[] truth) {
        double[] on = new double[dictionary.table().config().vocabSize()];
        for (int w = 0; w < truth.length; w++) {
            for (int slot : dictionary.pattern(w).targets()) {
                on[slot] += truth[w];
            }
        }
        float[] logits = new float[on.length];
        for (int slot = 0; slot < on.length; slot++) {
            double q = Math.clamp(on[slot], 1e-9, 1 - 1e-9);
            logits[slot] = (float) (Math.log(q / (1 - q)) + Math.log(POS_WEIGHT));
        }
        return logits;
    }

    private static double[] plain(Dictionary dictionary, float[] logits, double posWeight, int steps) {
        int words = dictionary.size();
        int[][] slots = IntStream.range(0, words).mapToObj(w -> dictionary.pattern(w).targets())
                .toArray(int[][]::new);
        double[] q = new double[logits.length];
        for (int slot = 0; slot < q.length; slot++) {
            q[slot] = 1 / (1 + Math.exp(-(logits[slot] - Math.log(posWeight))));
        }
        double[] p = new double[words];
        for (int w = 0; w < words; w++) {
            p[w] = Arrays.stream(slots[w]).mapToDouble(slot -> q[slot]).min().orElseThrow();
        }
        Set<Integer> refined = new HashSet<>(IntStream.range(0, words).boxed().toList());
        for (int step = 0; step < steps; step++) {
            if (step == 1) {
                double[] afterFirst = p.clone();
                refined = new HashSet<>(IntStream.range(0, words).boxed()
                        .sorted(Comparator.comparingDouble((Integer w) -> -afterFirst[w]))
                        .limit(DictionaryScorer.CANDIDATES).toList());
            }
            double[] mass = new double[q.length];
            for (int w = 0; w < words; w++) {
                for (int slot : slots[w]) {
                    mass[slot] += p[w];
                }
            }
            for (int w : refined) {
                p[w] *= Arrays.stream(slots[w]).mapToDouble(slot -> q[slot] / mass[slot]).average().orElseThrow();
            }
        }
        double sum = Arrays.stream(p).sum();
        return Arrays.stream(p).map(value -> value / sum).toArray();
    }
}
