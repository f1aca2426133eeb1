package tfree.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Downloads one file to {@code <target>.partial} and renames it once its size and its hash are right, so that
 * {@code <target>} is there only when it is complete.
 *
 * <p>What is there of an earlier attempt, of this process or one before, is continued by a range request. The ETag that
 * it was begun with, kept in {@code <target>.etag}, makes the server send the whole file instead when the content has
 * changed; a server that knows no ranges does so too. Content that turns out wrong is thrown away and fetched anew.
 * Not thread-safe.
 */
final class FileDownload {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-\\d+/(?:\\d+|\\*)");
    private static final long MUCH = 8 << 20;

    private final Repository repository;
    private final HubFile file;
    private final Path target;
    private final Path partial;
    private final Path etag;
    private final Received received;
    private int attempts;

    /** @param target its folder must be there */
    FileDownload(Repository repository, HubFile file, Path target, Received received) {
        this.repository = repository;
        this.file = file;
        this.target = target;
        this.partial = partial(target);
        this.etag = target.resolveSibling(target.getFileName() + ".etag");
        this.received = received;
    }

    /** Learns how much has come. */
    @FunctionalInterface
    interface Received {
        /** So many bytes more, or fewer when they were thrown away. */
        void bytes(long more);
    }

    /** How many bytes are missing of a file at its target. */
    static long left(HubFile file, Path target) throws IOException {
        Path partial = partial(target);
        return Files.exists(target) ? 0 : Math.max(0, file.size() - (Files.exists(partial) ? Files.size(partial) : 0));
    }

    /** How often the server was asked. */
    int attempts() {
        return attempts;
    }

    /**
     * Fetches the file, or what is missing of it.
     *
     * @throws HubException when the hub refuses, cannot be reached, or keeps sending wrong content
     */
    void run() throws IOException, InterruptedException {
        HubConnection connection = repository.connection();
        if (Files.exists(target)) {
            Files.move(target, partial, StandardCopyOption.REPLACE_EXISTING); // checked again: the power may have failed
        }
        long have = have();
        int failures = 0;
        for (int wrong = 1;;) {
            try {
                if (have() < file.size() || !Files.exists(partial)) {
                    attempts++;
                    receive();
                }
                check();
                Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
                Files.deleteIfExists(etag);
                return;
            } catch (WrongContent e) {
                discard();
                if (wrong++ >= connection.policy().contents()) {
                    throw new HubException(e.getMessage() + ", " + (wrong - 1) + " times in a row", e);
                }
                have = 0;
            } catch (PassingFault e) {
                long gained = have() - have;
                have += gained;
                // A long file over a bad line is no reason to give up as long as it grows.
                failures = gained >= MUCH || gained > file.size() / 100 ? 1 : failures + 1;
                connection.pause(failures, new PassingFault(file.path() + ": " + e.getMessage(), e.pause(), e));
            }
        }
    }

    private void receive() throws IOException, InterruptedException {
        long have = have();
        Map<String, String> headers = new HashMap<>();
        if (have > 0) {
            headers.put("Range", "bytes=" + have + "-");
            if (Files.exists(etag)) {
                headers.put("If-Range", Files.readString(etag));
            }
        }
        try (HubConnection.Answer answer = repository.open(file, headers)) {
            if (have > 0 && (answer.status() != 206 || start(answer) != have)) {
                discard();
                have = 0;
                if (answer.status() != 200) {
                    throw new PassingFault("the server could not go on at the byte that was asked for", null, null);
                }
            }
            OptionalLong offered = answer.headers().firstValueAsLong("Content-Length");
            if (offered.isPresent() && offered.getAsLong() != file.size() - have) {
                throw new WrongContent(
                        file.path() + ": expected " + (file.size() - have) + " bytes but the server offers "
                                + offered.getAsLong());
            }
            if (have == 0) {
                keepEtag(answer);
            }
            copy(answer.body(), have);
        }
    }

    private void copy(InputStream in, long have) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long left = file.size() - have;
        try (OutputStream out = Files.newOutputStream(partial, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (n > left) {
                    throw new WrongContent(file.path() + ": expected " + file.size() + " bytes but more came");
                }
                out.write(buffer, 0, n);
                left -= n;
                received.bytes(n);
            }
        }
        if (left > 0) {
            throw new PassingFault("the connection ended " + left + " bytes early", null, null);
        }
    }

    private void check() throws IOException {
        ContentHash hash = have() == file.size() ? file.hash().of(partial) : null;
        if (!file.hash().equals(hash)) {
            throw new WrongContent(
                    file.path() + ": expected " + file.size() + " bytes with " + file.hash() + " but were "
                            + have() + (hash == null ? "" : " with " + hash));
        }
    }

    /** Only a strong validator can promise the same bytes. */
    private void keepEtag(HubConnection.Answer answer) throws IOException {
        String validator = answer.headers().firstValue("ETag").orElse("");
        if (validator.startsWith("\"")) {
            Files.writeString(etag, validator);
        } else {
            Files.deleteIfExists(etag);
        }
    }

    private void discard() throws IOException {
        received.bytes(-have());
        Files.deleteIfExists(partial);
        Files.deleteIfExists(etag);
    }

    private long have() throws IOException {
        return Files.exists(partial) ? Files.size(partial) : 0;
    }

    private static Path partial(Path target) {
        return target.resolveSibling(target.getFileName() + ".partial");
    }

    private static long start(HubConnection.Answer answer) {
        Matcher range = CONTENT_RANGE.matcher(answer.headers().firstValue("Content-Range").orElse(""));
        return range.matches() ? Long.parseLong(range.group(1)) : -1;
    }

    /** What came is not what the hub lists. */
    private static final class WrongContent extends IOException {
        private static final long serialVersionUID = 1;

        private WrongContent(String message) {
            super(message);
        }
    }
}
