package tfree.server;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** What the HTTP library refuses by itself, in the same shape as all other errors. */
final class JettyErrors extends ErrorHandler {
    private static final HttpField JSON = new HttpField(HttpHeader.CONTENT_TYPE, "application/json");

    /** A status that the library answers with. */
    static ApiError of(int status, String method, String path, Limits limits) {
        return switch (status) {
            case 404 -> ApiError.request(404, "not_found", null, "there is nothing at " + path
                    + "; docs/serve.md lists the paths");
            case 405 -> ApiError.request(405, "method_not_allowed", null, path + " does not take " + method);
            case 408 -> ApiError.request(408, "slow_request", null, "the body did not arrive in time");
            case 413 -> ApiError.request(413, "body_too_large", null, "the body: expected at most "
                    + limits.bodyBytes() + " bytes but was more");
            default -> refused(status);
        };
    }

    private static ApiError refused(int status) {
        return ApiError.request(status, "bad_request", null, "the request was refused: "
                + HttpStatus.getMessage(status));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus() < 400 ? 500 : response.getStatus();
        response.setStatus(status);
        response.getHeaders().put(JSON);
        response.write(true, ByteBuffer.wrap(Json.bytes(refused(status)::write)), callback);
        return true;
    }
}
