package tfree.server;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Threads for what costs time on a core: splitting a long text, compiling a filter, embedding. Requests wait for them on
 * virtual threads, which are many and take turns only where they wait; so no request, however large, keeps
 * {@code /health} from answering.
 */
final class Workers implements AutoCloseable {
    private final ThreadPoolExecutor threads;
    private final Duration longest;

    Workers(Limits limits) {
        int cores = Runtime.getRuntime().availableProcessors();
        threads = new ThreadPoolExecutor(cores, cores, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(limits.queued()),
                Thread.ofPlatform().name("work-", 0).daemon().factory());
        longest = limits.requestTime();
    }

    /**
     * Does the work and waits for it.
     *
     * @throws ApiError what the work threw, or 429 if too much is waiting, or 504 if it takes too long
     */
    <T> T await(Callable<T> work) {
        Future<T> future;
        try {
            future = threads.submit(work);
        } catch (RejectedExecutionException e) {
            throw ApiError.overloaded("too many requests are waiting; try again later", 1);
        }
        try {
            return future.get(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw ApiError.late(longest.toSeconds());
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw ApiError.ending();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
