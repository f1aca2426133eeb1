package tfree.trigram;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * The trigrams of a word: the distinct triples of neighbouring bytes of {@code " " + word + " "} in UTF-8, each as its
 * id {@code b0 + 256·b1 + 65536·b2}, in order of first occurrence. A word of n bytes has at most n of them.
 *
 * <p>The word {@code hey} gives {@code " he"}, {@code "hey"}, {@code "ey "}; the first and the last touch the word's
 * edge. Source: section 3.1 of arXiv 2406.19223.
 */
public final class Trigrams {
    /** Ids lie below this number: one for each triple of bytes. */
    public static final int COUNT = 1 << 24;

    /** Up to here a look through the earlier trigrams beats a hash set. */
    private static final int SCAN_LIMIT = 48;

    private Trigrams() {}

    /** The distinct trigram ids of the word {@code utf8[from..to)}. */
    public static int[] of(byte[] utf8, int from, int to) {
        int[] ids = new int[to - from];
        int count = ids.length <= SCAN_LIMIT ? scan(utf8, from, to, ids) : lookUp(utf8, from, to, ids);
        return count == ids.length ? ids : Arrays.copyOf(ids, count);
    }

    /** Whether the trigram begins or ends with the space that stands before and after every word. */
    public static boolean isEdge(int id) {
        return (id & 0xff) == ' ' || (id >>> 16) == ' ';
    }

    /** The three bytes in hex, first byte first: {@code 206865} for {@code " he"}. */
    public static String hex(int id) {
        return HexFormat.of().formatHex(new byte[]{(byte) id, (byte) (id >>> 8), (byte) (id >>> 16)});
    }

    /**
     * The lower-cased trigram if all three bytes are ASCII letters or spaces, else the trigram itself: no other byte
     * takes part in the lowercase overlap.
     */
    static int lowerCased(int id) {
        boolean touched = isLetterOrSpace(id & 0xff) && isLetterOrSpace((id >>> 8) & 0xff)
                && isLetterOrSpace(id >>> 16);
        return touched ? id | 0x202020 : id;
    }

    private static boolean isLetterOrSpace(int b) {
        int lower = b | 0x20;
        return (lower >= 'a' && lower <= 'z') || b == ' ';
    }

    private static int scan(byte[] utf8, int from, int to, int[] ids) {
        int count = 0;
        int window = first(utf8, from);
        for (int i = from; i < to; i++) {
            window = next(window, utf8, i + 1, to);
            int seen = 0;
            while (seen < count && ids[seen] != window) {
                seen++;
            }
            if (seen == count) {
                ids[count++] = window;
            }
        }
        return count;
    }

    private static int lookUp(byte[] utf8, int from, int to, int[] ids) {
        int shift = Integer.numberOfLeadingZeros(2 * (to - from));
        int[] set = new int[1 << (32 - shift)]; // id + 1, 0 where empty; at most half full
        int count = 0;
        int window = first(utf8, from);
        for (int i = from; i < to; i++) {
            window = next(window, utf8, i + 1, to);
            int at = (window * 0x9E3779B1) >>> shift;
            while (set[at] != 0 && set[at] != window + 1) {
                at = (at + 1) & (set.length - 1);
            }
            if (set[at] == 0) {
                set[at] = window + 1;
                ids[count++] = window;
            }
        }
        return count;
    }

    /** The space and the word's first byte, where {@link #next} shifts the following byte in on top. */
    private static int first(byte[] utf8, int from) {
        return (' ' << 8) | ((utf8[from] & 0xff) << 16);
    }

    private static int next(int window, byte[] utf8, int at, int to) {
        return (window >>> 8) | ((at < to ? utf8[at] & 0xff : ' ') << 16);
    }
}
