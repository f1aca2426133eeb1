package tfree.checkpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The states of the random generators that the original keeps in a context, as they are just after seeding. Training here
 * has no such state: its samples follow from their number. (Makoto Matsumoto, Takuji Nishimura: Mersenne Twister, ACM TOMACS
 * 8 (1998).)
 */
final class RandomStates {
    private static final int N = 624;

    private RandomStates() {}

    /** Those of {@code random}, NumPy and PyTorch on the CPU under their names in a context; a scope has to be open. */
    static Map<String, @Nullable Object> seeded(long seed) {
        Map<String, @Nullable Object> states = new LinkedHashMap<>();
        Object[] words = new Object[N + 1];
        int[] keyed = keyed(seed);
        for (int i = 0; i < N; i++) {
            words[i] = Integer.toUnsignedLong(keyed[i]);
        }
        words[N] = N; // all of them are used up: the first draw makes new ones
        states.put("random_rng_state", new Object[]{3, words, null});
        states.put("np_rng_state", new Object[]{"MT19937", NumpyArray.ofUnsigned(seeded((int) seed)), N, 0, 0.0});
        states.put("torch_rng_state", torch.make_generator_cpu(seed).get_state());
        states.put("torch_cuda_rng_state", null);
        return states;
    }

    /** {@code numpy.random.seed(seed)}. */
    private static int[] seeded(int seed) {
        int[] state = new int[N];
        state[0] = seed;
        for (int i = 1; i < N; i++) {
            state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
        }
        return state;
    }

    /** {@code random.seed(seed)}, whose key is the number's 32-bit digits. */
    private static int[] keyed(long seed) {
        long positive = Math.abs(seed);
        int[] key = positive >>> 32 == 0 ? new int[]{(int) positive}
                : new int[]{(int) positive, (int) (positive >>> 32)};
        int[] state = seeded(19650218);
        int i = 1;
        for (int k = 0; k < N; k++) {
            state[i] = (state[i] ^ mixed(state[i - 1]) * 1664525) + key[k % key.length] + k % key.length;
            i = next(i, state);
        }
        for (int k = 1; k < N; k++) {
            state[i] = (state[i] ^ mixed(state[i - 1]) * 1566083941) - i;
            i = next(i, state);
        }
        state[0] = 0x80000000;
        return state;
    }

    private static int mixed(int word) {
        return word ^ (word >>> 30);
    }

    private static int next(int i, int[] state) {
        if (i + 1 < N) {
            return i + 1;
        }
        state[0] = state[N - 1];
        return 1;
    }
}
