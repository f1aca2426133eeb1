package tfree.hub;

import java.nio.file.Path;
import java.util.List;

/**
 * What to download, and what of it to keep.
 *
 * @param dataset     owner and name
 * @param revision    a branch, a tag or a commit
 * @param configs     the configurations; none for the default one
 * @param column      the Parquet column, or JSON field, that holds the text
 * @param output      the folder for the memory maps, {@code status.json} and {@code manifest.json}
 * @param limit       how many files of a configuration, the first ones; 0 for all
 * @param keepSources whether the downloaded files stay beside their memory maps
 * @param verifyEvery every how manieth document is compared with its source; 0 for none
 * @param workers     shards at the same time
 */
public record DownloadRequest(String dataset, String revision, List<String> configs, String split, String column,
        Path output, int limit, boolean keepSources, int verifyEvery, int workers) {
    public DownloadRequest {
        configs = List.copyOf(configs);
        if (limit < 0) {
            throw new IllegalArgumentException("expected a limit of at least 1 file but was " + limit);
        }
        if (verifyEvery < 0) {
            throw new IllegalArgumentException(
                    "expected to verify every 1st, 2nd, … document, or 0 for none, but was " + verifyEvery);
        }
        if (workers < 1) {
            throw new IllegalArgumentException("expected at least 1 worker but was " + workers);
        }
    }
}
