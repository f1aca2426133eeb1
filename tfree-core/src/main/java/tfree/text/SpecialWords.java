package tfree.text;

import java.util.List;

/**
 * The words written {@code <|…|>}: whitespace that matters, the end of a text, the markers of a chat.
 *
 * <p>A special word is never looked into: it is one word in splitting, and one trigram in hashing. In the line break's
 * words the middle is the line feed itself, so {@link #LINE_BREAK} has five characters.
 */
public final class SpecialWords {
    /** What every special word begins with. */
    public static final String OPEN = "<|";
    /** What every special word ends with. */
    public static final String CLOSE = "|>";

    /** Between two neighbours that a space would be expected between, but the text has none. */
    public static final String NO_SPACE = "<|no_ws|>";
    /** A space where none is expected. */
    public static final String SPACE = "<|ws|>";
    /** A line feed. */
    public static final String LINE_BREAK = "<|\n|>";
    /** The end of a document. */
    public static final String END_OF_TEXT = "<|endoftext|>";

    /** The beginning of a conversation. */
    public static final String BEGIN_OF_TEXT = "<|begin_of_text|>";
    /** Opens the name of who speaks. */
    public static final String START_HEADER = "<|start_header_id|>";
    /** Closes the name of who speaks. */
    public static final String END_HEADER = "<|end_header_id|>";
    /** The end of a turn of speech. */
    public static final String END_OF_TURN = "<|eot_id|>";

    /** The longest run of spaces or line breaks that joining writes out; a longer one is an error. */
    public static final int MAX_RUN = 1_000_000;

    /** The special words that every dictionary holds, in the dictionary's order. */
    public static final List<String> ALWAYS_KNOWN = List.of(LINE_BREAK, END_OF_TEXT, NO_SPACE, SPACE,
            spaces(2), spaces(4), spaces(6), spaces(8),
            lineBreaks(2), lineBreaks(4), lineBreaks(6), lineBreaks(8),
            BEGIN_OF_TEXT, START_HEADER, END_HEADER, END_OF_TURN);

    static final String SPACE_RUN_END = "<-ws->|>";
    static final String LINE_BREAK_RUN_END = "<-\n->|>";

    private SpecialWords() {}

    /** The word for a run of {@code count} spaces: {@code <|4<-ws->|>} for 4. */
    public static String spaces(int count) {
        return OPEN + count + SPACE_RUN_END;
    }

    /** The word for a run of {@code count} line feeds. */
    public static String lineBreaks(int count) {
        return OPEN + count + LINE_BREAK_RUN_END;
    }

    /**
     * How many spaces or line feeds the word stands for, or −1 if it is no run. After the number anything may stand.
     *
     * @throws IllegalArgumentException for more than {@link #MAX_RUN}
     */
    static int runLength(String word) {
        if (!word.endsWith(SPACE_RUN_END) && !word.endsWith(LINE_BREAK_RUN_END)) {
            return -1;
        }
        int digits = OPEN.length();
        int count = 0;
        while (word.charAt(digits) >= '0' && word.charAt(digits) <= '9') {
            count = Math.min(MAX_RUN + 1, 10 * count + word.charAt(digits++) - '0');
        }
        if (count > MAX_RUN) {
            throw new IllegalArgumentException("expected a run of at most " + MAX_RUN + " but was " + word);
        }
        return digits == OPEN.length() ? -1 : count;
    }

    /** Whether the word begins with {@code <|} and ends with {@code |>}; true for {@code <|>} too. */
    public static boolean isSpecial(String word) {
        return word.startsWith(OPEN) && word.endsWith(CLOSE);
    }
}
