package tfree.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tfree.file.CorruptFileException;
import tfree.token.TokenizerFile.Tokens;
import tfree.trigram.EncodedText;

class TokenizerFileTest {
    @TempDir
    private Path folder = Path.of("");

    private static List<String> tokens(TokenizerFile tokenizer, Tokens tokens) {
        return Arrays.stream(tokens.ids()).mapToObj(tokenizer::token).toList();
    }

    @Test
    void cutsAndJoinsBytePairs() throws IOException {
        try (TokenizerFile tokenizer = TokenizerFile.open(SmallTokenizer.BYTE_BPE.file())) {
            assertEquals(377, tokenizer.size());
            String text = "The cat  sat:\nö 😀<|endoftext|>";
            Tokens tokens = tokenizer.encode(text);
            assertEquals(List.of("T", "he", "Ġcat", "Ġ", "Ġsat", ":", "Ċ", "Ã", "¶", "Ġ", "ð", "Ł", "ĺ", "Ģ",
                    "<|endoftext|>"), tokens(tokenizer, tokens));
            assertArrayEquals(new int[]{1, 3, 7, 8, 12, 13, 14, 15, 15, 16, 17, 17, 17, 17, 30}, tokens.ends());
            assertEquals(text, tokenizer.decode(tokens.ids()));
            assertEquals(376, tokenizer.id("<|endoftext|>"));
            assertEquals(-1, tokenizer.id("cat"));
            assertTrue(!tokenizer.isUnknown(0) && !tokenizer.isUnknown(-1));
        }
    }

    @Test
    void knowsWhatItDoesNotKnow() throws IOException {
        try (TokenizerFile tokenizer = TokenizerFile.open(SmallTokenizer.UNIGRAM.file())) {
            Tokens tokens = tokenizer.encode("the cät</s>");
            assertEquals(List.of("▁the", "▁c", "<unk>", "t", "</s>"), tokens(tokenizer, tokens));
            assertTrue(tokenizer.isUnknown(tokens.ids()[2]));
            assertArrayEquals(new int[]{3, 5, 6, 7, 11}, tokens.ends());
            assertEquals("the c<unk>t</s>", tokenizer.decode(tokens.ids()));
        }
    }

    @Test
    void givesEachTokenTheSlotOfItsId() throws IOException {
        try (TokenizerFile tokenizer = TokenizerFile.open(SmallTokenizer.UNIGRAM.file())) {
            EncodedText text = new TokenEncoder(tokenizer, "</s>").encode("the cat</s>");
            assertEquals(List.of("▁the", "▁cat", "</s>"), text.words());
            for (int i = 0; i < 3; i++) {
                int id = tokenizer.id(text.word(i));
                assertArrayEquals(new int[]{id}, text.pattern(i).slots());
                assertArrayEquals(new int[]{id}, text.pattern(i).targets());
                assertEquals(1, text.pattern(i).trigramCount());
                assertEquals(i == 2, text.endsText(i));
            }
            assertEquals(
                    "tokenizer.end_of_text: expected a token of the tokenizer, such as one of [<unk>, </s>], but was"
                            + " <|endoftext|>",
                    assertThrows(IllegalArgumentException.class, () -> new TokenEncoder(tokenizer, "<|endoftext|>"))
                            .getMessage());
        }
    }

    /** Otherwise the library looks for a graphics card's build on the network, and tells its makers that it runs. */
    @Test
    void staysOffline() throws IOException {
        TokenizerFile.open(SmallTokenizer.UNIGRAM.file()).close();
        assertEquals("true", System.getProperty("ai.djl.offline"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no json", "{}", "[]", "{\"model\": {\"vocab\": {}}}",
            "{\"model\": {\"vocab\": {\"a\": \"x\"}}}",
            "{\"model\": {\"type\": \"New\", \"vocab\": {\"a\": 0}}}", "{\"model\": {\"vocab\": {\"a\": 2000000000}}}"})
    void refusesAnotherFile(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("tokenizer.json"), content);
        String message = String
                .valueOf(assertThrows(CorruptFileException.class, () -> TokenizerFile.open(file)).getMessage());
        assertTrue(message.contains("expected a Hugging Face tokenizer.json"), message);
    }
}
