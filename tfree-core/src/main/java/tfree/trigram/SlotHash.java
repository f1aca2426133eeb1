package tfree.trigram;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * MD5 → slots. A slot is the digest of a short ASCII key, read as one unsigned big-endian 128-bit number, modulo v.
 * Published checkpoints fix this hash; here it is a spreading function, not a safeguard.
 *
 * <p>Not thread-safe: it owns the digest's state and its buffers.
 */
final class SlotHash {
    private static final VarHandle BIG_ENDIAN = MethodHandles.byteArrayViewVarHandle(int[].class,
            ByteOrder.BIG_ENDIAN);

    private final int vocabSize;
    private final MessageDigest md5;
    private final byte[] digest = new byte[16];
    private byte[] key = new byte[64];

    SlotHash(int vocabSize) {
        this.vocabSize = vocabSize;
        try {
            this.md5 = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    /**
     * Writes the {@code m} distinct slots of a trigram to {@code out[at..at + m)}, ascending. Position t takes the
     * first of the slots {@code MD5("{id}_{t}_{0, 1, 2, …}")} that no earlier position has taken.
     */
    void trigram(int id, int m, int[] out, int at) {
        int afterId = number(id, 0);
        for (int t = 0; t < m; t++) {
            int afterPosition = number(t, separator(afterId));
            int attempt = 0;
            do {
                out[at + t] = slot(number(attempt++, separator(afterPosition)));
            } while (isTaken(out, at, t));
        }
        Arrays.sort(out, at, at + m);
    }

    /**
     * The slots of a word hashed as a whole: {@code MD5("{word}_{t}")} for t &lt; m − k, then
     * {@code MD5("{lowered}_lower_{t}")} for t &lt; k. A slot can occur twice, and the order is this one.
     */
    int[] word(byte[] word, byte[] lowered, int m, int k) {
        int[] slots = new int[m];
        numbered(word, slots, 0, m - k);
        byte[] suffix = "_lower".getBytes(StandardCharsets.US_ASCII);
        byte[] lowerKey = Arrays.copyOf(lowered, lowered.length + suffix.length);
        System.arraycopy(suffix, 0, lowerKey, lowered.length, suffix.length);
        numbered(lowerKey, slots, m - k, k);
        return slots;
    }

    private void numbered(byte[] prefix, int[] out, int at, int count) {
        if (key.length < prefix.length + 16) {
            key = new byte[prefix.length + 16];
        }
        System.arraycopy(prefix, 0, key, 0, prefix.length);
        for (int t = 0; t < count; t++) {
            out[at + t] = slot(number(t, separator(prefix.length)));
        }
    }

    private static boolean isTaken(int[] out, int at, int t) {
        for (int i = at; i < at + t; i++) {
            if (out[i] == out[at + t]) {
                return true;
            }
        }
        return false;
    }

    private int separator(int length) {
        key[length] = '_';
        return length + 1;
    }

    /** Appends a number ≥ 0 in decimal to the key of the given length and returns the new length. */
    private int number(int value, int length) {
        int end = length + 1;
        for (int rest = value; rest >= 10; rest /= 10) {
            end++;
        }
        int rest = value;
        for (int i = end - 1; i >= length; i--) {
            key[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return end;
    }

    private int slot(int keyLength) {
        md5.update(key, 0, keyLength);
        try {
            md5.digest(digest, 0, digest.length);
        } catch (DigestException e) {
            throw new IllegalStateException("an MD5 digest has 16 bytes", e);
        }
        long remainder = 0; // < 2³¹, so that a further 32 bits fit without a sign
        for (int i = 0; i < digest.length; i += Integer.BYTES) {
            remainder = ((remainder << 32) | Integer.toUnsignedLong((int) BIG_ENDIAN.get(digest, i))) % vocabSize;
        }
        return (int) remainder;
    }
}
