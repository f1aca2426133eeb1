package tfree.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What identifies a file's content on the hub: the SHA-256 of a large file (git LFS), the id of the git blob of a small
 * one, which is the SHA-1 of {@code "blob <size>\0"} and the content. Written {@code sha256:9f86…} and
 * {@code git:3b18…}.
 */
record ContentHash(Kind kind, String hex) {
    private static final Pattern WRITTEN = Pattern.compile("(sha256):([0-9a-f]{64})|(git):([0-9a-f]{40})");

    enum Kind {
        SHA256, GIT
    }

    static ContentHash sha256(String hex) {
        return parse("sha256:" + hex);
    }

    static ContentHash git(String hex) {
        return parse("git:" + hex);
    }

    /** @throws IllegalArgumentException when it is no such hash */
    static ContentHash parse(String written) {
        Matcher matcher = WRITTEN.matcher(written);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "expected sha256: with 64 hexadecimal digits or git: with 40 but was \"" + written + "\"");
        }
        return matcher.group(1) != null
                ? new ContentHash(Kind.SHA256, matcher.group(2))
                : new ContentHash(Kind.GIT, matcher.group(4));
    }

    /** The hash of the same kind of a file's content. */
    ContentHash of(Path file) throws IOException {
        MessageDigest digest = digest(kind == Kind.SHA256 ? "SHA-256" : "SHA-1");
        if (kind == Kind.GIT) {
            digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
        }
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return new ContentHash(kind, HexFormat.of().formatHex(digest.digest()));
    }

    @Override
    public String toString() {
        return (kind == Kind.SHA256 ? "sha256:" : "git:") + hex;
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
