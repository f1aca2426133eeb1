package tfree.file;

/**
 * A word within one line, or within one field of a table: backslash, tab, line feed and carriage return are written
 * {@code \\ \t \n \r}, everything else stands as it is.
 */
public final class Escapes {
    private static final String LETTERS = "\\tnr";
    private static final String MEANINGS = "\\\t\n\r";

    private Escapes() {}

    /** {@code "<|⏎|>"} → {@code "<|\n|>"} in five characters and a backslash. */
    public static String escape(String word) {
        int i = 0;
        while (i < word.length() && MEANINGS.indexOf(word.charAt(i)) < 0) {
            i++;
        }
        if (i == word.length()) {
            return word;
        }
        StringBuilder field = new StringBuilder(word.length() + 8).append(word, 0, i);
        for (; i < word.length(); i++) {
            int escaped = MEANINGS.indexOf(word.charAt(i));
            if (escaped < 0) {
                field.append(word.charAt(i));
            } else {
                field.append('\\').append(LETTERS.charAt(escaped));
            }
        }
        return field.toString();
    }

    /**
     * The inverse of {@link #escape}.
     *
     * @throws IllegalArgumentException where a backslash is followed by none of {@code \ t n r}
     */
    public static String unescape(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        StringBuilder word = new StringBuilder(field.length());
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '\\') {
                int known = ++i < field.length() ? LETTERS.indexOf(field.charAt(i)) : -1;
                if (known < 0) {
                    throw new IllegalArgumentException(
                            "expected one of \\\\ \\t \\n \\r at character " + (i - 1) + " but was \"" + field + "\"");
                }
                c = MEANINGS.charAt(known);
            }
            word.append(c);
        }
        return word.toString();
    }
}
