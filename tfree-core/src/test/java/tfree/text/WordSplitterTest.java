package tfree.text;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class WordSplitterTest {
    private static final int RANDOM_TEXTS = 20_000;

    private final WordSplitter splitter = WordSplitter.of(SplitMode.REFERENCE);

    @Test
    void dropsTheSpaceBetweenWords() {
        assertEquals(List.of("Hello", "World", "!"), splitter.split("Hello World!"));
    }

    @Test
    void marksASpaceThatIsMissing() {
        assertEquals(List.of("f", "<|no_ws|>", "(", "x", ")"), splitter.split("f(x)"));
    }

    @Test
    void keepsASpaceBetweenDigits() {
        assertEquals(List.of("1", "<|ws|>", "2", "3"), splitter.split("1 23"));
    }

    @Test
    void foldsRunsOfSpacesAndLineBreaks() {
        assertEquals(List.of("<|4<-ws->|>", "<|2<-ws->|>", "<|ws|>", "a", "<|4<-\n->|>", "<|\n|>"),
                splitter.split("       a\n\n\n\n\n"));
    }

    @Test
    void givesNoWordsForTheEmptyText() {
        assertEquals(List.of(), splitter.split(""));
    }

    @Test
    void doesNotLookAcrossASpecialWord() {
        assertEquals(List.of("a", "<|ws|>", "<|x|>", "b", "<|ws|>", "<|ws|>"), splitter.split("a <|x|>b <|ws|>"));
    }

    @Test
    void takesAStretchOverLinesAsOneWordOnlyBetweenSpecialWords() {
        assertEquals(List.of("<|x|>", "<|a\nb|>", "<|y|>"), splitter.split("<|x|><|a\nb|><|y|>"));
        assertEquals(List.of("<", "|", "<|no_ws|>", "a", "<|\n|>", "b", "<|no_ws|>", "|", ">", "c"),
                splitter.split("<|a\nb|> c"));
    }

    @Test
    void namesTheIndexOfALoneSurrogate() {
        for (String bad : List.of("ab\ud83d", "ab\ud83dx", "ab\ude00")) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> splitter.split(bad));
            assertTrue(e.toString().contains("index 2"), e.toString());
        }
        assertEquals(List.of("ab", "<|no_ws|>", "\ud83d\ude00"), splitter.split("ab\ud83d\ude00"));
    }

    @Test
    void joinsRunsOfAnyLengthUpToAMillion() {
        assertEquals("a   b", splitter.join(List.of("a", "<|3<-ws->|>", "b")));
        assertEquals("a b", splitter.join(List.of("a", "<|0<-ws->|>", "b")));
        assertEquals(1_000_000, splitter.join(List.of("<|1000000<-\n->|>")).length());
        for (String word : List.of("<|1000001<-ws->|>", "<|9999999999999999999999<-\n->|>")) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                    () -> splitter.join(List.of(word)));
            assertTrue(e.toString().contains("at most 1000000"), e.toString());
        }
    }

    @Test
    void agreesWithThePlainSplitterOnRandomTexts() {
        RandomText.forEach(RANDOM_TEXTS, random -> {
            String text = RandomText.piecesAndMarkers(random);
            assertEquals(PlainSplitter.split(text), splitter.split(text), () -> "text " + text);
        });
        RandomText.forEach(RANDOM_TEXTS, random -> {
            String text = RandomText.anyUnicode(random);
            assertEquals(PlainSplitter.split(text), splitter.split(text), () -> "text " + text);
        });
    }

    @Test
    void agreesWithThePlainSplitterBeyondOneBlock() {
        RandomGenerator random = new SplittableRandom(7);
        StringBuilder text = new StringBuilder();
        while (text.length() < 200_000) {
            text.append(RandomText.piecesAndMarkers(random));
        }
        assertEquals(PlainSplitter.split(text.toString()), splitter.split(text.toString()));
    }

    @Test
    void joinsWhatItSplit() {
        RandomText.forEach(RANDOM_TEXTS, random -> {
            for (String text : List.of(RandomText.pieces(random), RandomText.anyUnicode(random))) {
                assertEquals(text, splitter.join(splitter.split(text)));
            }
        });
    }

    @Test
    void takesHostileMegabytesInLinearTime() {
        int n = 1 << 20;
        assertAll(
                () -> assertEquals(n, splitter.split("<".repeat(n)).size()),
                () -> assertEquals(3 * (n / 2) - 1, splitter.split("<|".repeat(n / 2)).size()),
                () -> assertEquals(3 * (n / 2), splitter.split("<|\n".repeat(n / 2)).size()),
                () -> assertEquals(3 * (n / 4) - 1, splitter.split("|>".repeat(n / 4)).size()),
                () -> assertEquals(n / 4, splitter.split(" ".repeat(n)).size()),
                () -> assertEquals(n / 4, splitter.split("\n".repeat(n)).size()),
                () -> assertEquals(1, splitter.split("a".repeat(n)).size()),
                () -> assertEquals(1, splitter.split("я".repeat(n)).size()),
                () -> assertEquals(2 * n - 1, splitter.split("٣".repeat(n)).size()),
                () -> assertEquals(n / 4, splitter.split("<||>".repeat(n / 4)).size()),
                () -> assertEquals(n / 2, splitter.split("<|x|> ".repeat(n / 4)).size()),
                () -> assertEquals(1, splitter.split("<|" + "\n".repeat(n) + "|>").size()),
                () -> assertEquals(n / 4, splitter.split("<|\n|><||>".repeat(n / 8)).size()));
    }
}
