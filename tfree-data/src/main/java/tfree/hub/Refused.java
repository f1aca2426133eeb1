package tfree.hub;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;

/** A status that trying again does not change. Who knows what was asked for puts it into words. */
final class Refused extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;

    Refused(URI uri, int status, HttpHeaders headers) {
        super(uri.getHost() + uri.getPath() + ": the answer was " + status
                + headers.firstValue("X-Error-Message").map(message -> ", " + message).orElse(""));
        this.status = status;
        this.code = headers.firstValue("X-Error-Code").orElse("");
    }

    int status() {
        return status;
    }

    /** The hub's word for it, such as {@code GatedRepo}, {@code RevisionNotFound}; empty when it gives none. */
    String code() {
        return code;
    }
}
