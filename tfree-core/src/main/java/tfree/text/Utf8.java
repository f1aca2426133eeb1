package tfree.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** UTF-8, strictly: whatever is not valid is an error that says where. */
public final class Utf8 {
    /** How many readable bytes {@link WordScanner} wants after the end of a text: it loads eight or sixteen at a time. */
    public static final int SLACK = 16;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long NOT_ASCII = 0x8080808080808080L;

    private static final char REPLACEMENT = '\ufffd';

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

    /**
     * The string of the text {@code utf8[from..to)}.
     *
     * @throws IllegalArgumentException where it is not UTF-8, naming the offset in the text
     */
    public static String decode(byte[] utf8, int from, int to) {
        String text = new String(utf8, from, to - from, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) { // which may well be what the text says
            try {
                requireValid(utf8, from, to);
            } catch (Malformed e) {
                throw e.inText(utf8, from);
            }
        }
        return text;
    }

    /**
     * Orders strings as their UTF-8 bytes are ordered, which is by code points; Java's own order is by UTF-16, where
     * U+1F600 stands before U+FF5E.
     */
    public static int compare(String a, String b) {
        int n = Math.min(a.length(), b.length());
        for (int i = 0; i < n; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean beyond = Character.isSurrogate(x);
                return beyond == Character.isSurrogate(y) ? x - y : beyond ? 1 : -1;
            }
        }
        return a.length() - b.length();
    }

    /**
     * Nothing, for a text that has UTF-8.
     *
     * @throws IllegalArgumentException at a lone surrogate, which has none, naming its index
     */
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
        int codePoint = longCodePointAt(text, p, to);
        if (codePoint < 0) {
            throw new Malformed(p);
        }
        return codePoint;
    }

    /** The code point of three or four bytes that begins at {@code text[p]}, or -1 if none does. */
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
        return -1;
    }

    /** How many bytes the code point takes. */
    static int length(int codePoint) {
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }

    /** Throws if the span is not valid UTF-8. */
    static void requireValid(byte[] text, int from, int to) {
        int invalid = firstInvalid(text, from, to);
        if (invalid < to) {
            throw new Malformed(invalid);
        }
    }

    /** Where the first bytes of {@code text[from..to)} that are not UTF-8 begin, or {@code to} if there are none. */
    public static int firstInvalid(byte[] text, int from, int to) {
        int p = from;
        while (true) {
            p = skipAscii(text, p, to);
            if (p == to) {
                return to;
            }
            do {
                int b = text[p];
                if (b < (byte) 0xe0 && b >= (byte) 0xc2 && p + 1 < to && isTrail(text[p + 1])) {
                    p += 2;
                } else {
                    int codePoint = longCodePointAt(text, p, to);
                    if (codePoint < 0) {
                        return p;
                    }
                    p += length(codePoint);
                }
            } while (p < to && text[p] < 0);
        }
    }

    /** The first byte from {@code p} on that is not ASCII, or {@code to}. */
    private static int skipAscii(byte[] text, int p, int to) {
        for (; p + 32 <= to; p += 32) { // four loads a branch: as fast as memory
            if ((((long) LONG.get(text, p) | (long) LONG.get(text, p + 8) | (long) LONG.get(text, p + 16)
                    | (long) LONG.get(text, p + 24)) & NOT_ASCII) != 0) {
                break;
            }
        }
        for (; p + 8 <= to; p += 8) {
            long others = (long) LONG.get(text, p) & NOT_ASCII;
            if (others != 0) {
                return p + Long.numberOfTrailingZeros(others) / 8;
            }
        }
        while (p < to && text[p] >= 0) {
            p++;
        }
        return p;
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

        private final int index;

        Malformed(int index) {
            super("invalid UTF-8 at index " + index);
            this.index = index;
        }

        IllegalArgumentException inText(byte[] text, int from) {
            return new IllegalArgumentException(
                    String.format("expected UTF-8 but was the byte 0x%02x at offset %d; convert the text",
                            text[index], index - from),
                    this);
        }
    }
}
