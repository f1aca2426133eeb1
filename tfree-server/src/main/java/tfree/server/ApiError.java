package tfree.server;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Why a request is not answered, in the shape that OpenAI's clients read:
 * {@code {"error": {"message": …, "type": …, "param": …, "code": …}}}.
 */
final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String type;
    private final String code;
    private final @Nullable String param;
    private final int retryAfter; // seconds; 0: not said

    private ApiError(int status, String type, String code, @Nullable String param, String message, int retryAfter) {
        super(message, null, false, false); // an answer, not a place in the code
        this.status = status;
        this.type = type;
        this.code = code;
        this.param = param;
        this.retryAfter = retryAfter;
    }

    /** The request says something that cannot be done: 400, naming the parameter. */
    static ApiError invalid(@Nullable String param, String code, String message) {
        return request(400, code, param, message);
    }

    /** A parameter has a value that it cannot have. */
    static ApiError value(String param, String expected, Object actual) {
        return invalid(param, "invalid_value", "%s: expected %s but was %s".formatted(param, expected, actual));
    }

    /** The client's fault, by another status than 400. */
    static ApiError request(int status, String code, @Nullable String param, String message) {
        return new ApiError(status, "invalid_request_error", code, param, message, 0);
    }

    /** The key is missing or wrong. */
    static ApiError key(String message) {
        return new ApiError(401, "authentication_error", "invalid_api_key", null, message, 0);
    }

    /** There is more to do than the queue holds: 429. */
    static ApiError overloaded(String message, int retryAfter) {
        return new ApiError(429, "rate_limit_error", "queue_full", null, message, retryAfter);
    }

    /** The server ends: 503. */
    static ApiError ending() {
        return new ApiError(503, "server_error", "shutting_down", null,
                "the server is shutting down and takes no new requests; try again later", 5);
    }

    /** The time for one request is over. */
    static ApiError late(long seconds) {
        return new ApiError(504, "timeout_error", "time_limit", null, ("the answer was not complete within %d s, this"
                + " server's limit for a request; ask for fewer words").formatted(seconds), 0);
    }

    /** The server's fault. What happened stands in its log only. */
    static ApiError internal(String requestId) {
        return new ApiError(500, "server_error", "internal_error", null,
                "the server failed on this request; its log says why under " + requestId, 0);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    /** After how many seconds to try again; 0 where that is not known. */
    int retryAfter() {
        return retryAfter;
    }

    void write(JsonGenerator out) {
        out.writeStartObject();
        out.writeObjectPropertyStart("error");
        out.writeStringProperty("message", getMessage());
        out.writeStringProperty("type", type);
        if (param == null) {
            out.writeNullProperty("param");
        } else {
            out.writeStringProperty("param", param);
        }
        out.writeStringProperty("code", code);
        out.writeEndObject();
        out.writeEndObject();
    }
}
