package tfree.text;

/**
 * The text of words that come one after the other, as it grows: {@link WordSplitter#join} of the words so far. A space
 * between two words comes with the second, which says whether there is one; what was written never changes.
 *
 * <pre>{@code
 * WordJoiner joiner = new WordJoiner();
 * joiner.add("Hello"); // "Hello"
 * joiner.add("World"); // " World"
 * joiner.add("!");     // "!"
 * }</pre>
 */
public final class WordJoiner {
    private final StringBuilder text = new StringBuilder();
    private boolean spaceExpected;

    /**
     * Adds a word and returns what it adds to the text; nothing for {@code <|no_ws|>}.
     *
     * @throws IllegalArgumentException for a run of more than {@link SpecialWords#MAX_RUN} spaces or line breaks
     */
    public String add(String word) {
        int before = text.length();
        append(word);
        return text.substring(before);
    }

    /** The text of all words. */
    public String text() {
        return text.toString();
    }

    void append(String word) {
        if (word.isEmpty()) {
            return;
        }
        if (SpecialWords.isSpecial(word)) {
            // A run of length 0 is nothing at all: its neighbours are each other's.
            spaceExpected &= !appendSpecial(word);
            return;
        }
        if (spaceExpected && Spacing.isExpectedBefore(word.charAt(0))) {
            text.append(' ');
        }
        text.append(word);
        spaceExpected = Spacing.isExpectedAfter(word.charAt(word.length() - 1));
    }

    /** Whether there was something to append, be it the absence of a space. */
    private boolean appendSpecial(String word) {
        switch (word) {
            case SpecialWords.NO_SPACE -> {
            }
            case SpecialWords.SPACE -> text.append(' ');
            case SpecialWords.LINE_BREAK -> text.append('\n');
            default -> {
                int count = SpecialWords.runLength(word);
                if (count < 0) {
                    text.append(word);
                } else {
                    text.repeat(word.endsWith(SpecialWords.SPACE_RUN_END) ? ' ' : '\n', count);
                }
                return count != 0;
            }
        }
        return true;
    }
}
