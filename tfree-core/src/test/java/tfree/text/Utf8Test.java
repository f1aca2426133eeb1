package tfree.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Utf8Test {
    private static final int[] INTERESTING = {0x00, ' ', 'a', 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1,
            0xc2,
            0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff};

    @Test
    void findsTheFirstInvalidByteWhereTheDecoderOfTheJdkDoes() {
        RandomText.forEach(20_000, random -> {
            byte[] text = new byte[random.nextInt(80)];
            for (int i = 0; i < text.length; i++) {
                text[i] = (byte) (random.nextInt(4) > 0 ? 'a' : INTERESTING[random.nextInt(INTERESTING.length)]);
            }
            assertEquals(byTheJdk(text), Utf8.firstInvalid(text, 0, text.length));
        });
    }

    @Test
    void takesEveryValidTextInAnyStretch() {
        RandomText.forEach(2_000, random -> {
            byte[] text = ("x".repeat(random.nextInt(9)) + RandomText.anyUnicode(random)
                    + "plain ".repeat(random.nextInt(9))).getBytes(StandardCharsets.UTF_8);
            assertEquals(text.length, Utf8.firstInvalid(text, 0, text.length));
            int to = random.nextInt(text.length + 1);
            int invalid = Utf8.firstInvalid(text, 0, to);
            assertEquals(byTheJdk(Arrays.copyOf(text, to)), invalid);
        });
    }

    private static int byTheJdk(byte[] text) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(text);
        decoder.decode(in, CharBuffer.allocate(text.length), true);
        return in.position();
    }
}
