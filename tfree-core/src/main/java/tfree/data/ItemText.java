package tfree.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tfree.text.SpecialWords;
import tfree.text.Utf8;

/**
 * The texts of one item as UTF-8, each followed by the end of text, as samples for pre-training want it. Filled anew for
 * each item; in the long run nothing is allocated. One thread at a time.
 */
public final class ItemText {
    private static final int MAX_BYTES = Integer.MAX_VALUE - 64;

    private final byte[] endOfText;
    private byte[] utf8 = new byte[1 << 15];
    private int[] starts = new int[16];
    private int[] ends = new int[16];
    private int count;
    private int size;

    /** Texts that end in {@link SpecialWords#END_OF_TEXT}. */
    public ItemText() {
        this(SpecialWords.END_OF_TEXT);
    }

    /** @param endOfText what is set behind each text */
    public ItemText(String endOfText) {
        this.endOfText = endOfText.getBytes(StandardCharsets.UTF_8);
    }

    /** Forgets all texts. */
    public void clear() {
        count = 0;
        size = 0;
    }

    /** Adds a text. */
    public void add(byte[] text) {
        add(MemorySegment.ofArray(text), 0, text.length);
    }

    /**
     * Adds the text {@code bytes[from..from + length)}.
     *
     * @throws IllegalArgumentException when it is too long for an array
     */
    public void add(MemorySegment bytes, long from, long length) {
        long needed = size + length + endOfText.length + Utf8.SLACK;
        if (needed > MAX_BYTES) {
            throw new IllegalArgumentException("expected texts of at most " + MAX_BYTES + " bytes but was " + needed
                    + "; cut the document, or align the memory map");
        }
        if (needed > utf8.length) {
            utf8 = Arrays.copyOf(utf8, (int) Math.min(MAX_BYTES, Math.max(needed, 2L * utf8.length)));
        }
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
        }
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, from, utf8, size, (int) length);
        starts[count] = size;
        ends[count++] = size + (int) length;
        size += (int) length;
        System.arraycopy(endOfText, 0, utf8, size, endOfText.length);
        size += endOfText.length;
    }

    /** How many texts there are. */
    public int count() {
        return count;
    }

    /** The bytes of all texts, with {@link Utf8#SLACK} more. The array is replaced when it must grow. */
    public byte[] utf8() {
        return utf8;
    }

    /** Where text {@code i} begins. */
    public int start(int i) {
        return starts[i];
    }

    /** Where it ends: the index after its last byte. */
    public int end(int i) {
        return ends[i];
    }

    /** Where the end of text behind it ends. */
    public int endMarked(int i) {
        return ends[i] + endOfText.length;
    }

    /** Text {@code i} as a string. */
    public String text(int i) {
        return Utf8.decode(utf8, starts[i], ends[i]);
    }
}
