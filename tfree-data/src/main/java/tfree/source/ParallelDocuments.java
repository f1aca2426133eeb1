package tfree.source;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import tfree.data.Documents;

/**
 * The documents of many sources, read by threads of their own, several sources at a time, and handed out in the order of
 * the sources: what comes out does not depend on how many threads there are. What was read ahead is bounded, about a
 * megabyte a source.
 *
 * <p>An error comes where its source stands in the order. One thread at a time takes documents.
 *
 * <pre>{@code
 * try (ParallelDocuments documents = new ParallelDocuments(sources, 4)) {
 *     for (DocumentBatch batch = documents.nextBatch(); batch != null; batch = documents.nextBatch()) {
 *         …
 *     }
 * }
 * }</pre>
 */
public final class ParallelDocuments implements Documents {
    private static final int SOURCES_AHEAD = 16; // a thread: files may be tiny
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private final List<? extends Source> sources;
    private final List<Thread> threads = new ArrayList<>();
    private final LongAdder bytesRead = new LongAdder();
    private final LongAdder passedOver = new LongAdder();

    // Guarded by this.
    private final Queue<SourceQueue> begun = new ArrayDeque<>(); // whose turn has not come
    private final int mostBegun;
    private int taken; // sources by threads
    private boolean closed;

    // Of the thread that takes documents.
    private @Nullable SourceQueue current;
    private @Nullable DocumentBatch texts; // of next()
    private int nextText;

    /** Something that documents can be read from. */
    @FunctionalInterface
    public interface Source {
        /** Opens it; whoever asks closes. */
        SourceDocuments open() throws IOException;
    }

    /** @param workers threads that read, at least 1 */
    public ParallelDocuments(List<? extends Source> sources, int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("expected at least 1 worker but was " + workers);
        }
        this.sources = List.copyOf(sources);
        this.mostBegun = SOURCES_AHEAD * workers;
        for (int i = 0; i < Math.min(workers, sources.size()); i++) {
            threads.add(Thread.ofPlatform().daemon().name("source-reader-" + i).start(this::readSources));
        }
    }

    /** The next documents, or null after the last. */
    public @Nullable DocumentBatch nextBatch() throws IOException {
        try {
            for (SourceQueue queue = current(); queue != null; queue = current()) {
                DocumentBatch next = queue.take();
                if (next != null) {
                    return next;
                }
                current = null;
            }
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading documents");
        }
    }

    @Override
    public @Nullable String next() throws IOException {
        while (texts == null || nextText == texts.size()) {
            texts = nextBatch();
            nextText = 0;
            if (texts == null) {
                return null;
            }
        }
        return texts.text(nextText++);
    }

    /** How many bytes of the sources were read so far, as {@link SourceDocuments#bytesRead} counts them. */
    public long bytesRead() {
        return bytesRead.sum();
    }

    /** How many records had no text so far. */
    public long passedOver() {
        return passedOver.sum();
    }

    /** Stops reading and waits until the sources are closed, but not long for one that hangs in a read. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            begun.forEach(queue -> queue.end(null));
            notifyAll();
        }
        if (current != null) {
            current.end(null);
        }
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                thread.join(LONGEST_WAIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The source whose turn it is, or null after the last. */
    private synchronized @Nullable SourceQueue current() throws InterruptedException {
        while (current == null && !closed) {
            if (!begun.isEmpty()) {
                current = begun.remove();
                notifyAll();
            } else if (taken == sources.size()) {
                return null;
            } else {
                wait();
            }
        }
        return current;
    }

    private void readSources() {
        try {
            while (true) {
                Source source;
                SourceQueue queue = new SourceQueue();
                synchronized (this) {
                    while (begun.size() >= mostBegun && !closed) {
                        wait();
                    }
                    if (closed || taken == sources.size()) {
                        return;
                    }
                    source = sources.get(taken++);
                    begun.add(queue);
                    notifyAll();
                }
                read(source, queue);
            }
        } catch (InterruptedException e) {
            // Closed: nobody wants more.
        }
    }

    private void read(Source source, SourceQueue queue) throws InterruptedException {
        Throwable failure = null;
        DocumentBatch batch = new DocumentBatch();
        try (SourceDocuments documents = source.open()) {
            long counted = 0;
            boolean wanted = true;
            for (String text = documents.next(); wanted && text != null; text = documents.next()) {
                batch.add(text);
                if (batch.isFull()) {
                    wanted = queue.put(batch);
                    batch = new DocumentBatch();
                    bytesRead.add(documents.bytesRead() - counted);
                    counted = documents.bytesRead();
                }
            }
            bytesRead.add(documents.bytesRead() - counted);
            passedOver.add(documents.passedOver());
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        }
        if (batch.size() > 0) {
            queue.put(batch);
        }
        queue.end(failure);
    }
}
