package tfree.server;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is let in. With a key, whoever sends it: compared by hashes, in a time that does not depend on where they differ.
 * Without, whoever reaches this machine's own address by its own name: a page of a foreign site cannot, since its name
 * stands in {@code Host}. Bodies have to say that they are JSON, which a foreign page may not send unasked either.
 */
final class Guard {
    private static final String BEARER = "Bearer ";
    private static final Set<String> LOCAL_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> OPEN_PATHS = Set.of("/health");
    private static final Map<String, String> HEADERS = Map.of(
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Content-Security-Policy",
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "Cache-Control", "no-store");

    private final byte @Nullable [] keyHash;
    private final boolean localNamesOnly;

    Guard(ServerConfig config) {
        keyHash = config.key() == null ? null : hash(config.key());
        localNamesOnly = config.key() == null && config.isLocal();
    }

    /** @throws ApiError if the request is not let in */
    void admit(Context request) {
        HEADERS.forEach(request::header);
        if (localNamesOnly && !isLocalName(request.header("Host"))) {
            throw ApiError.request(403, "wrong_host", null, "the header Host: expected a name of this machine, such as"
                    + " localhost, since this server has no API key, but was " + request.header("Host"));
        }
        if (!OPEN_PATHS.contains(request.path())) {
            requireKey(request.header("Authorization"));
        }
        if (request.method().equals(HandlerType.POST) && !isJson(request.contentType())) {
            throw ApiError.request(415, "unsupported_media_type", null, "the header Content-Type: expected"
                    + " application/json but was " + request.contentType());
        }
    }

    private void requireKey(@Nullable String authorization) {
        if (keyHash == null) {
            return;
        }
        if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw ApiError.key("the header Authorization: expected Bearer and the API key but was "
                    + (authorization == null ? "missing" : "something else"));
        }
        if (!MessageDigest.isEqual(keyHash, hash(authorization.substring(BEARER.length()).strip()))) {
            throw ApiError.key("the header Authorization: expected the API key of this server but was another");
        }
    }

    private static boolean isLocalName(@Nullable String host) {
        if (host == null) {
            return false;
        }
        try {
            String name = new URI("http://" + host).getHost();
            return name != null && LOCAL_NAMES.contains(name.toLowerCase(Locale.ROOT));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isJson(@Nullable String contentType) {
        return contentType != null
                && contentType.split(";")[0].strip().toLowerCase(Locale.ROOT).equals("application/json");
    }

    private static byte[] hash(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
