package tfree.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tfree.dictionary.Dictionary;
import tfree.dictionary.ScoredWord;
import tfree.dictionary.Scoring;
import tfree.dictionary.WordCounts;
import tfree.dictionary.WordFilter;
import tfree.dictionary.WordList;
import tfree.trigram.SlotTable;
import tfree.trigram.TokenizerConfig;

class NextWordTest {
    private static final List<String> WORDS = List.of("red", "green", "blue", "black", "white");
    private static final WordLexicon LEXICON = lexicon();

    private static WordLexicon lexicon() {
        WordCounts counts = new WordCounts();
        WORDS.forEach(counts::add);
        return new WordLexicon(
                Dictionary.of(WordList.inOrder(counts), new SlotTable(TokenizerConfig.of(500, 10, 2))),
                Scoring.contrast(1));
    }

    /** Scores as they are given; all of them only where that is expected. */
    private record Given(boolean mayAskForAll, double... scores) implements Lexicon.Scores {
        @Override
        public double[] logProbs() {
            throw new AssertionError("nobody asked for probabilities");
        }

        @Override
        public double logProb(int index) {
            throw new AssertionError("nobody asked for probabilities");
        }

        @Override
        public List<ScoredWord> top(int n) {
            throw new AssertionError("nobody asked for probabilities");
        }

        @Override
        public double[] scores() {
            assertTrue(mayAskForAll, "the best are enough");
            return scores.clone();
        }

        @Override
        public double score(int index) {
            return scores[index];
        }

        @Override
        public int[] best(int n, IntPredicate allowed) {
            return IntStream.range(0, scores.length).filter(allowed).boxed()
                    .sorted((a, b) -> Double.compare(scores[b], scores[a])).limit(n).mapToInt(i -> i).toArray();
        }
    }

    private static NextWord greedy(Penalties penalties, String... prompt) {
        return new NextWord(LEXICON, Vocabulary.OPEN, new Sampling(0, 0, 1, 0, penalties, 0), List.of(prompt));
    }

    private static int[] said(NextWord next, int words, double... scores) {
        return IntStream.range(0, words).map(_ -> next.choose(new Given(false, scores))).toArray();
    }

    @Test
    void takesTheBestWithoutPenalties() {
        assertArrayEquals(new int[]{2, 2, 2}, said(greedy(Penalties.NONE, "blue"), 3, 0.1, 0.2, 0.9, 0.3, 0.8));
    }

    @Test
    void aRepetitionPenaltyCountsForThePromptToo() {
        Penalties twice = new Penalties(2, 0, 0, Map.of());
        assertArrayEquals(new int[]{4, 2, 2}, said(greedy(twice, "blue", "unknown"), 3, 0.1, 0.2, 0.9, 0.3, 0.8));
        assertArrayEquals(new int[]{4, 3, 1, 4}, said(greedy(twice, "blue"), 4, -1, -0.3, -0.2, -0.25, -0.19));
    }

    @Test
    void presenceCountsOnceAndFrequencyEachTime() {
        assertArrayEquals(new int[]{2, 4, 2, 2, 2},
                said(greedy(new Penalties(1, 0.2, 0, Map.of())), 5, 0.1, 0.2, 0.9, 0.3, 0.8));
        assertArrayEquals(new int[]{2, 4, 2, 4, 2},
                said(greedy(new Penalties(1, 0, 0.2, Map.of())), 5, 0.1, 0.2, 0.9, 0.3, 0.8));
    }

    @Test
    void aBiasLiftsAWordOrForbidsIt() {
        Map<String, Double> bias = Map.of("red", 0.75, "blue", Double.NEGATIVE_INFINITY, "unknown", 5.0);
        assertArrayEquals(new int[]{0, 4, 0},
                said(greedy(new Penalties(1, 0.1, 0, bias)), 3, 0.1, 0.2, 0.9, 0.3, 0.8));
    }

    @Test
    void theBestAreEnoughForWhatAllGive() {
        long seed = System.nanoTime();
        System.out.println("scores from seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            double[] scores = random.doubles(WORDS.size(), -1, 1).toArray();
            Penalties penalties = new Penalties(random.nextDouble(0.5, 2), random.nextDouble(), random.nextDouble(),
                    random.nextBoolean() ? Map.of() : Map.of("green", random.nextDouble(-1, 1)));
            Vocabulary vocabulary = random.nextBoolean() ? Vocabulary.OPEN
                    : new Vocabulary(null, List.of("red"), WordFilter.denying(List.of("black")), List.of());
            List<String> prompt = List.of(WORDS.get(random.nextInt(5)));
            int k = 1 + random.nextInt(5);
            // Against all words, of which the sampler then takes the k best: at so low a temperature the first.
            NextWord best = new NextWord(LEXICON, vocabulary, new Sampling(1e-9, k, 1, 0, penalties, 1), prompt);
            NextWord all = new NextWord(LEXICON, vocabulary, new Sampling(1e-9, 0, 1, 0, penalties, 1), prompt);
            for (int word = 0; word < 4; word++) {
                assertEquals(all.choose(new Given(true, scores)), best.choose(new Given(false, scores)),
                        "seed " + seed + " round " + round + " word " + word);
            }
        }
    }

    @Test
    void refusesPenaltiesOutOfRange() {
        assertEquals("repetition_penalty: expected a number above 0 but was 0.0",
                assertThrows(IllegalArgumentException.class, () -> new Penalties(0, 0, 0, Map.of())).getMessage());
        assertThrows(IllegalArgumentException.class, () -> new Penalties(1, Double.NaN, 0, Map.of()));
        assertThrows(IllegalArgumentException.class, () -> new Penalties(1, 0, 0, Map.of("a", Double.NaN)));
        assertThrows(IllegalArgumentException.class, () -> new Penalties(1, 0, 0,
                Map.of("a", Double.POSITIVE_INFINITY)));
    }
}
