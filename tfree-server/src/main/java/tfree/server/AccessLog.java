package tfree.server;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One JSON line a request, written when its answer is complete:
 * {@code {"time": …, "id": …, "client": …, "method": …, "path": …, "status": 200, "ms": 12.3, …}}. Neither prompts nor
 * answers nor keys are in it.
 */
final class AccessLog {
    private static final int LONGEST = 200;

    private final OutputStream out;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();

    AccessLog(OutputStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
    }

    /** What a handler notes about a request: words read and said, who it was for, why it failed. */
    static final class Note {
        @Nullable
        String user;
        @Nullable
        String error;
        int promptWords = -1;
        int answerWords = -1;
        boolean gone;
    }

    void write(Context request, String id, Note note, double milliseconds) {
        byte[] line = Json.bytes(json -> {
            json.writeStartObject();
            json.writeStringProperty("time", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
            json.writeStringProperty("id", id);
            json.writeStringProperty("client", request.ip());
            json.writeStringProperty("method", request.method().name());
            json.writeStringProperty("path", cut(request.path()));
            json.writeNumberProperty("status", request.statusCode());
            json.writeNumberProperty("ms", Math.round(milliseconds * 10) / 10.0);
            if (note.promptWords >= 0) {
                json.writeNumberProperty("prompt_words", note.promptWords);
            }
            if (note.answerWords >= 0) {
                json.writeNumberProperty("answer_words", note.answerWords);
            }
            if (note.gone) {
                json.writeBooleanProperty("disconnected", true);
            }
            if (note.user != null) {
                json.writeStringProperty("user", cut(note.user));
            }
            if (note.error != null) {
                json.writeStringProperty("error", cut(note.error));
            }
            json.writeEndObject();
        });
        lock.lock();
        try {
            out.write(line);
            out.write('\n');
            out.flush();
        } catch (IOException e) {
            // Whoever read the log has gone: requests are answered all the same.
        } finally {
            lock.unlock();
        }
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
