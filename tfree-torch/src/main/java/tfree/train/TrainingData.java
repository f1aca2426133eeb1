package tfree.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tfree.config.RunConfig;
import tfree.data.Corpus;
import tfree.data.PackedSequence;
import tfree.data.SampleOrder;
import tfree.data.SampleSchedule;
import tfree.data.SequencePacker;
import tfree.trigram.UnitEncoder;

/**
 * The items of a run's memory maps as a stream of batches, in the order of the configuration's seed, filled ahead by
 * threads of their own so that nobody waits for them.
 *
 * <p>Every item begins one sample of an epoch; the items that follow it in the order fill that sample up. Of instruction
 * data every item is one sample, padded. However many threads there are, the batches are the same in the same order,
 * and all state is {@link #consumed()}: what was taken, not what was filled ahead. One thread at a time takes them.
 */
public final class TrainingData implements AutoCloseable {
    private static final int AHEAD_OF_EACH_THREAD = 2;

    private final RunConfig config;
    private final Supplier<UnitEncoder> encoders;
    private final Corpus corpus;
    private final SampleSchedule schedule;
    private final int ahead;
    private final ExecutorService threads;
    private final Queue<Filler> idle = new ConcurrentLinkedQueue<>();
    private final Deque<Upcoming> upcoming = new ArrayDeque<>();
    private final Deque<Epoch> epochs = new ArrayDeque<>(); // those of the upcoming batches, in order
    private long consumed;

    /** A batch that is being filled, and how many samples are consumed when it is taken. */
    private record Upcoming(CompletableFuture<Batch> batch, Epoch epoch, long consumedAfter) {}

    /**
     * Opens {@code data.prefix_paths}.
     *
     * @param encoders makes one for each thread
     * @param consumed how many samples all ranks took before
     * @throws IllegalArgumentException if they hold less than a micro-batch of items
     */
    public TrainingData(RunConfig config, Supplier<UnitEncoder> encoders, long consumed) throws IOException {
        this(config, encoders, consumed, RankGroup.alone());
    }

    /** Opens them for one of several ranks, which takes its samples of each epoch. */
    TrainingData(RunConfig config, Supplier<UnitEncoder> encoders, long consumed, RankGroup group)
            throws IOException {
        if (config.data().prefixPaths().isEmpty()) {
            throw new IllegalArgumentException("data.prefix_paths: expected at least one memory map but it is empty;"
                    + " make one with tfree data import");
        }
        this.config = config;
        this.encoders = encoders;
        this.consumed = consumed;
        this.corpus = corpus(config, config.data().prefixPaths());
        try {
            schedule = new SampleSchedule(corpus.size(), config.training().seed(), group.ranks(), group.rank(),
                    config.training().microBatchSize());
        } catch (RuntimeException e) {
            corpus.close();
            throw e;
        }
        int count = Math.max(1, config.training().dataloaderNumWorkers());
        this.ahead = AHEAD_OF_EACH_THREAD * count;
        this.threads = Executors.newFixedThreadPool(count, Thread.ofPlatform().daemon().name("data-", 0).factory());
        fillAhead();
    }

    /** The items of a configuration's memory maps; an instruction is a document, which an aligned index would cut. */
    static Corpus corpus(RunConfig config, List<String> paths) throws IOException {
        List<Path> prefixes = paths.stream().map(Path::of).toList();
        return config.data().pretraining() ? Corpus.open(prefixes) : Corpus.openDocuments(prefixes);
    }

    /** What makes samples of them. */
    static SequencePacker packer(RunConfig config, UnitEncoder encoder) {
        return new SequencePacker(encoder, config.data().sequenceLength(),
                config.data().resetPositionIds(), config.training().resetAttentionMask());
    }

    /**
     * Takes the next micro-batch.
     *
     * @throws UncheckedIOException if an item cannot be read, naming it
     */
    public Batch next() {
        fillAhead();
        Upcoming next = upcoming.element(); // stays the next one if it fails
        Batch batch = join(next.batch());
        upcoming.remove();
        consumed = next.consumedAfter();
        while (epochs.element() != next.epoch()) {
            epochs.remove().close(); // batches are taken in order: nobody asks for the earlier epoch again
        }
        fillAhead();
        return batch;
    }

    /** How many samples all ranks together have taken since the run began. */
    public long consumed() {
        return consumed;
    }

    /** The same in epochs. */
    public double epochs() {
        return (double) consumed / schedule.samplesPerEpoch();
    }

    /** How many items the memory maps hold. */
    long items() {
        return schedule.items();
    }

    /** What the items are, in words, and what of them is not seen. */
    public String summary() {
        if (!config.data().pretraining()) {
            return corpus.summary() + ", each an instruction";
        }
        return corpus.summary() + (corpus.hasDocuments()
                ? "; of a document longer than a sample the rest is not seen, until tfree data align cuts it"
                : "");
    }

    private void fillAhead() {
        while (upcoming.size() < ahead) {
            SampleSchedule.Batch next = schedule
                    .next(upcoming.isEmpty() ? consumed : upcoming.getLast().consumedAfter());
            Epoch epoch = epochs.peekLast();
            if (epoch == null || epoch.number != next.epoch()) {
                epoch = new Epoch(next.epoch());
                epochs.add(epoch);
            }
            Epoch order = epoch;
            upcoming.add(
                    new Upcoming(CompletableFuture.supplyAsync(() -> fill(next.positions(), order), threads), epoch,
                            next.consumedAfter()));
        }
    }

    private Batch fill(long[] positions, Epoch epoch) {
        Filler filler = idle.poll();
        if (filler == null) {
            filler = new Filler();
        }
        try {
            return filler.fill(positions, epoch.order());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            idle.add(filler);
        }
    }

    private static Batch join(CompletableFuture<Batch> batch) {
        try {
            return batch.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        threads.close(); // waits for what is being filled: it reads the maps
        epochs.forEach(Epoch::close);
        corpus.close();
    }

    /** What one thread at a time fills batches with. */
    private final class Filler {
        private final SequencePacker packer = packer(config, encoders.get());
        private final List<PackedSequence> samples = new ArrayList<>();

        Filler() {
            for (int i = 0; i < config.training().microBatchSize(); i++) {
                samples.add(packer.newSample());
            }
        }

        Batch fill(long[] positions, SampleOrder order) throws IOException {
            for (int i = 0; i < positions.length; i++) {
                if (config.data().pretraining()) {
                    packer.pack(corpus, order, positions[i], samples.get(i));
                } else {
                    packer.packInstruction(corpus, order.item(positions[i]), samples.get(i));
                }
            }
            return Batch.of(samples);
        }
    }

    /** An epoch, whose order is shuffled by the thread that first asks for it. */
    private final class Epoch {
        final long number;
        private @Nullable SampleOrder order;

        Epoch(long number) {
            this.number = number;
        }

        synchronized SampleOrder order() {
            if (order == null) {
                order = schedule.order(number);
            }
            return order;
        }

        synchronized void close() {
            if (order != null) {
                order.close();
            }
        }
    }
}
