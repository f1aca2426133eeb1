package tfree.hub;

import java.io.IOException;

/** The hub refused, or could not be reached in as many attempts as are made; the message says what to do. */
public final class HubException extends IOException {
    private static final long serialVersionUID = 1;

    public HubException(String message) {
        super(message);
    }

    HubException(String message, Throwable cause) {
        super(message, cause);
    }
}
