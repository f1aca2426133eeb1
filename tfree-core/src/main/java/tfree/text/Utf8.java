package tfree.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** UTF-8, strictly: whatever is not valid is an error that says where. */
public final class Utf8 {
    /** How many readable bytes {@link WordScanner} wants after the end of a text: it loads eight or sixteen at a time. */
    public static final int SLACK = 16;

    private Utf8() {}

    /**
     * The text's bytes, followed by {@link #SLACK} zeros, which are not part of it.
     *
     * @throws IllegalArgumentException at a lone surrogate, naming its index
     */
    public static byte[] withSlack(String text) {
        requireWholeCharacters(text);
        byte[] exact = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(exact, exact.length + SLACK);
    }

    /** Throws if the text has a lone surrogate, which has no UTF-8. */
    public static void requireWholeCharacters(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c) || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new IllegalArgumentException(String.format(
                            "expected whole characters but was the lone surrogate U+%04X at index %d; replace it by U+FFFD",
                            (int) c, i));
                }
                i++;
            }
        }
    }

    /** The code point that begins at {@code text[p]}; the text ends before {@code to}. */
    static int codePointAt(byte[] text, int p, int to) {
        int b = text[p];
        if (b >= 0) {
            return b;
        }
        if (b < (byte) 0xe0 && b >= (byte) 0xc2 && p + 1 < to && isTrail(text[p + 1])) {
            return (b & 0x1f) << 6 | trail(text[p + 1]);
        }
        return longCodePointAt(text, p, to);
    }

    private static int longCodePointAt(byte[] text, int p, int to) {
        int b = text[p] & 0xff;
        if (b >= 0xe0 && b < 0xf0 && p + 2 < to && isTrail(text[p + 1]) && isTrail(text[p + 2])) {
            int codePoint = (b & 0xf) << 12 | trail(text[p + 1]) << 6 | trail(text[p + 2]);
            if (codePoint >= 0x800 && (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE)) {
                return codePoint;
            }
        } else if (b >= 0xf0 && p + 3 < to && isTrail(text[p + 1]) && isTrail(text[p + 2]) && isTrail(text[p + 3])) {
            int codePoint = (b & 0x7) << 18 | trail(text[p + 1]) << 12 | trail(text[p + 2]) << 6 | trail(text[p + 3]);
            if (b < 0xf5 && codePoint >= 0x10000 && codePoint <= Character.MAX_CODE_POINT) {
                return codePoint;
            }
        }
        throw new Malformed(p);
    }

    /** How many bytes the code point takes. */
    static int length(int codePoint) {
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }

    /** Throws if the span is not valid UTF-8. */
    static void requireValid(byte[] text, int from, int to) {
        for (int p = from; p < to;) {
            p += length(codePointAt(text, p, to));
        }
    }

    private static boolean isTrail(byte b) {
        return b < (byte) 0xc0;
    }

    private static int trail(byte b) {
        return b & 0x3f;
    }

    /** Bytes that are no UTF-8; caught where the beginning of the text is known. */
    static final class Malformed extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        final int index;

        Malformed(int index) {
            super("invalid UTF-8 at index " + index);
            this.index = index;
        }
    }
}
