package tfree.hub;

import java.io.IOException;
import java.util.regex.Pattern;

/**
 * The Hugging Face hub, or a mirror of it. Threads may share it; closing it ends what is under way.
 *
 * <pre>{@code
 * try (Hub hub = Hub.connect(settings, (fault, pause) -> System.err.println(fault))) {
 *     Dataset dataset = hub.dataset("HuggingFaceFW/fineweb-edu", "main");
 *     System.out.println(dataset.commit() + " " + dataset.configs());
 * }
 * }</pre>
 */
public final class Hub implements AutoCloseable {
    private static final Pattern REPOSITORY = Pattern.compile("(?:\\w[\\w.-]*/)?\\w[\\w.-]*");

    private final HubConnection connection;

    private Hub(HubConnection connection) {
        this.connection = connection;
    }

    /** Connects nowhere yet. */
    public static Hub connect(HubSettings settings, RetryListener listener) {
        return connect(settings, RetryPolicy.DEFAULT, listener);
    }

    static Hub connect(HubSettings settings, RetryPolicy policy, RetryListener listener) {
        return new Hub(new HubConnection(settings, policy, listener));
    }

    /**
     * A data set at the commit that a revision names now.
     *
     * @param name     owner and name, such as {@code HuggingFaceFW/fineweb-edu}
     * @param revision a branch, a tag or a commit
     * @throws IllegalArgumentException when there is no such data set or revision
     * @throws HubException             when it is gated, or the hub cannot be reached
     */
    public Dataset dataset(String name, String revision) throws IOException, InterruptedException {
        if (!REPOSITORY.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "expected a data set as owner/name, such as HuggingFaceFW/fineweb-edu, but was " + name);
        }
        return Dataset.open(Repository.at(connection, name, revision));
    }

    @Override
    public void close() {
        connection.close();
    }
}
