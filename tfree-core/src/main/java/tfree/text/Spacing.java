package tfree.text;

/**
 * The whitespace rule: between which characters running text has a space. Splitting drops a space that is expected and
 * marks one that is missing; joining puts it back. Only U+0020 is a space here.
 *
 * <p>{@code Hello World!} → {@code Hello}, {@code World}, {@code !}: a space is expected between two words, and none
 * before an exclamation mark.
 */
final class Spacing {
    /** No space is expected after these. */
    private static final String NONE_AFTER = "#$=-+*/'\"\\(<[]~^&@%_\n ";
    /** No space is expected before these. */
    private static final String NONE_BEFORE = ".,:;?!=-+*/'\"\\)>]~^&@%_\n 0123456789";

    private static final boolean[] EXPECTED_AFTER = expected(NONE_AFTER);
    private static final boolean[] EXPECTED_BEFORE = expected(NONE_BEFORE);

    private Spacing() {}

    /** Whether a space is expected after a character, given as its code point or as the last byte of its UTF-8. */
    static boolean isExpectedAfter(int character) {
        return character < 0 || character >= 128 || EXPECTED_AFTER[character];
    }

    /** Whether a space is expected before a character, given as its code point or as the first byte of its UTF-8. */
    static boolean isExpectedBefore(int character) {
        return character < 0 || character >= 128 || EXPECTED_BEFORE[character];
    }

    private static boolean[] expected(String none) {
        boolean[] table = new boolean[128];
        for (char c = 0; c < table.length; c++) {
            table[c] = none.indexOf(c) < 0;
        }
        return table;
    }
}
