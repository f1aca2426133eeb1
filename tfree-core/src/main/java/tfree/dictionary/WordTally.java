package tfree.dictionary;

import java.util.Arrays;
import java.util.function.ObjLongConsumer;
import tfree.text.PythonText;
import tfree.text.SplitMode;
import tfree.text.Utf8;
import tfree.text.WordNumbers;
import tfree.text.WordScanner;

/**
 * Counts the words of texts in one thread, on their bytes: a word costs a look into a table, a string is made of it only
 * when it is asked for. {@link WordCounter} runs several of these and keeps their memory bounded.
 *
 * <pre>{@code
 * WordTally tally = new WordTally(SplitMode.REFERENCE, false);
 * texts.forEach(tally::count);
 * tally.forEach((word, count) -> …);
 * }</pre>
 */
public final class WordTally {
    /** At most so many bytes go to a word besides its own while the tables grow or are sorted. */
    private static final long BYTES_A_WORD = 200;
    /** Its own bytes, and the copies while their array grows. */
    private static final long COPIES = 3;
    private static final int FIRST_CAPACITY = 1 << 11;

    private final WordScanner scanner;
    private final boolean lowercase;
    private WordNumbers words = new WordNumbers();
    private long[] counts = new long[FIRST_CAPACITY];
    private long total;
    private byte[] utf8 = new byte[Utf8.SLACK];
    private int[] block = new int[FIRST_CAPACITY];

    /** A tally of words as that mode cuts them, of texts that are lower-cased first or not. */
    public WordTally(SplitMode mode, boolean lowercase) {
        this.scanner = new WordScanner(mode);
        this.lowercase = lowercase;
    }

    /**
     * Counts the words of a text.
     *
     * @throws IllegalArgumentException at a lone surrogate, naming its index
     */
    public void count(String text) {
        start(text);
        countAll();
    }

    /**
     * Counts the words of a text from its UTF-8.
     *
     * @throws IllegalArgumentException at a byte that is no UTF-8, naming its offset
     */
    public void count(byte[] text) {
        if (lowercase) {
            start(Utf8.decode(text, 0, text.length));
        } else {
            start(Arrays.copyOf(text, text.length + Utf8.SLACK));
        }
        countAll();
    }

    /** Begins with a text. */
    void start(String text) {
        start(Utf8.withSlack(lowercase ? PythonText.lower(text) : text));
    }

    /** Counts the next block of the text's words, unless there is none. */
    boolean next() {
        int n = scanner.next();
        if (n > block.length) {
            block = new int[n];
        }
        words.number(utf8, scanner.spans(), n, block, 0);
        makeRoom();
        for (int i = 0; i < n; i++) {
            counts[block[i]]++;
        }
        total += n;
        return n > 0;
    }

    private void start(byte[] withSlack) {
        utf8 = withSlack;
        scanner.start(utf8, 0, utf8.length - Utf8.SLACK);
    }

    private void countAll() {
        while (next()) {
            // Nothing more to do for a block.
        }
    }

    /** So many more of this word, which is not split again. */
    public void add(String word, long count) {
        int number = words.number(word);
        makeRoom();
        counts[number] += count;
        total += count;
    }

    /** The number of words counted, repeats included. */
    public long total() {
        return total;
    }

    /** Every word that was seen, with its count, in order of first sight. */
    public void forEach(ObjLongConsumer<String> consumer) {
        for (int number = 0; number < words.size(); number++) {
            if (counts[number] > 0) {
                consumer.accept(words.word(number), counts[number]);
            }
        }
    }

    /** What the tables take at most, in bytes: when to ask for the counts and {@link #clear}, should it be too much. */
    public long memory() {
        return BYTES_A_WORD * words.size() + COPIES * words.totalBytes();
    }

    /** Forgets all words and counts, in the middle of a text too. */
    public void clear() {
        words = new WordNumbers();
        counts = new long[FIRST_CAPACITY];
        total = 0;
    }

    /** The words that were seen, sorted. The tally must not change meanwhile. */
    SortedWords sorted() {
        return new InOrder(WordSort.sorted(words, number -> counts[number] > 0));
    }

    private void makeRoom() {
        if (words.size() > counts.length) {
            counts = Arrays.copyOf(counts, Math.max(words.size(), 2 * counts.length));
        }
    }

    private final class InOrder implements SortedWords {
        private final int[] order;
        private int place = -1;

        InOrder(int[] order) {
            this.order = order;
        }

        @Override
        public boolean next() {
            place = Math.min(place + 1, order.length);
            return place < order.length;
        }

        @Override
        public byte[] word() {
            return Arrays.copyOfRange(words.bytes(), words.start(order[place]), words.end(order[place]));
        }

        @Override
        public long count() {
            return counts[order[place]];
        }
    }
}
