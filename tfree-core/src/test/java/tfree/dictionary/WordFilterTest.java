package tfree.dictionary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tfree.trigram.SlotTable;
import tfree.trigram.TokenizerConfig;

class WordFilterTest {
    private final SlotTable table = new SlotTable(TokenizerConfig.of(120, 4, 1));
    private final Dictionary dictionary = Dictionary.of(words("red", "green", "blue", "greenish", "42", "7", "größer",
            "gr", "the", "<|endoftext|>", "x"), table);

    @Test
    void letsPassWhatItSays() {
        assertAllowed(List.of("green", "42"), WordFilter.allowing(List.of("42", "green", "unknown")));
        assertAllowed(List.of("red", "blue", "42", "7", "the", "<|endoftext|>", "x"),
                WordFilter.denying(List.of("green", "greenish", "größer", "gr", "unknown")));
        assertAllowed(List.of("42", "7"), WordFilter.matching(Pattern.compile("\\d+")));
        assertAllowed(List.of("green", "greenish", "größer", "gr"), WordFilter.startingWith("gr"));
        assertAllowed(List.of("größer"), WordFilter.startingWith("grö"));
        assertAllowed(List.of("green"),
                WordFilter.startingWith("gr").and(WordFilter.matching(Pattern.compile(".{5}"))));
        assertAllowed(List.of(), WordFilter.startingWith("nobody"));
        assertEquals(dictionary.size(), WordFilter.startingWith("").on(dictionary).count());
    }

    @Test
    void looksAtTheWordsThatCameLater() {
        WordFilter filter = WordFilter.startingWith("gr").and(WordFilter.denying(List.of("gray", "gr")));
        assertAllowed(List.of("green", "greenish", "größer"), filter);
        Dictionary more = dictionary.plus(List.of("gray", "grow", "rot"));
        assertEquals(List.of("green", "greenish", "größer", "grow"), allowed(filter, more));
        assertEquals(List.of("green", "greenish", "größer", "grass"),
                allowed(filter, dictionary.plus(List.of("grass"))));
        assertAllowed(List.of("green", "greenish", "größer"), filter);
    }

    @Test
    void namesTheWordsThatItAllowsByName() {
        WordFilter filter = WordFilter.allowing(List.of("a", "b")).and(WordFilter.denying(List.of("c")));
        assertEquals(List.of("a", "b"), filter.listed());
    }

    @Test
    void givesTheExactBestOfTheAllowedAndNeverAWordOutsideInAMillionSteps() {
        long seed = System.nanoTime();
        System.out.println("activations from seed " + seed);
        Random random = new Random(seed);
        List<WordFilter> filters = new ArrayList<>();
        List<Predicate<String>> rules = new ArrayList<>();
        add(filters, rules, WordFilter.allowing(List.of("red", "blue")), Set.of("red", "blue")::contains);
        add(filters, rules, WordFilter.denying(List.of("green", "x")), word -> !Set.of("green", "x").contains(word));
        add(filters, rules, WordFilter.matching(Pattern.compile("\\p{L}+")),
                word -> word.codePoints().allMatch(Character::isLetter));
        add(filters, rules, WordFilter.startingWith("g"), word -> word.startsWith("g"));
        Dictionary all = dictionary.plus(List.of("gray", "purple"));
        DictionaryScorer[] scorers = {new DictionaryScorer(all, Scoring.contrast(0.8)),
                new DictionaryScorer(all, Scoring.likelihood(2, 1))};
        List<WordFilter.Allowed> compiled = filters.stream().map(filter -> filter.on(all)).toList();
        float[] logits = new float[120];
        for (int step = 0; step < 1_000_000; step++) {
            for (int change = 0; change < 8; change++) {
                logits[random.nextInt(logits.length)] = (float) (3 * random.nextGaussian());
            }
            int chosen = step % filters.size();
            WordScores scores = scorers[step / 4 % 2].score(logits);
            ScoredWord best = scores.top(1, compiled.get(chosen)).getFirst();
            assertTrue(rules.get(chosen).test(best.word()), "seed " + seed + " step " + step);
            if (step % 10 == 0) {
                for (int w = 0; w < all.size(); w++) {
                    if (rules.get(chosen).test(all.word(w))) {
                        assertTrue(scores.score(w) <= best.score(), "seed " + seed + " step " + step);
                    }
                }
            }
        }
    }

    private static void add(List<WordFilter> filters, List<Predicate<String>> rules, WordFilter filter,
            Predicate<String> rule) {
        filters.add(filter);
        rules.add(rule);
    }

    private void assertAllowed(List<String> expected, WordFilter filter) {
        assertEquals(expected, allowed(filter, dictionary));
        assertEquals(expected.size(), filter.on(dictionary).count());
    }

    private static List<String> allowed(WordFilter filter, Dictionary dictionary) {
        return IntStream.range(0, dictionary.size()).filter(filter.on(dictionary)).mapToObj(dictionary::word).toList();
    }

    private static WordList words(String... words) {
        WordCounts counts = new WordCounts();
        for (String word : words) {
            counts.add(word);
        }
        return WordList.inOrder(counts);
    }
}
