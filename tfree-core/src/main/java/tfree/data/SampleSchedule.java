package tfree.data;

/**
 * Which samples a rank sees when. All state is one number, how many samples all ranks together have consumed; a run
 * that resumes with it goes on with exactly the sample that it would have seen.
 *
 * <p>Epoch e is shuffled with {@code seed + e}. Its order is dealt out: of {@code ranks} ranks, rank r takes the
 * positions r, r + ranks, r + 2·ranks, … in micro-batches. The rest of an epoch that does not fill a micro-batch of
 * every rank is dropped.
 *
 * @param items      samples in the data
 * @param seed       of the first epoch
 * @param ranks      how many ranks train together
 * @param rank       whose samples, from 0 to ranks − 1
 * @param microBatch samples that a rank takes at once
 */
public record SampleSchedule(long items, long seed, int ranks, int rank, int microBatch) {

    /** @throws IllegalArgumentException when the numbers do not fit, or there is not one micro-batch for every rank */
    public SampleSchedule {
        if (ranks < 1 || rank < 0 || rank >= ranks) {
            throw new IllegalArgumentException("expected a rank from 0 to " + (ranks - 1) + " but was " + rank);
        }
        if (microBatch < 1) {
            throw new IllegalArgumentException("expected a micro batch of at least 1 but was " + microBatch);
        }
        if (items < (long) ranks * microBatch) {
            throw new IllegalArgumentException("expected at least " + (long) ranks * microBatch
                    + " samples, a micro batch of " + microBatch + " for each of " + ranks + " ranks, but was "
                    + items + "; use more data or a smaller micro batch");
        }
    }

    /** One micro-batch of this rank. */
    public record Batch(long epoch, long[] positions, long consumedAfter) {}

    /** How many samples all ranks together consume in an epoch. */
    public long samplesPerEpoch() {
        return items - items % samplesAtOnce();
    }

    /** The order of an epoch from 0 on; it costs a shuffle, so keep it while the epoch lasts. */
    public SampleOrder order(long epoch) {
        return new SampleOrder(items, seed + epoch);
    }

    /** This rank's next micro-batch, as positions in the order of its epoch. */
    public Batch next(long consumed) {
        long epoch = consumed / samplesPerEpoch();
        long start = consumed % samplesPerEpoch();
        if (start + samplesAtOnce() > samplesPerEpoch()) { // consumed so far with batches of another size
            epoch++;
            start = 0;
        }
        long[] positions = new long[microBatch];
        for (int i = 0; i < microBatch; i++) {
            positions[i] = start + rank + (long) i * ranks;
        }
        return new Batch(epoch, positions, epoch * samplesPerEpoch() + start + samplesAtOnce());
    }

    private long samplesAtOnce() {
        return (long) ranks * microBatch;
    }
}
