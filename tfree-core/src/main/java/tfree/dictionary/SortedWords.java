package tfree.dictionary;

import java.io.IOException;

/** Distinct words with their counts, one after another by ascending UTF-8 bytes. Before the first {@link #next} it has none. */
interface SortedWords {
    /** Goes to the next word, if there is one. */
    boolean next() throws IOException;

    /** The word's UTF-8; never changed afterwards. */
    byte[] word();

    /** How often it was seen. */
    long count();
}
