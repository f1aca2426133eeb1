package tfree.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts UTF-8 into words, a block at a time, without making a word's string: what {@link WordSplitter} and the encoder
 * run on. A word is a <em>span</em>: the place of its bytes, or the number in {@link SpecialWords#ALWAYS_KNOWN} of a
 * word that the text does not spell, such as {@code <|no_ws|>}.
 *
 * <pre>{@code
 * scanner.start(utf8, 0, length);
 * for (int n = scanner.next(); n > 0; n = scanner.next()) {
 *     for (int i = 0; i < n; i++) {
 *         long span = scanner.spans()[i];
 *         if (isSpecial(span)) … special(span) … else … utf8[start(span)] to utf8[end(span) - 1] …
 *     }
 * }
 * }</pre>
 *
 * <p>One thread at a time; may be started again. The time is linear in the text, whatever it holds.
 */
public final class WordScanner {
    /** A block has at least this many words, except for the last one. */
    private static final int BLOCK = 1024;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long LINE_BREAK = specialSpan(SpecialWords.LINE_BREAK);
    private static final long NO_SPACE = specialSpan(SpecialWords.NO_SPACE);
    private static final long SPACE = specialSpan(SpecialWords.SPACE);
    private static final long TWO_SPACES = specialSpan(SpecialWords.spaces(2));
    private static final long FOUR_SPACES = specialSpan(SpecialWords.spaces(4));
    private static final long TWO_LINE_BREAKS = specialSpan(SpecialWords.lineBreaks(2));
    private static final long FOUR_LINE_BREAKS = specialSpan(SpecialWords.lineBreaks(4));

    private final @Nullable UnicodeAtoms unicodeAtoms;

    private long[] spans = new long[BLOCK + 16];
    private int count;

    private byte[] text = new byte[Utf8.SLACK];
    private int from;
    private int position;
    private int to;

    /** Whether a space is expected after what was read last; never after a space or a special word. */
    private boolean spaceExpected;
    /** Where the stretch between two special words began that is being read. */
    private int stretchStart;
    /** No {@code <|} before this index, from the current line on, has a {@code |>} on its line. */
    private int unclosedBefore;

    public WordScanner(SplitMode mode) {
        unicodeAtoms = mode == SplitMode.UNICODE ? new UnicodeAtoms() : null;
    }

    /**
     * Begins with another text: {@code utf8[from]} to {@code utf8[to - 1]}. The array belongs to the caller and must
     * not change while it is read; beyond {@code to} it must have {@link Utf8#SLACK} more bytes, whatever they are.
     */
    public void start(byte[] utf8, int from, int to) {
        if (from < 0 || from > to || to > utf8.length - Utf8.SLACK) {
            throw new IllegalArgumentException(
                    "expected 0 ≤ from ≤ to ≤ length − " + Utf8.SLACK + " but was from " + from
                            + ", to " + to + ", length " + utf8.length);
        }
        this.text = utf8;
        this.from = from;
        this.position = from;
        this.to = to;
        this.spaceExpected = false;
        this.stretchStart = from;
        this.unclosedBefore = from;
    }

    /**
     * Reads the next block and returns how many words it has: 0 at the end of the text.
     *
     * @throws IllegalArgumentException if the text is not valid UTF-8, naming the byte's offset in the text
     */
    public int next() {
        count = 0;
        if (spans.length > 16 * BLOCK) {
            spans = new long[BLOCK + 16];
        }
        try {
            while (position < to && count < BLOCK) {
                readNext();
            }
        } catch (Utf8.Malformed e) {
            throw new IllegalArgumentException("expected UTF-8 but was the byte 0x"
                    + Integer.toHexString(text[e.index] & 0xff) + " at offset " + (e.index - from)
                    + "; convert the text",
                    e);
        }
        return count;
    }

    /** The block that {@link #next} read. The array is the scanner's and changes with the next block. */
    public long[] spans() {
        return spans;
    }

    /** Whether the word is one that the text does not spell. */
    public static boolean isSpecial(long span) {
        return span < 0;
    }

    /** The number in {@link SpecialWords#ALWAYS_KNOWN} of a word that the text does not spell. */
    public static int special(long span) {
        return (int) ~span;
    }

    /** Where the word's bytes begin. */
    public static int start(long span) {
        return (int) (span >>> Integer.SIZE);
    }

    /** Where the word's bytes end: the index after the last one. */
    public static int end(long span) {
        return (int) span;
    }

    private static long span(int start, int end) {
        return (long) start << Integer.SIZE | end;
    }

    private static long specialSpan(String word) {
        return ~SpecialWords.ALWAYS_KNOWN.indexOf(word);
    }

    private void readNext() {
        int c = text[position];
        if (isAsciiLetter(c) && unicodeAtoms == null) {
            readWords();
        } else if (c == ' ') {
            readSpaces();
        } else if (c == '\n') {
            int end = endOfRun('\n');
            addRun(end - position, LINE_BREAK, TWO_LINE_BREAKS, FOUR_LINE_BREAKS);
            position = end;
            spaceExpected = false;
        } else if (c == '<' && endOfSpecial(position) > 0) {
            readSpecial(endOfSpecial(position));
        } else if (unicodeAtoms != null) {
            readUnicode(unicodeAtoms);
        } else if (c >= 0) {
            add(c, position + 1, Spacing.isExpectedAfter(c));
        } else {
            int codePoint = Utf8.codePointAt(text, position, to);
            int end = position + Utf8.length(codePoint);
            add(c, WordCharacters.contains(codePoint) ? endOfWord(end) : end, true);
        }
    }

    /** Words that begin with an ASCII letter and follow each other with one space between: most of running text. */
    private void readWords() {
        int p = position;
        if (spaceExpected) {
            spans[count++] = NO_SPACE;
        }
        while (true) {
            int end = endOfAsciiLetters(p);
            if (end < to && text[end] < 0) {
                end = endOfWord(end);
            }
            spans[count++] = span(p, end);
            p = end;
            if (count >= BLOCK || p + 1 >= to || text[p] != ' ' || !isAsciiLetter(text[p + 1])) {
                break;
            }
            p++;
        }
        position = p;
        spaceExpected = true;
    }

    private int endOfAsciiLetters(int p) {
        int end = p;
        int run;
        do {
            run = Long.numberOfTrailingZeros(asciiNonLetters((long) LONG.get(text, end))) >>> 3;
            end += run;
        } while (run == Long.BYTES && end < to);
        return Math.min(end, to);
    }

    /** The highest bit of each byte that is no ASCII letter. */
    private static long asciiNonLetters(long bytes) {
        long low = (bytes | 0x2020202020202020L) & 0x7f7f7f7f7f7f7f7fL;
        long fromA = low + 0x1f1f1f1f1f1f1f1fL; // 'a' + 0x1f is 0x80
        long beyondZ = low + 0x0505050505050505L; // 'z' + 1 + 0x05 is 0x80
        return (~fromA | beyondZ | bytes) & 0x8080808080808080L;
    }

    private static boolean isAsciiLetter(int c) {
        int letter = (c | 0x20) - 'a';
        return letter >= 0 && letter < 26;
    }

    /** The end of the run of word characters that goes on at {@code p}. */
    private int endOfWord(int p) {
        while (p < to) {
            int c = text[p];
            if (c >= 0) {
                if (!isAsciiLetter(c)) {
                    return p;
                }
                p++;
            } else {
                int codePoint = Utf8.codePointAt(text, p, to);
                if (!WordCharacters.contains(codePoint)) {
                    return p;
                }
                p += Utf8.length(codePoint);
            }
        }
        return p;
    }

    private void readSpaces() {
        int end = endOfRun(' ');
        boolean dropped = spaceExpected && end == position + 1 && end < to && Spacing.isExpectedBefore(text[end])
                && !(text[end] == '<' && endOfSpecial(end) > 0);
        if (!dropped) {
            addRun(end - position, SPACE, TWO_SPACES, FOUR_SPACES);
        }
        position = end;
        spaceExpected = false;
    }

    private void readUnicode(UnicodeAtoms atoms) {
        int first = text[position];
        int end = atoms.end(text, position, to);
        boolean spaceExpectedAfter = end > position + 1 || Spacing.isExpectedAfter(first);
        for (int cut : atoms.cuts(text, position, end)) {
            add(first, cut, true);
        }
        add(first, end, spaceExpectedAfter);
    }

    /** One atom, beginning with the byte {@code first}. */
    private void add(int first, int end, boolean spaceExpectedAfter) {
        reserve(2);
        if (spaceExpected && Spacing.isExpectedBefore(first)) {
            spans[count++] = NO_SPACE;
        }
        spans[count++] = span(position, end);
        position = end;
        spaceExpected = spaceExpectedAfter;
    }

    private int endOfRun(char c) {
        int end = position + 1;
        while (end < to && text[end] == c) {
            end++;
        }
        return end;
    }

    private void addRun(int length, long one, long two, long four) {
        reserve(length / 4 + 2);
        int fours = length / 4;
        Arrays.fill(spans, count, count + fours, four);
        count += fours;
        if ((length & 2) != 0) {
            spans[count++] = two;
        }
        if ((length & 1) != 0) {
            spans[count++] = one;
        }
    }

    private void reserve(int more) {
        if (count + more > spans.length) {
            spans = Arrays.copyOf(spans, Math.max(count + more, 2 * spans.length));
        }
    }

    private void readSpecial(int end) {
        Utf8.requireValid(text, position, end);
        reserve(1);
        spans[count++] = span(position, end);
        position = end;
        stretchStart = end;
        spaceExpected = false;
    }

    /** The end of the special word that begins at {@code text[p]}, which is a {@code <}; or −1. */
    private int endOfSpecial(int p) {
        if (!startsSpecial(p)) {
            return -1;
        }
        int end = endOfClosed(p);
        if (end > 0 || p != stretchStart) {
            return end;
        }
        // A stretch that begins so and ends with |> is one word too, though it may hold line feeds.
        end = nextClosed(p);
        return end - p >= 3 && text[end - 2] == '|' && text[end - 1] == '>' ? end : -1;
    }

    private boolean startsSpecial(int p) {
        return p + 1 < to && text[p] == '<' && text[p + 1] == '|';
    }

    /** The end of the first {@code |>} after the {@code <|} at {@code p}, if it is on the same line; or −1. */
    private int endOfClosed(int p) {
        if (p < unclosedBefore) {
            return -1;
        }
        int q = p + 2;
        while (q < to && text[q] != '\n') {
            if (text[q] == '|' && q + 1 < to && text[q + 1] == '>') {
                return q + 2;
            }
            q++;
        }
        unclosedBefore = q;
        return -1;
    }

    /** Where the next special word begins that is closed on its line, or the end of the text. */
    private int nextClosed(int p) {
        int q = p;
        while (q < to && !(startsSpecial(q) && endOfClosed(q) > 0)) {
            q++;
        }
        return q;
    }
}
