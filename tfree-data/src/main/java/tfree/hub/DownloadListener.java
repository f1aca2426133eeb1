package tfree.hub;

import java.time.Duration;

/** Follows a download. Called from several threads. */
public interface DownloadListener extends RetryListener {
    /** What there is to do: shards that are not complete yet, and their bytes. */
    void onBegin(int shards, long bytes);

    /** So many bytes of shards more are here, or fewer when they were thrown away. */
    void onBytes(long more);

    /** A shard became a memory map. */
    void onComplete(String shard, long documents);

    /** A shard was given up. */
    void onFailed(String shard, String error);

    @Override
    void onRetry(String fault, Duration pause);
}
