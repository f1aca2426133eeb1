package tfree.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tfree.dictionary.Dictionary;
import tfree.dictionary.DictionaryScorer;
import tfree.dictionary.PatternFile;
import tfree.dictionary.Scoring;
import tfree.dictionary.WordCounts;
import tfree.dictionary.WordFilter;
import tfree.dictionary.WordList;
import tfree.dictionary.WordScores;
import tfree.trigram.SlotTable;
import tfree.trigram.TokenizerConfig;

/**
 * Scores a dictionary of a million words in every way and prints a table. All ways take turns on the same activations,
 * which are those of a model that wavers between thirty words: see {@link #activations}. See docs/benchmarks.md for the
 * command.
 */
public final class DecoderReport {
    private static final int WORDS = 1_000_000;
    private static final int VOCAB_SIZE = 32_000;
    private static final int STATES = 20;
    private static final int WARM_UP = 100;
    private static final int ROUNDS = 300;
    private static final int FILTERED = 5_000;

    private DecoderReport() {}

    /** Takes three minutes. Argument: english or europarl, else both. */
    public static void main(String[] args) throws IOException {
        for (String language : args.length > 0 ? args : new String[]{"english", "europarl"}) {
            report(language);
        }
    }

    private static void report(String language) throws IOException {
        WordCounts counts = new WordCounts();
        BenchmarkWords.shortLike(language, WORDS).forEach(counts::add);
        WordList words = WordList.inOrder(counts);
        Dictionary dictionary = Dictionary.of(words, new SlotTable(TokenizerConfig.of(VOCAB_SIZE, 10, 2)));
        System.out.printf(Locale.ROOT, "%n%s: %.1f trigrams a word%n", language, trigramsAWord(dictionary));
        float[][] states = activations(dictionary);
        PlainScores plain = new PlainScores(dictionary);
        DictionaryScorer contrast = new DictionaryScorer(dictionary, Scoring.contrast(1));
        check(plain, contrast, states[0]);
        List<Way> ways = List.of(
                new Way("loop over all slots", plain::bySlots, ROUNDS / 10),
                new Way("sums of trigrams, repeats taken off", plain::byTrigrams, ROUNDS / 3),
                new Way("scores of all words", contrast::score, ROUNDS),
                new Way("scores and normaliser", state -> contrast.score(state).logNormaliser(), ROUNDS),
                new Way("scores in the dictionary's order", contrast::scores, ROUNDS / 3),
                new Way("best word, searched", state -> contrast.best(state, 1, _ -> true), ROUNDS),
                new Way("100 best words, searched", state -> contrast.best(state, 100, _ -> true), ROUNDS),
                new Way("best word", state -> contrast.score(state).top(1), ROUNDS),
                new Way("100 best words", state -> contrast.score(state).top(100), ROUNDS),
                likelihood(dictionary, 0), likelihood(dictionary, 1), likelihood(dictionary, 10));
        print(ways, states);
        System.out.printf(Locale.ROOT, "%n%d steps under a filter: %d words outside it%n", FILTERED,
                violations(contrast, states));
        changes(words, dictionary, states);
    }

    private static void print(List<Way> ways, float[][] states) {
        System.out.println("\n| | median, ms | best, ms |\n|---|---:|---:|");
        for (Way way : ways) {
            double[] millis = way.measure(states);
            System.out.printf(Locale.ROOT, "| %s | %.2f | %.2f |%n", way.name, millis[millis.length / 2], millis[0]);
        }
    }

    private static long violations(DictionaryScorer scorer, float[][] states) {
        Pattern expression = Pattern.compile("\\p{L}*[aeiou]");
        WordFilter.Allowed allowed = WordFilter.matching(expression).and(WordFilter.startingWith("s"))
                .on(scorer.dictionary());
        long violations = 0;
        for (int step = 0; step < FILTERED; step++) {
            int best = scorer.best(states[step % states.length], 1, allowed)[0];
            String word = scorer.dictionary().word(best);
            violations += word.startsWith("s") && expression.matcher(word).matches() ? 0 : 1;
        }
        return violations;
    }

    /** What it costs to make a dictionary, to read it from its file, to extend it and to filter its words. */
    private static void changes(WordList words, Dictionary dictionary, float[][] states) throws IOException {
        Path file = Files.createTempFile("words", ".patterns");
        try {
            PatternFile.write(dictionary, file);
            System.out.printf(Locale.ROOT, "its arrays, in memory and in the file: %.1f MB%n", Files.size(file) / 1e6);
            SplittableRandom random = new SplittableRandom(2);
            List<String> more = Stream.generate(() -> words.word(random.nextInt(WORDS)) + words.word(
                    random.nextInt(WORDS)).charAt(0)).distinct().limit(10_000).toList();
            List<String> denied = words.words().subList(0, 10_000);
            TokenizerConfig config = dictionary.table().config();
            print(List.of(
                    new Way("a million words to a dictionary", _ -> Dictionary.of(words, new SlotTable(config)), 5),
                    new Way("read from its file", _ -> read(file, config), 20),
                    new Way("10,000 words more", _ -> dictionary.plus(more), 50),
                    new Way("a list of 10,000 words denied", _ -> WordFilter.denying(denied).on(dictionary), 50),
                    new Way("a prefix", _ -> WordFilter.startingWith("inter").on(dictionary), 50),
                    new Way("a regular expression",
                            _ -> WordFilter.matching(Pattern.compile("[a-z]+ing")).on(dictionary), 20)),
                    states);
        } finally {
            Files.delete(file);
        }
    }

    private static Dictionary read(Path file, TokenizerConfig config) {
        try {
            return PatternFile.read(file, new SlotTable(config));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Way likelihood(Dictionary dictionary, int steps) {
        DictionaryScorer scorer = new DictionaryScorer(dictionary, Scoring.likelihood(1, steps));
        return new Way("likelihood, " + steps + " refinement steps", scorer::score, ROUNDS / 10);
    }

    /** One way to score. */
    private record Way(String name, Function<float[], Object> step, int rounds) {
        /** Milliseconds a step, rising. */
        double[] measure(float[][] states) {
            double[] millis = new double[rounds];
            for (int round = -Math.min(WARM_UP, rounds); round < rounds; round++) {
                float[] state = states[Math.floorMod(round, states.length)];
                long start = System.nanoTime();
                Object result = step.apply(state);
                if (round >= 0) {
                    millis[round] = (System.nanoTime() - start) / 1e6;
                }
                if (result.hashCode() == 0x5eed) { // so that it is not left out
                    System.out.print("");
                }
            }
            Arrays.sort(millis);
            return millis;
        }
    }

    private static double trigramsAWord(Dictionary dictionary) {
        long trigrams = 0;
        for (int w = 0; w < dictionary.size(); w++) {
            trigrams += dictionary.trigramCount(w);
        }
        return (double) trigrams / dictionary.size();
    }

    private static void check(PlainScores plain, DictionaryScorer scorer, float[] state) {
        float[] bySlots = plain.bySlots(state).clone();
        float[] byTrigrams = plain.byTrigrams(state);
        WordScores scores = scorer.score(state);
        double[] all = scores.all();
        for (int w = 0; w < all.length; w++) {
            if (Math.abs(all[w] - bySlots[w]) > 1e-5 || Math.abs(all[w] - byTrigrams[w]) > 1e-5) {
                throw new IllegalStateException("word " + w + " has the scores " + bySlots[w] + ", " + byTrigrams[w]
                        + " and " + all[w]);
            }
        }
    }

    /**
     * Logits of slots' exact probabilities under thirty words of falling probability, the first with 0.2 to 0.7, drawn
     * with natural frequencies; beside them every slot is on with some 10⁻⁴, and the logits are off by 0.5.
     */
    private static float[][] activations(Dictionary dictionary) {
        SplittableRandom random = new SplittableRandom(1);
        float[][] states = new float[STATES][VOCAB_SIZE];
        for (float[] state : states) {
            double[] on = new double[VOCAB_SIZE];
            double left = 1;
            for (int i = 0; i < 30; i++) {
                double p = left * (0.2 + 0.5 * random.nextDouble());
                left -= p;
                int word = (int) Math.pow(dictionary.size(), random.nextDouble()) - 1;
                for (int slot : dictionary.pattern(word).targets()) {
                    on[slot] += p;
                }
            }
            for (int slot = 0; slot < VOCAB_SIZE; slot++) {
                double q = Math.min(1 - 1e-4, on[slot] + 2e-4 * random.nextDouble());
                state[slot] = (float) (Math.log(q / (1 - q)) + 0.5 * random.nextGaussian());
            }
        }
        return states;
    }
}
