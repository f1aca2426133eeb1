package tfree.text;

import java.util.Locale;

/**
 * Lower case and stripping as Python defines them: what published models were trained on. Java's own differ: its
 * {@code strip} leaves U+0085 and the no-break spaces, and it decides on a final sigma by word breaks instead of by the
 * neighbouring cased letters.
 */
public final class PythonText {
    /** Word_Break classes MidLetter, MidNumLet and Single_Quote: ignored when looking for the end of a word in capitals. */
    private static final String MID_WORD = "'.:\u00b7\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a";

    private static final int CAPITAL_SIGMA = 0x3a3;
    private static final int SIGMA = 0x3c3;
    private static final int FINAL_SIGMA = 0x3c2;
    private static final int CAPITAL_I_WITH_DOT = 0x130;

    private PythonText() {}

    /** {@code str.lower()}: {@code "ΟΔΥΣΣΕΥΣ"} → {@code "οδυσσευς"}. */
    public static String lower(String text) {
        int i = 0;
        while (i < text.length() && text.charAt(i) < 128) {
            i++;
        }
        return i == text.length() ? text.toLowerCase(Locale.ROOT) : lowerUnicode(text);
    }

    private static String lowerUnicode(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length();) {
            int c = text.codePointAt(i);
            if (c == CAPITAL_SIGMA) {
                out.appendCodePoint(endsWord(text, i) ? FINAL_SIGMA : SIGMA);
            } else if (c == CAPITAL_I_WITH_DOT) {
                out.append("i\u0307");
            } else {
                out.appendCodePoint(isNewerLetter(c) ? c : Character.toLowerCase(c));
            }
            i += Character.charCount(c);
        }
        return out.toString();
    }

    /** {@code str.strip()}: without whitespace at both ends. */
    public static String strip(String text) {
        int to = text.length();
        while (to > 0 && isSpace(text.charAt(to - 1))) {
            to--;
        }
        return stripLeading(text.substring(0, to));
    }

    /** {@code str.lstrip()}: without whitespace at its beginning. */
    public static String stripLeading(String text) {
        int from = 0;
        while (from < text.length() && isSpace(text.charAt(from))) {
            from++;
        }
        return text.substring(from);
    }

    /**
     * {@link #stripLeading(String)} of the text {@code utf8[from..to)}: where it begins then.
     *
     * @throws IllegalArgumentException where it begins with whitespace and bytes that are not UTF-8
     */
    public static int stripLeading(byte[] utf8, int from, int to) {
        int p = from;
        try {
            while (p < to) {
                int codePoint = Utf8.codePointAt(utf8, p, to);
                if (codePoint > Character.MAX_VALUE || !isSpace((char) codePoint)) {
                    break;
                }
                p += Utf8.length(codePoint);
            }
        } catch (Utf8.Malformed e) {
            throw e.inText(utf8, from);
        }
        return p;
    }

    /** {@code str.isspace()} of one character; no code point beyond U+FFFF is a space. */
    static boolean isSpace(char c) {
        return switch (c) {
            case '\t', '\n', 0x0b, '\f', '\r', 0x1c, 0x1d, 0x1e, 0x1f, 0x85, 0x2028, 0x2029 -> true;
            default -> Character.getType(c) == Character.SPACE_SEPARATOR;
        };
    }

    /** Unicode's condition Final_Sigma: a cased letter before, none after, skipping what case ignores. */
    private static boolean endsWord(String text, int sigma) {
        int before = sigma;
        while (before > 0 && isCaseIgnorable(text.codePointBefore(before))) {
            before = text.offsetByCodePoints(before, -1);
        }
        int after = sigma + 1;
        while (after < text.length() && isCaseIgnorable(text.codePointAt(after))) {
            after = text.offsetByCodePoints(after, 1);
        }
        return before > 0 && isCased(text.codePointBefore(before))
                && (after == text.length() || !isCased(text.codePointAt(after)));
    }

    private static boolean isCased(int c) {
        return Character.isLowerCase(c) || Character.isUpperCase(c) || Character.isTitleCase(c);
    }

    private static boolean isCaseIgnorable(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT, Character.MODIFIER_LETTER,
                    Character.MODIFIER_SYMBOL ->
                true;
            default -> MID_WORD.indexOf(c) >= 0;
        };
    }

    /** Letters that Unicode 14 did not know yet: see {@link WordCharacters}. */
    private static boolean isNewerLetter(int c) {
        return Character.isLetter(c) && !WordCharacters.contains(c);
    }
}
