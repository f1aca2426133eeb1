package tfree.spark;

import java.io.Serializable;

/**
 * What the successful attempt of a task says of the memory map that it wrote.
 *
 * @param partition which task, from 0 on
 * @param attempt   the number of its attempt, which no other attempt of any task has
 * @param documents written; without one there are no files
 * @param bytes     of all these documents
 * @param items     of the aligned index
 * @param textless  records without text, null or the empty string: they are no documents
 */
record Shard(int partition, long attempt, long documents, long bytes, long items, long textless)
        implements
            Serializable {

    /** The name of the shard's files without their endings. */
    static String name(int partition) {
        return "part-%05d".formatted(partition);
    }

    String name() {
        return name(partition);
    }

    /** Whether there are files. */
    boolean isWritten() {
        return documents > 0;
    }
}
