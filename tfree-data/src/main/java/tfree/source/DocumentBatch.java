package tfree.source;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Documents one after another as UTF-8, handed from the thread that reads a source to the one that wants them. */
public final class DocumentBatch {
    private static final int BYTES = 1 << 18;
    private static final int DOCUMENTS = 1 << 12;

    private byte[] utf8 = {};
    private int[] ends = new int[16];
    private int size;

    /** How many documents there are. */
    public int size() {
        return size;
    }

    /** The bytes of all; document {@code i} is {@code [start(i), end(i))}. Read only. */
    public byte[] utf8() {
        return utf8;
    }

    /** Where document {@code i} begins. */
    public int start(int i) {
        return i == 0 ? 0 : ends[i - 1];
    }

    /** Where document {@code i} ends. */
    public int end(int i) {
        return ends[i];
    }

    /** Document {@code i} as a string. */
    public String text(int i) {
        return new String(utf8, start(i), end(i) - start(i), StandardCharsets.UTF_8);
    }

    /** The bytes of all documents together. */
    int bytes() {
        return size == 0 ? 0 : ends[size - 1];
    }

    /** Whether it is time for another batch. */
    boolean isFull() {
        return bytes() >= BYTES || size >= DOCUMENTS;
    }

    void add(String text) {
        byte[] document = text.getBytes(StandardCharsets.UTF_8);
        int start = bytes();
        int end = Math.addExact(start, document.length);
        if (size == ends.length) {
            ends = Arrays.copyOf(ends, 2 * size);
        }
        if (start == 0 && document.length >= BYTES) {
            utf8 = document; // a large one is not copied
        } else {
            if (end > utf8.length) {
                utf8 = Arrays.copyOf(utf8, Math.max(end, Math.min(BYTES, 2 * end)));
            }
            System.arraycopy(document, 0, utf8, start, document.length);
        }
        ends[size++] = end;
    }
}
