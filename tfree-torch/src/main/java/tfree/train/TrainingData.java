package tfree.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tfree.config.RunConfig;
import tfree.data.DocumentStore;
import tfree.data.PackedSequence;
import tfree.data.SampleOrder;
import tfree.data.SampleSchedule;
import tfree.data.SequencePacker;
import tfree.trigram.SlotTable;
import tfree.trigram.TextEncoder;

/**
 * The documents of one or more memory maps as a stream of training samples, in the order of the configuration's seed.
 *
 * <p>Every document begins one sample of an epoch; the documents that follow it in the order fill that sample up. All
 * state is {@link #consumed()}. One thread at a time.
 */
public final class TrainingData implements AutoCloseable {
    private final List<DocumentStore> stores = new ArrayList<>();
    private final long documents;
    private final SequencePacker packer;
    private final SampleSchedule schedule;
    private @Nullable SampleOrder order;
    private long orderedEpoch = -1;
    private long consumed;

    /**
     * Opens {@code data.prefix_paths}.
     *
     * @throws IllegalArgumentException if they hold less than a micro-batch of documents
     */
    public TrainingData(RunConfig config, SlotTable table, long consumed) throws IOException {
        if (config.data().prefixPaths().isEmpty()) {
            throw new IllegalArgumentException("data.prefix_paths: expected at least one memory map but it is empty;"
                    + " make one with tfree data import");
        }
        try {
            for (String prefix : config.data().prefixPaths()) {
                stores.add(DocumentStore.open(Path.of(prefix)));
            }
            documents = stores.stream().mapToLong(DocumentStore::size).sum();
            packer = new SequencePacker(new TextEncoder(table), config.data().sequenceLength(),
                    config.data().resetPositionIds(), config.training().resetAttentionMask());
            schedule = new SampleSchedule(documents, config.training().seed(), 1, 0,
                    config.training().microBatchSize());
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
        this.consumed = consumed;
    }

    /** The next micro-batch. */
    public Batch next() {
        SampleSchedule.Batch next = schedule.next(consumed);
        SampleOrder current = order(next.epoch());
        List<PackedSequence> samples = new ArrayList<>();
        for (long position : next.positions()) {
            samples.add(packer.pack((int) position, Math.toIntExact(documents),
                    place -> List.of(text(current.item(place)))));
        }
        consumed = next.consumedAfter();
        return Batch.of(samples);
    }

    /** How many samples have been taken since the run began. */
    public long consumed() {
        return consumed;
    }

    /** The same in epochs. */
    public double epochs() {
        return (double) consumed / schedule.samplesPerEpoch();
    }

    private SampleOrder order(long epoch) {
        if (order == null || epoch != orderedEpoch) {
            order = schedule.order(epoch);
            orderedEpoch = epoch;
        }
        return order;
    }

    private String text(long document) {
        long place = document;
        for (DocumentStore store : stores) {
            if (place < store.size()) {
                try {
                    return store.text(place);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            place -= store.size();
        }
        throw new IndexOutOfBoundsException("document " + document + " of " + documents);
    }

    @Override
    public void close() throws IOException {
        for (DocumentStore store : stores) {
            store.close();
        }
    }
}
