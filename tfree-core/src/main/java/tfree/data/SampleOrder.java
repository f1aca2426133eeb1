package tfree.data;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The order of one epoch's samples: a shuffle of 0 … n−1, the same as NumPy's
 * {@code RandomState(seed).shuffle(arange(n))}, so that runs here and runs of the original see the same samples.
 *
 * <p>Four bytes an item, up to 2³² items, outside the Java heap: 10⁹ take 4 GB of memory and no larger heap.
 * {@link #close} frees them. Threads may share an order.
 */
public final class SampleOrder implements AutoCloseable {
    /** Item numbers are 32-bit in the files too. */
    public static final long MAX_ITEMS = 1L << 32;

    private static final ValueLayout.OfInt ITEM = ValueLayout.JAVA_INT;
    private static final int AHEAD = 1024;

    private final long size;
    private final Arena arena;
    private final MemorySegment items; // unsigned
    @SuppressWarnings("UnusedVariable") // written, lest the reads for it be left out as useless
    private int touched;

    /**
     * @param items n, from 0 to {@link #MAX_ITEMS}
     * @param seed  from 0 to 2³² − 1, the range of NumPy's seeds
     */
    @SuppressWarnings("MustBeClosed") // the order closes its arena
    public SampleOrder(long items, long seed) {
        if (items < 0 || items > MAX_ITEMS) {
            throw new IllegalArgumentException("expected 0 to " + MAX_ITEMS + " items but was " + items);
        }
        if (seed < 0 || seed > 0xffffffffL) {
            throw new IllegalArgumentException("expected a seed from 0 to " + 0xffffffffL + " but was " + seed);
        }
        this.size = items;
        this.arena = Arena.ofShared();
        this.items = arena.allocate(ITEM, items);
        for (long i = 0; i < items; i++) {
            set(i, (int) i);
        }
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

    @Override
    public void close() {
        arena.close();
    }

    /** Fisher–Yates from the top. */
    private void shuffle(MersenneTwister random) {
        int[] picks = new int[AHEAD];
        for (long left = size; left > 1;) {
            int count = (int) Math.min(AHEAD, left - 1);
            for (int k = 0; k < count; k++) {
                picks[k] = (int) random.nextUpTo(left - 1 - k);
            }
            touch(picks, count);
            for (int k = 0; k < count; k++) {
                swap(--left, Integer.toUnsignedLong(picks[k]));
            }
        }
    }

    /**
     * Reads what is about to be swapped. Swaps depend on each other and would wait for the memory one by one; these
     * reads do not, and wait together.
     */
    private void touch(int[] picks, int count) {
        int all = 0;
        for (int k = 0; k < count; k++) {
            all ^= get(Integer.toUnsignedLong(picks[k]));
        }
        touched = all;
    }

    private void swap(long i, long j) {
        int item = get(i);
        set(i, get(j));
        set(j, item);
    }

    private int get(long i) {
        return items.getAtIndex(ITEM, i);
    }

    private void set(long i, int item) {
        items.setAtIndex(ITEM, i, item);
    }
}
