package tfree.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class UnicodeSplitterTest {
    private final WordSplitter splitter = WordSplitter.of(SplitMode.UNICODE);

    @Test
    void agreesWithModeReferenceWhereThereAreOnlyLettersAndPunctuation() {
        WordSplitter reference = WordSplitter.of(SplitMode.REFERENCE);
        RandomText.forEach(5_000, random -> {
            String text = RandomText.piecesAndMarkers(random).replaceAll("[日本\u0301\u200d]", "");
            assertEquals(reference.split(text), splitter.split(text));
        });
    }

    @Test
    void keepsVowelSignsWithTheirWord() {
        assertEquals(List.of("हिन्दी", "में", "लिखा", "है", "।"), wordsOf("हिन्दी में लिखा है।"));
        assertEquals(List.of("e\u0301te\u0301"), splitter.split("e\u0301te\u0301"));
    }

    @Test
    void keepsJoinersWithTheirWord() {
        assertEquals(List.of("می\u200cخواهم", "بروم"), splitter.split("می\u200cخواهم بروم"));
        assertEquals(List.of("ශ්\u200dරී"), splitter.split("ශ්\u200dරී"));
    }

    @Test
    void keepsAMarkWithThePunctuationBeforeIt() {
        assertEquals(List.of("-\u0301", "<|no_ws|>", "a"), splitter.split("-\u0301a"));
        assertEquals(List.of("<|ws|>", "\u0301", "<|no_ws|>", "a"), splitter.split(" \u0301a"));
    }

    @Test
    void keepsEmojiSequencesWhole() {
        assertEquals(List.of("👨\u200d👩\u200d👧", "👍🏽", "❤\ufe0f", "🇩🇪", "<|no_ws|>", "🇫🇷"),
                splitter.split("👨\u200d👩\u200d👧 👍🏽 ❤\ufe0f 🇩🇪🇫🇷"));
        assertEquals(List.of("1\ufe0f\u20e3", "ok"), splitter.split("1\ufe0f\u20e3 ok"));
    }

    @Test
    void cutsScriptsWithoutSpacesByTheirDictionaries() {
        assertEquals(List.of("สวัสดี", "ชาว", "โลก"), wordsOf("สวัสดีชาวโลก"));
        assertEquals(List.of("今天", "天气", "很好", "。"), wordsOf("今天天气很好。"));
        assertEquals(List.of("私", "は", "学生", "です", "。"), wordsOf("私は学生です。"));
        assertEquals(List.of("មនុស្ស", "ទាំងអស់"), wordsOf("មនុស្សទាំងអស់"));
        assertEquals(List.of("ພາສາ", "ລາວ"), wordsOf("ພາສາລາວ"));
        assertEquals(List.of("ကျွန်တော်", "ကျောင်းသား", "ပါ"), wordsOf("ကျွန်တော်ကျောင်းသားပါ"));
    }

    @Test
    void cutsAtTheBorderOfScripts() {
        assertEquals(List.of("Java", "言語"), wordsOf("Java言語"));
    }

    @Test
    void joinsWhatItSplit() {
        RandomText.forEach(10_000, random -> {
            for (String text : List.of(RandomText.pieces(random), RandomText.anyUnicode(random),
                    RandomText.scripts(random))) {
                assertEquals(text, splitter.join(splitter.split(text)));
            }
        });
    }

    @Test
    void takesHostileTextsInLinearTime() {
        int n = 1 << 16;
        assertEquals(1, splitter.split("a" + "\u0301".repeat(n)).size());
        assertEquals(1, splitter.split("\u0301".repeat(n)).size());
        assertEquals(1, splitter.split("👨\u200d".repeat(n)).size());
        assertEquals(n / 2, splitter.split("🇩".repeat(n)).stream().filter(w -> !w.equals("<|no_ws|>")).count());
        for (String letter : List.of("ก", "天", "ア", "の", "က", "ក", "ກ")) {
            String text = letter.repeat(n);
            assertEquals(text, splitter.join(splitter.split(text)));
        }
    }

    @Test
    void cutsNoWordBeforeAMark() {
        RandomText.forEach(2_000, random -> {
            for (String word : splitter.split(RandomText.scripts(random).strip())) {
                int type = Character.getType(word.codePointAt(0));
                assertTrue(word.startsWith("<|") || type != Character.NON_SPACING_MARK || word.codePoints()
                        .allMatch(c -> Character.getType(c) == Character.NON_SPACING_MARK
                                || Character.getType(c) == Character.COMBINING_SPACING_MARK || c == 0x200d
                                || c == 0x200c),
                        word);
            }
        });
    }

    /** Without the words for missing spaces. */
    private List<String> wordsOf(String text) {
        List<String> words = splitter.split(text);
        assertEquals(text, splitter.join(words));
        return words.stream().filter(word -> !word.equals(SpecialWords.NO_SPACE)).toList();
    }
}
