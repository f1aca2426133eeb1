package tfree.hub;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What may go away by itself: a dropped connection, a busy server. Callers try again. */
final class PassingFault extends IOException {
    private static final long serialVersionUID = 1;

    /** How long the server asks to wait, or null when it does not say. */
    private final @Nullable Duration pause;

    PassingFault(String message, @Nullable Duration pause, @Nullable Throwable cause) {
        super(message, cause);
        this.pause = pause;
    }

    @Nullable
    Duration pause() {
        return pause;
    }
}
