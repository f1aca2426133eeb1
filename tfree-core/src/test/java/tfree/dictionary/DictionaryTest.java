package tfree.dictionary;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tfree.golden.Golden;
import tfree.text.SpecialWords;
import tfree.trigram.SlotTable;
import tfree.trigram.TokenizerConfig;
import tools.jackson.databind.JsonNode;

class DictionaryTest {
    private final SlotTable table = new SlotTable(TokenizerConfig.of(8000, 10, 2));

    @Test
    void ranksByFallingCountWithTiesInTheOrderOfTheirBytes() {
        WordList ranked = WordList.ranked(counts("b a c \uff5e a \ud83d\ude00 c", "c \u00e9 A"));
        assertEquals(List.of("c", "a", "A", "b", "\u00e9", "\uff5e", "\ud83d\ude00"), ranked.words());
        assertEquals(3, ranked.count(0));
    }

    @Test
    void leavesTiesOfAnImportedCounterAsTheyStand() {
        assertEquals(List.of("c", "a", "d", "b"), WordList.mostCommon(counts("d c a b", "c a c")).words());
    }

    @Test
    void putsSpecialWordsFirstOrAddsWhatIsMissingAtTheEnd() {
        WordCounts counts = counts("b a a", "");
        counts.add(SpecialWords.NO_SPACE, 5);
        WordList first = WordList.ranked(counts).specialWordsFirst();
        assertEquals(SpecialWords.ALWAYS_KNOWN, first.words().subList(0, SpecialWords.ALWAYS_KNOWN.size()));
        assertEquals(List.of("a", "b"), first.words().subList(SpecialWords.ALWAYS_KNOWN.size(), first.size()));
        assertEquals(5, first.count(first.words().indexOf(SpecialWords.NO_SPACE)));
        WordList added = WordList.ranked(counts).specialWordsAdded();
        assertEquals(List.of(SpecialWords.NO_SPACE, "a", "b", SpecialWords.LINE_BREAK), added.words().subList(0, 4));
        assertEquals(first.size(), added.added(SpecialWords.ALWAYS_KNOWN).size());
    }

    @Test
    void completesALoadedCounterAsTheOriginalDoes() {
        JsonNode golden = Golden.json("G_generate/dictionary_after_load.json");
        List<String> words = new ArrayList<>();
        WordCounts counter = new WordCounts();
        for (int i = 0; i < golden.get("words").size(); i++) {
            String word = golden.get("words").get(i).asString();
            words.add(word);
            if (golden.get("counts").get(i).asLong() > 0) {
                counter.add(word, golden.get("counts").get(i).asLong());
            }
        }
        assertEquals(words, WordList.mostCommon(counter).specialWordsAdded().words());
    }

    @Test
    void keepsSpecialWordsWhenItIsCut() {
        WordList list = WordList.ranked(counts("a b c a b a", "")).specialWordsAdded();
        Dictionary cut = Dictionary.of(list, table).top(2);
        assertEquals(2 + 12, cut.size());
        assertEquals("b", cut.word(1));
        assertEquals(-1, cut.indexOf("c"));
        assertTrue(cut.indexOf(SpecialWords.END_OF_TEXT) > 0);
    }

    @Test
    void joinsTwoListsByTurnsAndSumsCounts() {
        WordList english = WordList.ranked(counts("the the the in in of", ""));
        WordList german = WordList.ranked(counts("in in in in der der das", ""));
        WordList joined = english.takingTurns(german, WordList.JOINED_LIMIT);
        assertEquals(List.of("the", "in", "der", "of", "das"), joined.words());
        assertEquals(6, joined.count(1));
        assertEquals(List.of("the", "in"), english.takingTurns(german, 2).words());
    }

    @Test
    void addsWordsOnceAndOnlyThoseItLacks() {
        Dictionary dictionary = Dictionary.of(WordList.ranked(counts("a b", "")), table);
        Dictionary more = dictionary.plus(List.of("b", "Zyx", "Zyx", "<|custom|>"));
        assertEquals(List.of("a", "b", "Zyx", "<|custom|>"), more.wordList().words());
        assertSame(more, more.plus(List.of("a", "Zyx")));
        Dictionary evenMore = more.plus(List.of("Yxz"));
        assertEquals(4, evenMore.indexOf("Yxz"));
        assertEquals(2, evenMore.indexOf("Zyx"));
        assertEquals(0, evenMore.count(4));
        assertEquals(2, dictionary.size());
    }

    @Test
    void scoresAddedWordsAsIfTheyHadAlwaysBeenThere() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        WordList list = GoldenDictionary.words();
        Dictionary whole = Dictionary.of(list, table);
        Dictionary grown = Dictionary.of(list.top(3000), table).plus(list.words());
        float[] logits = new float[8000];
        for (int slot = 0; slot < logits.length; slot++) {
            logits[slot] = (float) random.nextGaussian();
        }
        for (Scoring scoring : List.of(Scoring.contrast(0.8), Scoring.likelihood(5, 3))) {
            assertArrayEquals(new DictionaryScorer(whole, scoring).logProbs(logits),
                    new DictionaryScorer(grown, scoring).logProbs(logits), 1e-6, "seed " + seed);
        }
    }

    @Test
    void leavesOutWordsWhoseTrigramsFillAllSlots() {
        SlotTable narrow = new SlotTable(TokenizerConfig.of(50, 10, 0));
        Dictionary dictionary = Dictionary.of(WordList.ranked(counts("house abcd aaaaaaaaaaa", "")), narrow);
        assertEquals(List.of("house"), dictionary.excluded());
        assertEquals(List.of("aaaaaaaaaaa", "abcd"), dictionary.wordList().words());
        assertEquals(List.of("house", "mouse", ""), dictionary.plus(List.of("mouse", "", "house")).excluded());
    }

    @Test
    void refusesLogitsThatDoNotFit() {
        DictionaryScorer scorer = new DictionaryScorer(Dictionary.of(WordList.ranked(counts("a", "")), table),
                Scoring.contrast(1));
        assertThrows(IllegalArgumentException.class, () -> scorer.scores(new float[7999]));
        float[] broken = new float[8000];
        broken[17] = Float.NaN;
        assertTrue(assertThrows(IllegalArgumentException.class, () -> scorer.scores(broken)).toString()
                .contains("slot 17"));
    }

    @Test
    void givesTheBestAllowedWordsBestFirst() {
        Dictionary dictionary = Dictionary.of(WordList.ranked(counts("hello world other", "")), table);
        float[] logits = new float[8000];
        Arrays.fill(logits, -5);
        for (int slot : dictionary.pattern(dictionary.indexOf("world")).targets()) {
            logits[slot] = 5;
        }
        DictionaryScorer scorer = new DictionaryScorer(dictionary, Scoring.contrast(1));
        assertEquals("world", scorer.top(logits, 1).getFirst().word());
        List<ScoredWord> others = scorer.top(logits, 5, w -> w != dictionary.indexOf("world"));
        assertEquals(2, others.size());
        assertFalse(others.stream().anyMatch(word -> word.word().equals("world")));
        assertEquals(scorer.logProbs(logits)[others.getFirst().index()], others.getFirst().logProb(), 1e-6);
    }

    private static WordCounts counts(String first, String second) {
        WordCounts all = new WordCounts();
        for (String text : new String[]{first, second}) {
            WordCounts part = new WordCounts();
            for (String word : text.split(" ")) {
                if (!word.isEmpty()) {
                    part.add(word);
                }
            }
            all.merge(part);
        }
        return all;
    }
}
