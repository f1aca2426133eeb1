package tfree.console;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C, and a scheduler's SIGTERM, while something runs that has to finish cleanly: the work is asked to stop, and what
 * the process answers in the end is up to it. Who asks again, a few seconds later, ends the process at once.
 *
 * <pre>{@code
 * try (Interrupt interrupt = new Interrupt(trainer::stop)) {
 *     trainer.run();
 * }
 * }</pre>
 */
public final class Interrupt implements AutoCloseable {
    private static final List<String> SIGNALS = List.of("HUP", "INT", "TERM");
    /** A terminal's Ctrl-C reaches a whole group of processes, whose parents may pass it on: once more is no more. */
    private static final long ONE_REQUEST = Duration.ofSeconds(3).toNanos();
    private static final int ENDED_BY_SIGNAL = 130;

    private final Runnable stop;
    private final Map<String, @Nullable Object> before = new LinkedHashMap<>();
    private volatile boolean requested;
    private long requestedAt;

    public Interrupt(Runnable stop) {
        this.stop = stop;
        SIGNALS.forEach(signal -> before.put(signal, Signals.register(signal, this::onSignal)));
    }

    private synchronized void onSignal() {
        if (!requested) {
            requested = true;
            requestedAt = System.nanoTime();
            stop.run();
        } else if (System.nanoTime() - requestedAt > ONE_REQUEST) {
            Runtime.getRuntime().halt(ENDED_BY_SIGNAL);
        }
    }

    /** Whether the work was asked to stop. */
    public boolean requested() {
        return requested;
    }

    /** From here on signals do what they did before. */
    @Override
    public void close() {
        before.forEach((signal, handler) -> {
            if (handler != null) {
                Signals.unregister(signal, handler);
            }
        });
    }
}
