package tfree.hub;

import org.jspecify.annotations.Nullable;

/**
 * A file of a configuration, on its way to a memory map.
 *
 * @param name      of the memory map, below the configuration's folder
 * @param documents in the memory map; 0 until it is complete
 * @param attempts  requests for the content, over all runs
 * @param error     what it failed with, or null
 */
record Shard(String config, HubFile file, String name, State state, long documents, int attempts,
        @Nullable String error) {

    enum State {
        /** Not begun, or interrupted. */
        INCOMPLETE,
        /** Downloaded, checked, converted, verified. */
        COMPLETE,
        /** Given up; the next run tries again. */
        FAILED
    }

    static Shard of(String config, HubFile file, String name) {
        return new Shard(config, file, name, State.INCOMPLETE, 0, 0, null);
    }

    /** {@code config/name}, which names it in a run. */
    String key() {
        return config + "/" + name;
    }

    boolean isComplete() {
        return state == State.COMPLETE;
    }

    Shard incomplete() {
        return new Shard(config, file, name, State.INCOMPLETE, 0, attempts, null);
    }

    Shard complete(long written, int moreAttempts) {
        return new Shard(config, file, name, State.COMPLETE, written, attempts + moreAttempts, null);
    }

    Shard failed(String with, int moreAttempts) {
        return new Shard(config, file, name, State.FAILED, 0, attempts + moreAttempts, with);
    }
}
