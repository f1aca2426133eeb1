package tfree.trigram;

/**
 * Text → units with the slots that each switches on. T-Free's units are words ({@link TextEncoder}); those of a baseline
 * are a tokenizer's tokens, a slot each. Whatever packs, trains and generates asks no more than this.
 *
 * <p>One thread at a time.
 */
public interface UnitEncoder {
    /** The text's units, none for the empty text. Nothing is stripped. */
    EncodedText encode(String text);

    /** Begins with a text that {@link #next} reads block by block. */
    void start(String text);

    /**
     * Begins with the text {@code utf8[from..to)}, which must not change while it is read.
     *
     * @throws IllegalArgumentException where the text is not UTF-8, naming the offset in the text; {@link #next} may throw
     *                                  it as well
     */
    void start(byte[] utf8, int from, int to);

    /** Reads the next block and returns how many units it has: 0 at the end of the text. */
    int next();

    /** Unit {@code i} of the block as it is written. */
    String word(int i);

    /** What unit {@code i} of the block switches on. */
    ActivationPattern pattern(int i);

    /** Whether unit {@code i} of the block ends a text. */
    boolean endsText(int i);

    /** The unit that ends a text, as it is written in one. */
    String endOfText();
}
