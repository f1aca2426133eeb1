package tfree.data;

/**
 * The order of one epoch's samples: a shuffle of 0 … n−1, the same as NumPy's
 * {@code RandomState(seed).shuffle(arange(n))}, so that runs here and runs of the original see the same samples.
 *
 * <p>Four bytes an item, up to 2³² items; shuffling 10⁹ takes 4 GB. Immutable; threads may share it.
 */
public final class SampleOrder {
    /** Item numbers are 32-bit in the files too. */
    public static final long MAX_ITEMS = 1L << 32;

    private static final int CHUNK_BITS = 28;

    private final long size;
    private final int[][] chunks; // unsigned, since an array ends before 2³¹ items do

    /**
     * @param items n, from 0 to {@link #MAX_ITEMS}
     * @param seed  from 0 to 2³² − 1, the range of NumPy's seeds
     */
    public SampleOrder(long items, long seed) {
        if (items < 0 || items > MAX_ITEMS) {
            throw new IllegalArgumentException("expected 0 to " + MAX_ITEMS + " items but was " + items);
        }
        if (seed < 0 || seed > 0xffffffffL) {
            throw new IllegalArgumentException("expected a seed from 0 to " + 0xffffffffL + " but was " + seed);
        }
        this.size = items;
        this.chunks = ascending(items);
        shuffle(new MersenneTwister((int) seed));
    }

    /** n. */
    public long size() {
        return size;
    }

    /** The item at a position from 0 to n − 1 of the order. */
    public long item(long position) {
        if (position < 0 || position >= size) {
            throw new IndexOutOfBoundsException("expected a position from 0 to " + (size - 1) + " but was " + position);
        }
        return Integer.toUnsignedLong(get(position));
    }

    private static int[][] ascending(long items) {
        int[][] chunks = new int[(int) ((items + (1L << CHUNK_BITS) - 1) >>> CHUNK_BITS)][];
        for (int c = 0; c < chunks.length; c++) {
            long first = (long) c << CHUNK_BITS;
            chunks[c] = new int[(int) Math.min(items - first, 1L << CHUNK_BITS)];
            for (int i = 0; i < chunks[c].length; i++) {
                chunks[c][i] = (int) (first + i);
            }
        }
        return chunks;
    }

    private void shuffle(MersenneTwister random) {
        for (long i = size - 1; i > 0; i--) {
            long j = random.nextUpTo(i);
            int swap = get(i);
            set(i, get(j));
            set(j, swap);
        }
    }

    private int get(long i) {
        return chunks[(int) (i >>> CHUNK_BITS)][(int) i & ((1 << CHUNK_BITS) - 1)];
    }

    private void set(long i, int value) {
        chunks[(int) (i >>> CHUNK_BITS)][(int) i & ((1 << CHUNK_BITS) - 1)] = value;
    }
}
