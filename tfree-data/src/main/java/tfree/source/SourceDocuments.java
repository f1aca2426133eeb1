package tfree.source;

import tfree.data.Documents;

/** The documents of one file or stream. The two counts may be asked from any thread. */
public interface SourceDocuments extends Documents {
    /** How many bytes were read so far, counted as they lie in the file: packed. */
    long bytesRead();

    /** How many records had no text so far: null, or the empty string. They are no documents. */
    long passedOver();
}
