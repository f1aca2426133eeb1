package tfree.console;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, and a scheduler's SIGTERM, while something runs that has to finish cleanly: the work is asked to stop, and the
 * process ends when it has.
 *
 * <pre>{@code
 * try (Interrupt interrupt = new Interrupt(trainer::stop)) {
 *     trainer.run();
 * }
 * }</pre>
 */
public final class Interrupt implements AutoCloseable {
    private static final long LONGEST_WAIT_SECONDS = 120;

    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook;
    private volatile boolean requested;

    public Interrupt(Runnable stop) {
        hook = new Thread(() -> {
            requested = true;
            stop.run();
            try {
                boolean _ = finished.await(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "interrupt");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Whether the process is on its way out. */
    public boolean requested() {
        return requested;
    }

    @Override
    public void close() {
        finished.countDown();
        if (!requested) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                requested = true; // the process ends just now: the hook runs and finds the work finished
            }
        }
    }
}
