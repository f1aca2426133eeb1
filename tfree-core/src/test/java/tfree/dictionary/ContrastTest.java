package tfree.dictionary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tfree.trigram.ActivationPattern;
import tfree.trigram.SlotTable;
import tfree.trigram.TokenizerConfig;

/** The contrast rule against its formula, written down a second time word by word and slot by slot. */
class ContrastTest {
    private static final double TOLERANCE = 4e-6;

    @Test
    void scoresEveryWordAsTheFormulaDoes() {
        long seed = System.nanoTime();
        System.out.println("dictionaries from seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 60; round++) {
            Dictionary dictionary = dictionary(random);
            double edgeWeight = new double[]{0, 0.5, 1, 3}[random.nextInt(4)];
            DictionaryScorer scorer = new DictionaryScorer(dictionary, Scoring.contrast(edgeWeight),
                    random.nextInt(3));
            for (int state = 0; state < 2; state++) {
                float[] logits = logits(random, dictionary);
                double[] expected = plain(dictionary, logits, edgeWeight);
                double scale = scale(dictionary, logits, edgeWeight);
                WordScores scores = scorer.score(logits);
                double[] all = scores.all();
                double[] logProbs = scores.allLogProbs();
                double most = Arrays.stream(expected).max().orElse(0);
                double normaliser = most
                        + Math.log(Arrays.stream(expected).map(score -> Math.exp(score - most)).sum());
                String at = "seed " + seed + " round " + round + " word ";
                for (int w = 0; w < expected.length; w++) {
                    assertEquals(expected[w], all[w], TOLERANCE * scale, at + dictionary.word(w));
                    assertEquals(expected[w], scores.score(w), TOLERANCE * scale, at + dictionary.word(w));
                    assertEquals(expected[w] - normaliser, logProbs[w], TOLERANCE * scale + 1e-6,
                            at + dictionary.word(w));
                }
            }
        }
    }

    @Test
    void ranksByTheExactScoresAndThenByPlace() {
        long seed = System.nanoTime();
        System.out.println("dictionaries from seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 60; round++) {
            Dictionary dictionary = dictionary(random);
            WordScores scores = new DictionaryScorer(dictionary, Scoring.contrast(random.nextInt(3)),
                    random.nextInt(2)).score(logits(random, dictionary));
            int modulus = 1 + random.nextInt(4);
            IntPredicate allowed = w -> w % modulus == 0;
            int n = random.nextInt(20) == 0 ? dictionary.size() + 1 : random.nextInt(40);
            List<Integer> expected = IntStream.range(0, dictionary.size()).filter(allowed).boxed()
                    .sorted(Comparator.comparingDouble((Integer w) -> -scores.score(w)).thenComparingInt(w -> w))
                    .limit(n).toList();
            List<ScoredWord> top = scores.top(n, allowed);
            assertEquals(expected, top.stream().map(ScoredWord::index).toList(), "seed " + seed + " round " + round);
            top.forEach(word -> assertEquals(scores.score(word.index()), word.score()));
        }
    }

    @Test
    void findsTheBestWithoutScoringTheOthers() {
        long seed = System.nanoTime();
        System.out.println("dictionaries from seed " + seed);
        Random random = new Random(seed);
        int found = 0;
        for (int round = 0; round < 100; round++) {
            Dictionary dictionary = dictionary(random);
            ContrastScores rule = new ContrastScores(dictionary, random.nextInt(3), random.nextInt(2));
            int modulus = 1 + random.nextInt(4);
            IntPredicate allowed = w -> w % modulus == 0;
            for (int state = 0; state < 5; state++) {
                float[] logits = logits(random, dictionary);
                int n = 1 + random.nextInt(1 + dictionary.size() / 3);
                int[] best = rule.best(logits, n, allowed);
                if (best != null) {
                    found++;
                    List<Integer> expected = new WordScores(dictionary, rule, logits).top(n, allowed).stream()
                            .map(ScoredWord::index).toList();
                    assertEquals(expected, Arrays.stream(best).boxed().toList(), "seed " + seed + " round " + round);
                }
            }
        }
        assertTrue(found > 100, "found " + found);
    }

    @Test
    void givesWordsOfTheSameTrigramsTheSameScoreInTheDictionarysOrder() {
        WordCounts counts = new WordCounts();
        List.of("hahaha", "other", "haha", "hahahaha").forEach(counts::add);
        Dictionary dictionary = Dictionary.of(WordList.inOrder(counts), new SlotTable(TokenizerConfig.of(500, 10, 2)));
        float[] logits = logits(new Random(1), dictionary);
        List<ScoredWord> top = new DictionaryScorer(dictionary, Scoring.contrast(1)).top(logits, 4, w -> w != 1);
        assertEquals(List.of(0, 2, 3), top.stream().map(ScoredWord::index).toList());
        assertEquals(top.getFirst().score(), top.getLast().score());
    }

    @Test
    void scoresALargeDictionaryOnAllCoresAsOnOne() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        WordCounts counts = new WordCounts();
        while (counts.size() < 70_000) {
            counts.add(word(random, "abcdefghijkl", 9));
        }
        Dictionary dictionary = Dictionary.of(WordList.inOrder(counts), new SlotTable(TokenizerConfig.of(8000, 10, 2)));
        for (Scoring scoring : List.of(Scoring.contrast(0.7), Scoring.likelihood(10, 3))) {
            DictionaryScorer alone = new DictionaryScorer(dictionary, scoring, 0);
            DictionaryScorer shared = new DictionaryScorer(dictionary, scoring, 3);
            for (int state = 0; state < 20; state++) {
                float[] logits = logits(random, dictionary);
                double[] expected = alone.logProbs(logits);
                double[] actual = shared.logProbs(logits);
                for (int w = 0; w < expected.length; w++) {
                    assertEquals(expected[w], actual[w], 1e-9 * Math.max(1, Math.abs(expected[w])), "seed " + seed);
                }
                assertEquals(alone.top(logits, 10).getFirst().index(), shared.top(logits, 10).getFirst().index());
            }
        }
    }

    @Test
    void survivesLogitsWithoutAnyContrast() {
        Dictionary dictionary = GoldenDictionary.of(8000, 10, 2);
        DictionaryScorer scorer = new DictionaryScorer(dictionary, Scoring.contrast(1));
        for (float all : new float[]{0, -5, -1e9f, 1e9f, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY}) {
            float[] logits = new float[8000];
            Arrays.fill(logits, all);
            assertTrue(Arrays.stream(scorer.logProbs(logits)).allMatch(Double::isFinite), "logits " + all);
            assertEquals(20, scorer.top(logits, 20).size());
        }
    }

    /** Few letters, many repeats, rows that share slots, special words, and words that came later. */
    private static Dictionary dictionary(Random random) {
        int m = 1 + random.nextInt(12);
        int v = m * (2 + random.nextInt(random.nextBoolean() ? 20 : 2000));
        TokenizerConfig config = new TokenizerConfig(v, m, random.nextInt(m + 1), false, random.nextInt(10) == 0,
                TokenizerConfig.of(v, m, 0).splitMode());
        String letters = List.of("ab", "aAbB ", "abcdefghij", "aé😀ß").get(random.nextInt(4));
        WordCounts counts = new WordCounts();
        for (int i = random.nextInt(600); i >= 0; i--) {
            counts.add(word(random, letters, 1 + random.nextInt(12)), i);
        }
        List<String> more = new ArrayList<>();
        for (int i = random.nextInt(50); i > 0; i--) {
            more.add(word(random, letters, 14));
        }
        return Dictionary.of(WordList.inOrder(counts).specialWordsAdded(), new SlotTable(config)).plus(more);
    }

    private static String word(Random random, String letters, int longest) {
        int[] codePoints = letters.codePoints().toArray();
        StringBuilder word = new StringBuilder();
        for (int i = random.nextInt(longest); i >= 0; i--) {
            word.appendCodePoint(codePoints[random.nextInt(codePoints.length)]);
        }
        return word.toString();
    }

    /** Flat ones, and such where one word's slots stand out. */
    private static float[] logits(Random random, Dictionary dictionary) {
        float[] logits = new float[dictionary.table().config().vocabSize()];
        double spread = random.nextInt(4);
        double mean = -8 * random.nextDouble();
        for (int slot = 0; slot < logits.length; slot++) {
            logits[slot] = (float) (mean + spread * random.nextGaussian());
        }
        if (dictionary.size() > 0 && random.nextBoolean()) {
            for (int slot : dictionary.pattern(random.nextInt(dictionary.size())).targets()) {
                logits[slot] = 3;
            }
        }
        return logits;
    }

    /** The largest of what a score is the difference of. */
    private static double scale(Dictionary dictionary, float[] logits, double edgeWeight) {
        int most = IntStream.range(0, dictionary.size()).map(dictionary::trigramCount).max().orElse(0);
        double off = logits.length - (double) dictionary.table().config().vocabPopulation() * most;
        double[] active = active(logits);
        return Arrays.stream(active).max().orElse(0) * Math.max(1, edgeWeight) * (logits.length / off)
                + Arrays.stream(active).sum() / off;
    }

    private static double[] active(float[] logits) {
        double[] active = new double[logits.length];
        Arrays.setAll(active, slot -> 1 / (1 + Math.exp(-logits[slot])));
        return active;
    }

    private static double[] plain(Dictionary dictionary, float[] logits, double edgeWeight) {
        double[] active = active(logits);
        double total = Arrays.stream(active).sum();
        double[] scores = new double[dictionary.size()];
        for (int w = 0; w < scores.length; w++) {
            ActivationPattern pattern = dictionary.pattern(w);
            double sum = Arrays.stream(pattern.inner()).mapToDouble(slot -> active[slot]).sum()
                    + edgeWeight * Arrays.stream(pattern.edge()).mapToDouble(slot -> active[slot]).sum();
            double on = dictionary.table().config().vocabPopulation() * pattern.trigramCount();
            scores[w] = sum / on + (sum - total) / (active.length - on);
        }
        return scores;
    }
}
