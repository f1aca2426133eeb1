package tfree.dictionary;

import java.util.Arrays;
import java.util.Random;

/** What may happen to a file. */
final class Damage {
    private Damage() {}

    /** The file cut short, or one bit of it flipped behind the first 12 bytes, its mark and version. */
    static byte[] of(byte[] sound, Random random) {
        if (random.nextBoolean()) {
            return Arrays.copyOf(sound, random.nextInt(sound.length));
        }
        byte[] damaged = sound.clone();
        damaged[12 + random.nextInt(sound.length - 12)] ^= (byte) (1 << random.nextInt(8));
        return damaged;
    }
}
