package tfree.source;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What was read of one source and not yet taken: a few batches, or one that is larger than they. */
final class SourceQueue {
    private static final long BYTES = 1 << 20;

    private final Queue<DocumentBatch> batches = new ArrayDeque<>();
    private long bytes;
    private boolean ended;
    private @Nullable Throwable failure;

    /** Waits for room; false when the source was ended meanwhile. */
    synchronized boolean put(DocumentBatch batch) throws InterruptedException {
        while (!ended && bytes > 0 && bytes + batch.bytes() > BYTES) {
            wait();
        }
        if (!ended) {
            batches.add(batch);
            bytes += batch.bytes();
            notifyAll();
        }
        return !ended;
    }

    /** Nothing follows, because of the failure if there is one. */
    synchronized void end(@Nullable Throwable because) {
        if (!ended) {
            ended = true;
            failure = because;
            notifyAll();
        }
    }

    /** Waits for the next batch; null after the last. Throws what ended the source. */
    synchronized @Nullable DocumentBatch take() throws IOException, InterruptedException {
        while (batches.isEmpty() && !ended) {
            wait();
        }
        DocumentBatch batch = batches.poll();
        if (batch != null) {
            bytes -= batch.bytes();
            notifyAll();
            return batch;
        }
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
        return null;
    }
}
