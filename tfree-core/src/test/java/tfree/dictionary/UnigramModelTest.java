package tfree.dictionary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import tfree.trigram.SlotTable;
import tfree.trigram.TokenizerConfig;

class UnigramModelTest {
    private final WordCounts training = new WordCounts();
    private final Dictionary dictionary;
    private final EscapeRule escape;

    UnigramModelTest() {
        training.add("a", 6);
        training.add("b", 3);
        training.add("once");
        training.add("rare", 2);
        dictionary = Dictionary.of(WordList.ranked(training).top(2), new SlotTable(TokenizerConfig.of(8000, 10, 0)))
                .plus(List.of("once"));
        escape = EscapeRule.estimate(training, dictionary);
    }

    @Test
    void holdsForUnknownWhatTheDictionaryLacksAndWhatWasSeenOnce() {
        assertEquals((2 + 1 + 0.5) / (12 + 1), escape.escapeProbability(), 1e-12);
    }

    @Test
    void holdsForUnknownWhatOneSightLessWouldHaveCutOff() {
        WordCounts counts = new WordCounts();
        counts.add("often", 10);
        counts.add("tied in", 2);
        counts.add("tied out", 2);
        counts.add("once");
        Dictionary cut = Dictionary.of(WordList.ranked(counts).top(2), dictionary.table());
        assertEquals((2 + 2 + 1 + 0.5) / (15 + 1), EscapeRule.estimate(counts, cut).escapeProbability(), 1e-12);
    }

    @Test
    void spendsEightBitsAByteOnAnUnknownWord() {
        UnigramModel model = new UnigramModel(dictionary, training, escape);
        assertEquals(-log2(escape.escapeProbability()) + 8 * 6, model.bits("größ"), 1e-9);
    }

    @Test
    void sharesTheKnownWordsProbabilityAmongThem() {
        UnigramModel model = new UnigramModel(dictionary, training, escape);
        double known = 0;
        for (String word : dictionary.wordList().words()) {
            known += Math.pow(2, -model.bits(word));
        }
        assertEquals(1 - escape.escapeProbability(), known, 1e-12);
        assertEquals(-log2((1 - escape.escapeProbability()) * 6.5 / 11.5), model.bits("a"), 1e-9);
    }

    @Test
    void dividesByTheTextsBytes() {
        UnigramModel model = new UnigramModel(dictionary, training, escape);
        assertEquals((2 * model.bits("a") + model.bits("b")) / 5, model.bitsPerByte(List.of("a", "b", "a"), 5), 1e-12);
    }

    @Test
    void refusesAProbabilityThatIsNone() {
        assertThrows(IllegalArgumentException.class, () -> new EscapeRule(0));
        assertThrows(IllegalArgumentException.class, () -> new EscapeRule(Double.NaN));
    }

    private static double log2(double x) {
        return Math.log(x) / Math.log(2);
    }
}
