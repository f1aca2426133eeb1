package tfree.trigram;

import java.util.Arrays;
import java.util.List;
import tfree.text.SpecialWords;

/**
 * A text as numbers of words, each with its activation pattern: what the model reads and learns from.
 *
 * <p>A word's number holds within one text only. The words of {@link SpecialWords#ALWAYS_KNOWN} have the numbers of
 * their places in that list in every text. Immutable; may be handed to other threads.
 */
public final class EncodedText {
    /** The number of {@link SpecialWords#END_OF_TEXT} in every text. */
    public static final int END_OF_TEXT = SpecialWords.ALWAYS_KNOWN.indexOf(SpecialWords.END_OF_TEXT);

    private final int[] numbers; // [words]
    // The table's arrays as they were: words that it meets later have numbers that this text does not use.
    private final String[] words;
    private final ActivationPattern[] patterns;
    private final int endOfText;

    EncodedText(int[] numbers, WordTable table) {
        this(numbers, table.words(), table.patterns(), END_OF_TEXT);
    }

    private EncodedText(int[] numbers, String[] words, ActivationPattern[] patterns, int endOfText) {
        this.numbers = numbers;
        this.words = words;
        this.patterns = patterns;
        this.endOfText = endOfText;
    }

    /**
     * A text in units of another kind: of a tokenizer, whose tokens' numbers are their ids. The arrays are shared.
     *
     * @param units     by number, as they are written
     * @param patterns  by number
     * @param endOfText the number of the unit that ends a text
     */
    public static EncodedText of(int[] numbers, String[] units, ActivationPattern[] patterns, int endOfText) {
        return new EncodedText(numbers, units, patterns, endOfText);
    }

    /** How many words the text has. */
    public int size() {
        return numbers.length;
    }

    /** The number of word {@code i}: equal words have equal numbers. */
    public int number(int i) {
        return numbers[i];
    }

    /** Whether word {@code i} ends a text. */
    public boolean endsText(int i) {
        return numbers[i] == endOfText;
    }

    /** Word {@code i} as it is written. */
    public String word(int i) {
        return words[numbers[i]];
    }

    /** What word {@code i} switches on. */
    public ActivationPattern pattern(int i) {
        return patterns[numbers[i]];
    }

    /** All words in order; {@link tfree.text.WordSplitter#join} makes the text of them. */
    public List<String> words() {
        return Arrays.stream(numbers).mapToObj(number -> words[number]).toList();
    }
}
