package tfree.data;

import java.io.IOException;

/**
 * What samples are made of: numbered items, each of one or more texts. Threads may share it until it is closed.
 */
public interface TextItems extends AutoCloseable {
    /** The number of items. */
    long size();

    /** Puts an item's texts, from 0 to {@code size() - 1}, in place of what is in {@code into}. */
    void read(long item, ItemText into) throws IOException;

    /** What an item is called in messages: {@code data/europarl.bin, document 17}. */
    String name(long item);

    @Override
    void close();
}
