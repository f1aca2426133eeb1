package tfree.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;

/**
 * The code points whose runs are words: letters, letter numbers and other numbers ({@code ²}, {@code ½}, {@code Ⅷ}), but
 * no decimal digit. The list is the one of Unicode 14, kept beside this class: a trained model must see the same words
 * under every Java release, whose own tables grow each year.
 */
final class WordCharacters {
    private static final String FILE = "word-characters.txt";
    private static final long[] BITS = read();

    private WordCharacters() {}

    static boolean contains(int codePoint) {
        return (BITS[codePoint >> 6] >>> codePoint & 1) != 0;
    }

    private static long[] read() {
        long[] bits = new long[(Character.MAX_CODE_POINT + 1) / Long.SIZE];
        InputStream file = Objects.requireNonNull(WordCharacters.class.getResourceAsStream(FILE), FILE);
        try (BufferedReader in = new BufferedReader(new InputStreamReader(file, StandardCharsets.US_ASCII))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.startsWith("#")) {
                    int dash = line.indexOf('-');
                    int first = HexFormat.fromHexDigits(dash < 0 ? line : line.substring(0, dash));
                    int last = HexFormat.fromHexDigits(line.substring(dash + 1));
                    for (int c = first; c <= last; c++) {
                        bits[c >> 6] |= 1L << c;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bits;
    }
}
