package tfree.trigram;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tfree.text.PythonText;
import tfree.text.SpecialWords;
import tfree.text.Utf8;
import tfree.text.WordScanner;

/**
 * Text → words with their activation patterns; the one way from text to slots, in training and in generation.
 *
 * <p>It works on UTF-8 and keeps each distinct word's pattern once, so that running text costs a table lookup a word.
 * When the table has grown past {@value #MAX_WORDS} words, or these past {@value #MAX_BYTES} bytes, the next text begins
 * a new one: memory stays bounded over any corpus.
 *
 * <p>One thread at a time. Threads that encode side by side take an encoder each, over the same {@link SlotTable}.
 *
 * <pre>{@code
 * TextEncoder encoder = new TextEncoder(new SlotTable(TokenizerConfig.of(32_000, 10, 2)));
 * EncodedText text = encoder.encode("Hello World!");
 * text.words();               // [Hello, World, !]
 * text.pattern(0).slots();    // 10 slots for each of " He", "Hel", "ell", "llo", "lo "
 * }</pre>
 */
public final class TextEncoder implements UnitEncoder {
    /** So many distinct words share a table; at ten slots a trigram they take about 150 MB. */
    public static final int MAX_WORDS = 1 << 17;
    /** So long may they be together: a sentence without spaces is one word in mode {@code reference}. */
    public static final int MAX_BYTES = 1 << 26;

    private final SlotTable slotTable;
    private final int maxWords;
    private final WordScanner scanner;
    private WordTable table;
    private byte[] text = new byte[0];
    private int[] numbers = new int[1024];

    /** An encoder for the table's configuration. */
    public TextEncoder(SlotTable slotTable) {
        this(slotTable, MAX_WORDS);
    }

    TextEncoder(SlotTable slotTable, int maxWords) {
        this.slotTable = slotTable;
        this.maxWords = maxWords;
        this.scanner = new WordScanner(slotTable.config().splitMode());
        this.table = new WordTable(slotTable);
    }

    /** What the encoder was made for. */
    public TokenizerConfig config() {
        return slotTable.config();
    }

    /**
     * The text's words, none for the empty text. Nothing is stripped.
     *
     * @throws IllegalArgumentException at a lone surrogate, naming its index
     */
    @Override
    public EncodedText encode(String text) {
        start(text);
        return rest();
    }

    /**
     * The words of the text {@code utf8[from..to)}. An array that goes on for {@link Utf8#SLACK} bytes beyond
     * {@code to}, whatever they are, is read in place, another one is copied.
     *
     * @throws IllegalArgumentException where the text is not UTF-8, naming the offset in the text
     */
    public EncodedText encode(byte[] utf8, int from, int to) {
        start(utf8, from, to);
        return rest();
    }

    /**
     * Begins with a text that {@link #next} reads block by block, for who does not need all of it at once, or at all.
     *
     * @throws IllegalArgumentException at a lone surrogate, naming its index
     */
    @Override
    public void start(String text) {
        byte[] cased = Utf8.withSlack(config().lowercase() ? PythonText.lower(text) : text);
        startCased(cased, 0, cased.length - Utf8.SLACK);
    }

    /** Begins with the text {@code utf8[from..to)}, which must not change while it is read; as {@link #encode}. */
    @Override
    public void start(byte[] utf8, int from, int to) {
        if (config().lowercase()) {
            start(Utf8.decode(utf8, from, to));
        } else if (to > utf8.length - Utf8.SLACK) {
            byte[] copy = new byte[to - from + Utf8.SLACK];
            System.arraycopy(utf8, from, copy, 0, to - from);
            startCased(copy, 0, to - from);
        } else {
            startCased(utf8, from, to);
        }
    }

    /**
     * Reads the next block and returns how many words it has: 0 at the end of the text. What was asked of the last one
     * is then the next one's.
     *
     * @throws IllegalArgumentException where the text is not UTF-8, naming the offset in the text
     */
    @Override
    public int next() {
        return next(0);
    }

    /** Word {@code i} of the block as it is written. */
    @Override
    public String word(int i) {
        return table.words()[numbers[i]];
    }

    /** What word {@code i} of the block switches on. */
    @Override
    public ActivationPattern pattern(int i) {
        return table.patterns()[numbers[i]];
    }

    /** Whether word {@code i} of the block is {@link tfree.text.SpecialWords#END_OF_TEXT}. */
    @Override
    public boolean endsText(int i) {
        return numbers[i] == EncodedText.END_OF_TEXT;
    }

    private void startCased(byte[] utf8, int from, int to) {
        if (table.size() > maxWords || table.totalBytes() > MAX_BYTES) {
            table = new WordTable(slotTable);
        }
        text = utf8;
        scanner.start(utf8, from, to);
    }

    private int next(int at) {
        int count = scanner.next();
        if (at + count > numbers.length) {
            numbers = Arrays.copyOf(numbers, Math.max(at + count, 2 * numbers.length));
        }
        table.numbers(text, scanner.spans(), count, numbers, at);
        return count;
    }

    private EncodedText rest() {
        int size = 0;
        for (int count = next(0); count > 0; count = next(size)) {
            size += count;
        }
        return new EncodedText(Arrays.copyOf(numbers, size), table);
    }

    @Override
    public String endOfText() {
        return SpecialWords.END_OF_TEXT;
    }

    /** The pattern of one word, not split again: how a generated word is fed back. */
    public ActivationPattern pattern(String word) {
        byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
        return slotTable.pattern(utf8, 0, utf8.length);
    }
}
