package tfree.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which hub, and who asks.
 *
 * @param endpoint the hub's address without a slash at its end
 */
public record HubSettings(URI endpoint, @Nullable AccessToken token) {
    private static final String HUGGING_FACE = "https://huggingface.co";

    public HubSettings {
        String scheme = String.valueOf(endpoint.getScheme());
        if (!scheme.matches("https?") || endpoint.getHost() == null || endpoint.getRawQuery() != null) {
            throw new IllegalArgumentException(
                    "expected the hub's address, such as " + HUGGING_FACE + ", but was " + endpoint);
        }
    }

    /**
     * As the hub's own tools find them: {@code HF_ENDPOINT}; {@code HF_TOKEN}, or else the file that a log-in left,
     * {@code ~/.cache/huggingface/token} unless {@code HF_TOKEN_PATH}, {@code HF_HOME} or {@code XDG_CACHE_HOME} move
     * it.
     *
     * @param endpoint overrides {@code HF_ENDPOINT}
     */
    public static HubSettings of(@Nullable String endpoint, Map<String, String> environment, Path home)
            throws IOException {
        String address = endpoint != null ? endpoint : environment.getOrDefault("HF_ENDPOINT", "").strip();
        return new HubSettings(address(address.isEmpty() ? HUGGING_FACE : address), token(environment, home));
    }

    private static URI address(String address) {
        try {
            return URI.create(address.replaceAll("/+$", ""));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "expected the hub's address, such as " + HUGGING_FACE + ", but was " + address, e);
        }
    }

    private static @Nullable AccessToken token(Map<String, String> environment, Path home) throws IOException {
        for (String name : List.of("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")) {
            String secret = environment.getOrDefault(name, "").strip();
            if (!secret.isEmpty()) {
                return new AccessToken(secret, name);
            }
        }
        Path file = tokenFile(environment, home);
        String secret = Files.isRegularFile(file) ? Files.readString(file).strip() : "";
        return secret.isEmpty() ? null : new AccessToken(secret, file.toString());
    }

    private static Path tokenFile(Map<String, String> environment, Path home) {
        if (environment.containsKey("HF_TOKEN_PATH")) {
            return Path.of(environment.get("HF_TOKEN_PATH"));
        }
        if (environment.containsKey("HF_HOME")) {
            return Path.of(environment.get("HF_HOME"), "token");
        }
        String cache = environment.get("XDG_CACHE_HOME");
        return (cache == null ? home.resolve(".cache") : Path.of(cache)).resolve("huggingface").resolve("token");
    }
}
