package tfree.dictionary;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;
import tfree.text.SplitMode;

/**
 * Counts the words of a corpus of any size, exactly, on several threads and in bounded memory: a thread whose table has
 * outgrown its share writes it to disk as a sorted run and begins a new one; in the end all runs are merged. What comes
 * out does not depend on the order of the texts, the threads or the memory.
 *
 * <pre>{@code
 * try (WordCounter counter = new WordCounter(SplitMode.REFERENCE, false); Documents documents = …) {
 *     counter.count(documents::next);
 *     WordList words = counter.top(1_000_000);
 * }
 * }</pre>
 *
 * <p>The texts themselves come on top of the memory: about 100,000 characters a thread, or one text if it is longer.
 * One thread at a time calls the counter. After an error it must be closed.
 */
public final class WordCounter implements AutoCloseable {
    /** A batch goes to a thread when it has so many characters or texts. */
    private static final int BATCH_CHARACTERS = 100_000;
    private static final int BATCH_TEXTS = 1_000;
    /** More bytes of distinct words do not fit one table. */
    private static final long MOST_MEMORY = 1L << 32;
    private static final int LARGEST_BUFFER = 1 << 20;
    private static final int SMALLEST_BUFFER = 1 << 12;

    /** Texts one after another, such as {@code documents::next} of any documents. */
    @FunctionalInterface
    public interface Texts {
        /** The next text, or null after the last. */
        @Nullable
        String next() throws IOException;
    }

    private final SplitMode mode;
    private final boolean lowercase;
    private final long memory;
    private final Path folder;
    private final List<Worker> workers = new ArrayList<>();
    private final BlockingQueue<Worker> idle;
    private final ExecutorService threads;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private long texts;

    /** A counter on all processors, with a third of the heap, that sets runs aside in the folder for temporary files. */
    public WordCounter(SplitMode mode, boolean lowercase) {
        this(mode, lowercase, Runtime.getRuntime().availableProcessors(), Runtime.getRuntime().maxMemory() / 3,
                Path.of(System.getProperty("java.io.tmpdir")));
    }

    /**
     * A counter.
     *
     * @param mode      what counts as a word
     * @param lowercase whether texts are lower-cased first
     * @param threads   how many count side by side; with one it is the caller's
     * @param memory    bytes for the tables of all threads
     * @param folder    where runs are set aside; nothing stays there
     */
    public WordCounter(SplitMode mode, boolean lowercase, int threads, long memory, Path folder) {
        if (threads < 1) {
            throw new IllegalArgumentException("expected at least 1 thread but was " + threads);
        }
        if (memory < 1) {
            throw new IllegalArgumentException("expected at least 1 byte of memory but was " + memory);
        }
        this.mode = mode;
        this.lowercase = lowercase;
        this.memory = Math.min(memory / threads, MOST_MEMORY);
        this.folder = folder;
        this.idle = new ArrayBlockingQueue<>(threads);
        for (int i = 0; i < threads; i++) {
            workers.add(new Worker());
        }
        this.idle.addAll(workers);
        this.threads = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().name("words-", 0).factory());
    }

    /**
     * Counts the words of texts. They are asked for by the calling thread, one at a time.
     *
     * @throws IOException              when a text cannot be read, or the disk has no room for a run
     * @throws IllegalArgumentException for a text with a lone surrogate, saying which and where
     */
    public void count(Texts source) throws IOException {
        List<String> batch = new ArrayList<>();
        long characters = 0;
        for (String text = source.next(); text != null; text = source.next()) {
            batch.add(text);
            characters += text.length();
            if (characters >= BATCH_CHARACTERS || batch.size() == BATCH_TEXTS) {
                count(batch);
                batch = new ArrayList<>();
                characters = 0;
            }
        }
        count(batch);
        awaitAll();
    }

    /** So many more of this word, which is not split again: an end of text for each document, say. */
    public void add(String word, long count) {
        workers.getFirst().tally.add(word, count);
    }

    /** The number of words counted, repeats included. */
    public long total() {
        return workers.stream().mapToLong(Worker::total).sum();
    }

    /** How often a table was set aside on disk. */
    public int runs() {
        return workers.stream().mapToInt(worker -> worker.runs == null ? 0 : worker.runs.size()).sum();
    }

    /** Every word that was seen, with its count, by ascending UTF-8 bytes. */
    public void forEach(ObjLongConsumer<String> consumer) throws IOException {
        SortedWords totals = totals();
        while (totals.next()) {
            consumer.accept(new String(totals.word(), StandardCharsets.UTF_8), totals.count());
        }
    }

    /**
     * The special words that every dictionary has, then the most frequent others, n in all, ties by their UTF-8 bytes;
     * of the rest only further special words. It takes memory for these alone.
     */
    public WordList top(int n) throws IOException {
        TopWords top = new TopWords(n);
        SortedWords totals = totals();
        while (totals.next()) {
            top.add(totals.word(), totals.count());
        }
        return top.list();
    }

    /** Waits for what the threads are at, and lets go of the disk. */
    @Override
    public void close() throws IOException {
        threads.close();
        for (Worker worker : workers) {
            if (worker.runs != null) {
                worker.runs.close();
            }
        }
    }

    private void count(List<String> batch) throws IOException {
        long first = texts;
        texts += batch.size();
        if (workers.size() == 1) {
            workers.getFirst().count(batch, first);
            return;
        }
        Worker worker = takeIdle();
        threads.execute(() -> {
            try {
                worker.count(batch, first);
            } catch (Throwable e) { // told to the caller by the next call
                failure.compareAndSet(null, e);
            } finally {
                idle.add(worker);
            }
        });
    }

    private Worker takeIdle() throws IOException {
        Worker worker;
        try {
            worker = idle.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("counting was interrupted");
        }
        Throwable failed = failure.get();
        if (failed != null) {
            idle.add(worker);
        }
        switch (failed) {
            case null -> {
            }
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failed);
        }
        return worker;
    }

    private void awaitAll() throws IOException {
        List<Worker> taken = new ArrayList<>();
        while (taken.size() < workers.size()) {
            taken.add(takeIdle());
        }
        idle.addAll(taken);
    }

    private SortedWords totals() throws IOException {
        int buffer = Math.clamp(memory / 8 / Math.max(1, runs()), SMALLEST_BUFFER, LARGEST_BUFFER);
        List<SortedWords> all = new ArrayList<>();
        for (Worker worker : workers) {
            all.add(worker.tally.sorted());
            if (worker.runs != null) {
                all.addAll(worker.runs.read(buffer));
            }
        }
        return new MergedWords(all);
    }

    private final class Worker {
        private final WordTally tally = new WordTally(mode, lowercase);
        private @Nullable WordRuns runs;
        private long earlier; // words counted in runs

        void count(List<String> batch, long first) throws IOException {
            for (int i = 0; i < batch.size(); i++) {
                try {
                    count(batch.get(i));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("text " + (first + i + 1) + ": " + e.getMessage(), e);
                }
            }
        }

        private void count(String text) throws IOException {
            tally.start(text);
            while (tally.next()) {
                if (tally.memory() > memory) {
                    setAside();
                }
            }
        }

        long total() {
            return earlier + tally.total();
        }

        private void setAside() throws IOException {
            if (runs == null) {
                runs = new WordRuns(folder);
            }
            runs.add(tally.sorted());
            earlier += tally.total();
            tally.clear();
        }
    }
}
