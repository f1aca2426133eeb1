package tfree.console;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tfree.hub.DownloadListener;

/**
 * A download's progress on standard error: bytes, rate, time left and shards done. A shard that fails, and a pause that
 * is worth it, get lines of their own.
 */
public final class DownloadProgress implements DownloadListener, AutoCloseable {
    private static final Duration WORTH_SAYING = Duration.ofMillis(500);

    private @Nullable Progress progress;
    private int shards;
    private int complete;

    @Override
    public synchronized void onBegin(int todo, long bytes) {
        if (todo > 0) {
            shards = todo;
            say(String.format(Locale.ROOT, "%,.1f MB in %d shards to download and convert", bytes * 1e-6, todo));
            progress = new Progress("download", bytes);
            progress.state(state());
        }
    }

    @Override
    public synchronized void onBytes(long more) {
        if (progress != null) {
            progress.add(more);
        }
    }

    @Override
    public synchronized void onComplete(String shard, long documents) {
        complete++;
        if (progress != null) {
            progress.state(state());
        }
    }

    @Override
    public synchronized void onFailed(String shard, String error) {
        say("failed: " + shard + ": " + error);
    }

    @Override
    public synchronized void onRetry(String fault, Duration pause) {
        if (pause.compareTo(WORTH_SAYING) >= 0) {
            say(String.format(Locale.ROOT, "%s; trying again in %.0f s", fault, pause.toMillis() * 1e-3));
        }
    }

    private String state() {
        return complete + " of " + shards + " shards";
    }

    private void say(String text) {
        if (progress != null) {
            progress.say(text);
        } else {
            System.err.println(text);
        }
    }

    @Override
    public synchronized void close() {
        if (progress != null) {
            progress.close();
            progress = null;
        }
    }
}
