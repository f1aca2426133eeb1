package tfree.data;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Texts one after another, from whatever holds them. One thread at a time. */
public interface Documents extends AutoCloseable {
    /** The next document, or null after the last. */
    @Nullable
    String next() throws IOException;

    @Override
    void close() throws IOException;
}
