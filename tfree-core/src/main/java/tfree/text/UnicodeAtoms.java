package tfree.text;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import java.lang.Character.UnicodeScript;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The atoms of {@link SplitMode#UNICODE}: marks and joiners stay with the character before them, whatever it is, an
 * emoji sequence or a flag is one atom, and a run of letters that holds a script without spaces is cut by ICU. One
 * thread at a time, since ICU's iterators hold their text.
 */
final class UnicodeAtoms {
    private static final int[] NO_CUTS = {};
    private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
    private static final int ZERO_WIDTH_JOINER = 0x200d;

    /** ICU and its dictionaries are loaded when the first text needs them. */
    private @Nullable BreakIterator wordBreaks;

    /** The end of the atom that begins at {@code text[p]}, which is neither a space nor a line feed. */
    int end(byte[] text, int p, int to) {
        int first = Utf8.codePointAt(text, p, to);
        boolean word = WordCharacters.contains(first);
        boolean oneMoreFlagLetter = isFlagLetter(first);
        int last = first;
        int q = p + Utf8.length(first);
        while (q < to) {
            int c = Utf8.codePointAt(text, q, to);
            if (oneMoreFlagLetter && isFlagLetter(c)) {
                oneMoreFlagLetter = false;
            } else if (!extendsAtom(c) && !(word && WordCharacters.contains(c))
                    && !(last == ZERO_WIDTH_JOINER && isSymbol(first) && isSymbol(c))) {
                return q;
            }
            last = c;
            q += Utf8.length(c);
        }
        return q;
    }

    /** Where the atom is cut into words, without its ends: empty for scripts that write spaces. */
    int[] cuts(byte[] text, int start, int end) {
        return hasScriptWithoutSpaces(text, start, end) ? dictionaryCuts(text, start, end) : NO_CUTS;
    }

    private int[] dictionaryCuts(byte[] text, int start, int end) {
        if (wordBreaks == null) {
            wordBreaks = Prototype.WORDS.clone();
        }
        BreakIterator breaks = wordBreaks;
        String run = new String(text, start, end - start, StandardCharsets.UTF_8);
        breaks.setText(run);
        int[] cuts = new int[run.length()];
        int count = 0;
        int place = start;
        int from = 0;
        for (int cut = breaks.next(); cut != BreakIterator.DONE && cut < run.length(); cut = breaks.next()) {
            while (from < cut) {
                int c = run.codePointAt(from);
                place += Utf8.length(c);
                from += Character.charCount(c);
            }
            if (!extendsAtom(run.codePointAt(cut))) {
                cuts[count++] = place;
            }
        }
        return Arrays.copyOf(cuts, count);
    }

    private static boolean hasScriptWithoutSpaces(byte[] text, int start, int end) {
        for (int p = start; p < end;) {
            int c = Utf8.codePointAt(text, p, end);
            if (c >= 0xe00 && WordCharacters.contains(c)) {
                switch (UnicodeScript.of(c)) {
                    case THAI, LAO, MYANMAR, KHMER, HAN, HIRAGANA, KATAKANA -> {
                        return true;
                    }
                    default -> {
                    }
                }
            }
            p += Utf8.length(c);
        }
        return false;
    }

    /** Combining marks, joiners, and the skin tones of emoji. */
    private static boolean extendsAtom(int c) {
        if (c < 0x300) {
            return false;
        }
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK -> true;
            default -> c == ZERO_WIDTH_NON_JOINER || c == ZERO_WIDTH_JOINER || isSkinTone(c);
        };
    }

    private static boolean isSkinTone(int c) {
        return c >= 0x1f3fb && c <= 0x1f3ff;
    }

    private static boolean isSymbol(int c) {
        return c >= 0x80 && Character.getType(c) == Character.OTHER_SYMBOL;
    }

    /** A regional indicator: two of them are a flag. */
    private static boolean isFlagLetter(int c) {
        return c >= 0x1f1e6 && c <= 0x1f1ff;
    }

    /** Holds the iterator that others are copied from. */
    private static final class Prototype {
        private static final BreakIterator WORDS = BreakIterator.getWordInstance(ULocale.ROOT);
    }
}
