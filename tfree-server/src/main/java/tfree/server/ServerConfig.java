package tfree.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens, and who may ask it.
 *
 * @param host   a name or an address of this machine
 * @param port   0 takes a free one
 * @param key    what clients have to send as {@code Authorization: Bearer KEY}; null: nothing
 * @param open   whether a server without a key may listen beyond this machine
 * @param limits what requests may ask for
 */
public record ServerConfig(String host, int port, @Nullable String key, boolean open, Limits limits) {

    /** @throws IllegalArgumentException if the address is not this machine alone and there is no key */
    public ServerConfig {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("--port: expected 0 to 65535 but was " + port);
        }
        if (key != null && !key.matches("[\\x21-\\x7e]{8,}")) {
            throw new IllegalArgumentException("the API key: expected at least 8 visible ASCII characters but was "
                    + (key.length() < 8 ? key.length() + " characters" : "others"));
        }
        if (key == null && !open && !isLoopback(host)) {
            throw new IllegalArgumentException(("--host: expected an address of this machine alone, such as 127.0.0.1,"
                    + " where there is no API key but was %s; give --api-key-file, or say --no-api-key if everybody"
                    + " who reaches it may use it").formatted(host));
        }
    }

    /** This machine alone, no key, the usual limits. */
    public static ServerConfig local(int port) {
        return new ServerConfig("127.0.0.1", port, null, false, Limits.DEFAULT);
    }

    /** The same with other limits. */
    public ServerConfig with(Limits other) {
        return new ServerConfig(host, port, key, open, other);
    }

    /** Whether only programs of this machine reach the server. */
    boolean isLocal() {
        return isLoopback(host);
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("--host: expected a name or an address of this machine but was " + host,
                    e);
        }
    }
}
