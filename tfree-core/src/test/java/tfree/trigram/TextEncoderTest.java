package tfree.trigram;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tfree.text.SpecialWords;
import tfree.text.SplitMode;
import tfree.text.Utf8;
import tfree.text.WordSplitter;

class TextEncoderTest {
    private static final TokenizerConfig CONFIG = TokenizerConfig.of(8000, 4, 1);

    private final SlotTable slotTable = new SlotTable(CONFIG);
    private final TextEncoder encoder = new TextEncoder(slotTable);

    @Test
    void givesEachWordItsPattern() {
        EncodedText text = encoder.encode("Hello World!");
        assertEquals(List.of("Hello", "World", "!"), text.words());
        assertArrayEquals(slotTable.pattern("World").slots(), text.pattern(1).slots());
        assertEquals(0, encoder.encode("").size());
    }

    @Test
    void keepsAWordsPatternOnce() {
        EncodedText first = encoder.encode("the cat and the dog");
        assertEquals(first.number(0), first.number(3));
        assertSame(first.pattern(0), encoder.encode("Not the").pattern(1));
    }

    @Test
    void numbersSpecialWordsByTheirPlaceInTheList() {
        EncodedText text = encoder.encode("a  b\n<|endoftext|>");
        assertEquals(SpecialWords.ALWAYS_KNOWN.indexOf(SpecialWords.spaces(2)), text.number(1));
        assertEquals(SpecialWords.ALWAYS_KNOWN.indexOf(SpecialWords.LINE_BREAK), text.number(3));
        assertEquals(EncodedText.END_OF_TEXT, text.number(4));
    }

    @Test
    void readsBytesInPlaceOrCopied() {
        byte[] utf8 = "…Größe matters".getBytes(StandardCharsets.UTF_8);
        List<String> words = List.of("Größe", "matters");
        assertEquals(words, encoder.encode(utf8, 3, utf8.length).words());
        byte[] longer = Arrays.copyOf(utf8, utf8.length + Utf8.SLACK);
        Arrays.fill(longer, utf8.length, longer.length, (byte) 'x');
        assertEquals(words, encoder.encode(longer, 3, utf8.length).words());
        assertEquals(List.of("Größe", "mat"), encoder.encode(longer, 3, utf8.length - 4).words());
    }

    @Test
    void namesTheOffsetOfWhatIsNoUtf8() {
        byte[][] broken = {{'a', 'b', (byte) 0xff}, {'a', 'b', (byte) 0xc3}, {'a', 'b', (byte) 0xc0, (byte) 0x80},
                {'a', 'b', (byte) 0xe0, (byte) 0x80, (byte) 0x80}, {'a', 'b', (byte) 0xed, (byte) 0xa0, (byte) 0x80},
                {'a', 'b', (byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80}, {'a', 'b', (byte) 0x80},
                {'<', '|', (byte) 0x80, '|', '>'}};
        TextEncoder lowering = new TextEncoder(
                new SlotTable(new TokenizerConfig(8000, 4, 1, true, false, SplitMode.REFERENCE)));
        TextEncoder unicode = new TextEncoder(
                new SlotTable(new TokenizerConfig(8000, 4, 1, false, false, SplitMode.UNICODE)));
        for (byte[] text : broken) {
            byte[] shifted = new byte[text.length + 1];
            System.arraycopy(text, 0, shifted, 1, text.length);
            for (TextEncoder each : List.of(encoder, lowering, unicode)) {
                IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                        () -> each.encode(shifted, 1, shifted.length));
                assertTrue(e.toString().contains("offset 2"), e.toString());
            }
        }
        assertEquals(List.of("still", "works"), encoder.encode("still works").words());
    }

    @Test
    void lowersTheWholeTextWhenConfigured() {
        TextEncoder lowering = new TextEncoder(
                new SlotTable(new TokenizerConfig(8000, 4, 1, true, false, SplitMode.REFERENCE)));
        assertEquals(List.of("οδυσσευς", "<|endoftext|>"), lowering.encode("ΟΔΥΣΣΕΥΣ<|EndOfText|>").words());
        byte[] utf8 = "ΟΔΥΣΣΕΥΣ".getBytes(StandardCharsets.UTF_8);
        assertEquals(List.of("οδυσσευς"), lowering.encode(utf8, 0, utf8.length).words());
    }

    @Test
    void tellsWordsOfAnyLengthApart() {
        SplittableRandom random = new SplittableRandom(3);
        StringBuilder text = new StringBuilder("\0");
        for (int i = 0; i < 20_000; i++) {
            int length = 1 + random.nextInt(40);
            for (int j = 0; j < length; j++) {
                text.append((char) ('a' + random.nextInt(2)));
            }
            text.append(' ').append("é".repeat(random.nextInt(20))).append(i % 7 == 0 ? "\0" : " ");
        }
        assertAgreesWithTheSplitter(text.toString());
    }

    @Test
    void agreesWithTheSplitterOnRandomTexts() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 3_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(200); n > 0; n--) {
                text.append("abcdeéя日😀 \n<|>.,1".codePoints().skip(random.nextInt(17)).findFirst().stream()
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append));
            }
            assertAgreesWithTheSplitter(text.toString());
        }
    }

    @Test
    void beginsANewTableWhenTheOldOneIsFull() {
        TextEncoder small = new TextEncoder(slotTable, 20);
        EncodedText before = small.encode("kept");
        small.encode("one two three");
        assertSame(before.pattern(0), small.encode("kept four five").pattern(0));
        EncodedText after = small.encode("kept");
        assertNotSame(before.pattern(0), after.pattern(0));
        assertEquals("kept", before.word(0));
        assertArrayEquals(before.pattern(0).slots(), after.pattern(0).slots());
    }

    private void assertAgreesWithTheSplitter(String text) {
        List<String> words = WordSplitter.of(SplitMode.REFERENCE).split(text);
        EncodedText encoded = encoder.encode(text);
        assertEquals(words, encoded.words());
        Map<String, Integer> numbers = new HashMap<>();
        for (int i = 0; i < words.size(); i++) {
            Integer known = numbers.putIfAbsent(words.get(i), encoded.number(i));
            assertEquals(known == null ? encoded.number(i) : known, encoded.number(i));
        }
        assertEquals(words.stream().distinct().count(), numbers.values().stream().distinct().count());
    }
}
