package tfree.data;

/**
 * MT19937 with the seeding and the bounded draws of NumPy's {@code RandomState}, whose shuffles it reproduces. (Makoto
 * Matsumoto, Takuji Nishimura: Mersenne Twister, ACM TOMACS 8 (1998).)
 */
final class MersenneTwister {
    private static final int N = 624;
    private static final int M = 397;

    private final int[] state = new int[N];
    private int next = N;

    /** @param seed the low 32 bits count */
    MersenneTwister(int seed) {
        state[0] = seed;
        for (int i = 1; i < N; i++) {
            state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
        }
    }

    /** 32 random bits. */
    int nextInt() {
        if (next == N) {
            twist();
        }
        int y = state[next++];
        y ^= y >>> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >>> 18);
    }

    /** A number from 0 to {@code max} &lt; 2³²: draws, cut to as many bits as max has, until one is small enough. */
    long nextUpTo(long max) {
        long mask = -1L >>> Long.numberOfLeadingZeros(max);
        long value;
        do {
            value = nextInt() & mask;
        } while (value > max);
        return value;
    }

    private void twist() {
        for (int i = 0; i < N; i++) {
            int bits = (state[i] & 0x80000000) | (state[(i + 1) % N] & 0x7fffffff);
            state[i] = state[(i + M) % N] ^ (bits >>> 1) ^ (-(bits & 1) & 0x9908b0df);
        }
        next = 0;
    }
}
