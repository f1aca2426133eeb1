package tfree.server;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;

/** One request and its answer, beyond what the HTTP library knows of it. */
final class Exchange {
    private static final String ATTRIBUTE = "tfree.exchange";
    private static final int PIPELINED = 1 << 12;

    private final Context http;
    private final String id = "req-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    private final long began = System.nanoTime();
    private final AccessLog.Note note = new AccessLog.Note();
    private boolean watching = true;

    private Exchange(Context http) {
        this.http = http;
    }

    /** The exchange of a request. */
    static Exchange of(Context http) {
        Exchange known = http.attribute(ATTRIBUTE);
        if (known == null) {
            known = new Exchange(http);
            http.attribute(ATTRIBUTE, known);
        }
        return known;
    }

    String id() {
        return id;
    }

    /** What the access log says of it. */
    AccessLog.Note note() {
        return note;
    }

    /** By {@link System#nanoTime}. */
    long began() {
        return began;
    }

    /** The parameters in the body. */
    Fields fields() {
        return Fields.of(http.bodyAsBytes());
    }

    /** Answers with a JSON value. */
    void answer(Json.Value value) {
        answer(Json.bytes(value));
    }

    /** Answers with JSON that is written already. */
    void answer(byte[] json) {
        http.contentType("application/json").result(json);
    }

    void answer(int status, Json.Value value) {
        http.status(status);
        answer(Json.bytes(value));
    }

    void fail(ApiError error) {
        note.error = error.code() + ": " + error.getMessage();
        if (error.retryAfter() > 0) {
            http.header("Retry-After", Integer.toString(error.retryAfter()));
        }
        answer(error.status(), error::write);
    }

    /** Answers with what is written as it is there, without a length before it. */
    OutputStream stream(String contentType) throws IOException {
        http.res().setContentType(contentType);
        http.res().setCharacterEncoding(StandardCharsets.UTF_8.name());
        return http.res().getOutputStream();
    }

    /**
     * Whether the client has closed the connection. While a request is handled nobody reads from its connection, so it is
     * looked at here; what a client sends ahead of its next request is handed back.
     */
    boolean clientHasGone() {
        if (note.gone || !watching) {
            return note.gone;
        }
        Connection connection = ServletContextRequest.getServletContextRequest(http.req()).getConnectionMetaData()
                .getConnection();
        EndPoint end = connection.getEndPoint();
        if (!end.isOpen()) {
            note.gone = true;
            return true;
        }
        if (!(connection instanceof Connection.UpgradeTo keeper)) {
            watching = false;
            return false;
        }
        ByteBuffer ahead = ByteBuffer.allocate(PIPELINED).flip();
        try {
            int read = end.fill(ahead);
            note.gone = read < 0;
            if (read > 0) {
                watching = false;
                keeper.onUpgradeTo(ahead);
            }
        } catch (IOException e) {
            note.gone = true;
        }
        return note.gone;
    }
}
