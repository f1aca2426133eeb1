package tfree.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8LinesTest {
    @Test
    void linesEndAtLineFeeds() throws IOException {
        assertEquals(List.of("a", "", "b\r", " é"), lines("a\n\nb\r\n é"));
        assertEquals(List.of("a"), lines("a\n"));
        assertEquals(List.of(""), lines("\n"));
        assertEquals(List.of(), lines(""));
    }

    @Test
    void skipsAByteOrderMarkAtTheBeginningOnly() throws IOException {
        assertEquals(List.of("a", "\ufeffb"), lines("\ufeffa\n\ufeffb"));
        assertEquals(List.of(), lines("\ufeff"));
        assertEquals(List.of("é"), lines("é"));
    }

    @Test
    void keepsAReplacementCharacterThatTheTextHas() throws IOException {
        assertEquals(List.of("a\ufffdb", "c"), lines("a\ufffdb\nc"));
    }

    @Test
    void findsTheByteThatIsNoUtf8BehindManyThatAre() {
        byte[] bytes = ("first\n" + "\ufffd".repeat(100_000) + "x\n").getBytes(StandardCharsets.UTF_8);
        bytes[bytes.length - 2] = (byte) 0x80;
        CorruptFileException e = assertThrows(CorruptFileException.class, () -> lines(new ByteArrayInputStream(bytes)));
        assertEquals("a test: expected UTF-8 but was the byte 0x80 at byte offset 300006 (line 2)", e.getMessage());
    }

    @Test
    void readsTheSameHoweverTheStreamIsCut() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            expected.add("ü€𝄞x".repeat(random.nextInt(i % 50 == 0 ? 30_000 : 100)));
        }
        byte[] bytes = String.join("\n", expected).concat("\n").getBytes(StandardCharsets.UTF_8);
        InputStream inBits = new FilterInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public int read(byte[] target, int from, int length) throws IOException {
                return super.read(target, from, 1 + random.nextInt(Math.min(length, 5_000)));
            }
        };
        assertEquals(expected, lines(inBits), "seed " + seed);
    }

    private static List<String> lines(String text) throws IOException {
        return lines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void checksLinesOfBytesAsWell() throws IOException {
        assertEquals(List.of("long enough for two words", "é at the front", "and at the end é"),
                byteLines("long enough for two words\né at the front\nand at the end é"
                        .getBytes(StandardCharsets.UTF_8)));
        byte[] bytes = "first\nlong enough for two words \u00e9 ".getBytes(StandardCharsets.ISO_8859_1);
        CorruptFileException e = assertThrows(CorruptFileException.class, () -> byteLines(bytes));
        assertEquals("a test: expected UTF-8 but was the byte 0xE9 at byte offset 32 (line 2)", e.getMessage());
    }

    private static List<String> byteLines(byte[] utf8) throws IOException {
        List<String> all = new ArrayList<>();
        try (Utf8Lines lines = new Utf8Lines(new ByteArrayInputStream(utf8), "a test")) {
            while (lines.advance()) {
                all.add(new String(lines.bytes(), lines.from(), lines.to() - lines.from(), StandardCharsets.UTF_8));
            }
        }
        return all;
    }

    private static List<String> lines(InputStream in) throws IOException {
        List<String> all = new ArrayList<>();
        try (Utf8Lines lines = new Utf8Lines(in, "a test")) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                all.add(line);
                assertEquals(all.size(), lines.number());
            }
        }
        return all;
    }
}
