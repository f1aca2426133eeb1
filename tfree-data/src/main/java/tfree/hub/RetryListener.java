package tfree.hub;

import java.time.Duration;

/** Learns why something takes longer. */
@FunctionalInterface
public interface RetryListener {
    /** Something failed and is tried again after a pause. Called from the thread that waits. */
    void onRetry(String fault, Duration pause);
}
