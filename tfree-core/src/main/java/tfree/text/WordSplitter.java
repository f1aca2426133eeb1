package tfree.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Text into words and back: {@code join(split(text)).equals(text)} for every text that spells none of the whitespace
 * words ({@code <|ws|>}, {@code <|4<-ws->|>}, …) itself.
 *
 * <p>A word is a run of letters, or any other character alone; a space between two words is not written, since
 * {@link #join} knows where one is expected. Where the text has none, the word {@code <|no_ws|>} says so; a space that
 * is not expected is the word {@code <|ws|>}:
 *
 * <pre>{@code
 * WordSplitter splitter = WordSplitter.of(SplitMode.REFERENCE);
 * splitter.split("Hello World!");        // [Hello, World, !]
 * splitter.split("f(x)  =  y");          // [f, <|no_ws|>, (, x, ), <|2<-ws->|>, =, <|2<-ws->|>, y]
 * splitter.join(List.of("Hello", "World", "!"));   // Hello World!
 * }</pre>
 *
 * <p>Immutable; may be shared between threads. Splitting takes time linear in the text.
 */
public final class WordSplitter {
    private static final WordSplitter REFERENCE = new WordSplitter(SplitMode.REFERENCE);
    private static final WordSplitter UNICODE = new WordSplitter(SplitMode.UNICODE);

    private final SplitMode mode;

    private WordSplitter(SplitMode mode) {
        this.mode = mode;
    }

    /** The splitter of that mode. */
    public static WordSplitter of(SplitMode mode) {
        return mode == SplitMode.REFERENCE ? REFERENCE : UNICODE;
    }

    /** What counts as one word. */
    public SplitMode mode() {
        return mode;
    }

    /**
     * The text's words; none for the empty text.
     *
     * @throws IllegalArgumentException at a lone surrogate, naming its index
     */
    public List<String> split(String text) {
        byte[] utf8 = Utf8.withSlack(text);
        WordScanner scanner = new WordScanner(mode);
        scanner.start(utf8, 0, utf8.length - Utf8.SLACK);
        List<String> words = new ArrayList<>();
        for (int n = scanner.next(); n > 0; n = scanner.next()) {
            for (int i = 0; i < n; i++) {
                words.add(word(utf8, scanner.spans()[i]));
            }
        }
        return words;
    }

    private static String word(byte[] utf8, long span) {
        if (WordScanner.isSpecial(span)) {
            return SpecialWords.ALWAYS_KNOWN.get(WordScanner.special(span));
        }
        int start = WordScanner.start(span);
        return new String(utf8, start, WordScanner.end(span) - start, StandardCharsets.UTF_8);
    }

    /**
     * The text of these words, the inverse of {@link #split}. Special words other than whitespace stand as they are.
     * See {@link WordJoiner} for words that come one by one.
     *
     * @throws IllegalArgumentException for a run of more than {@link SpecialWords#MAX_RUN} spaces or line breaks
     */
    public String join(List<String> words) {
        WordJoiner joiner = new WordJoiner();
        words.forEach(joiner::append);
        return joiner.text();
    }
}
