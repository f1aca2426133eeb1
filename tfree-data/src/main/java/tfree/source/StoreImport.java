package tfree.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import tfree.data.DocumentStoreWriter;

/**
 * What an import took in.
 *
 * @param documents  that were stored
 * @param bytes      of them, as UTF-8
 * @param passedOver records without text
 */
public record StoreImport(long documents, long bytes, long passedOver) {
    static final StoreImport NOTHING = new StoreImport(0, 0, 0);

    StoreImport plus(StoreImport other) {
        return new StoreImport(documents + other.documents, bytes + other.bytes, passedOver + other.passedOver);
    }

    /**
     * Stores all documents, in their order, as a new memory map; it appears when it is complete.
     *
     * @param read is told how many more bytes of the sources were read, now and then
     * @throws IllegalArgumentException when there are no documents; then there is no store either
     */
    public static StoreImport write(Path prefix, ParallelDocuments documents, LongConsumer read) throws IOException {
        long bytes = 0;
        long told = 0;
        try (DocumentStoreWriter out = new DocumentStoreWriter(prefix)) {
            for (DocumentBatch batch = documents.nextBatch(); batch != null; batch = documents.nextBatch()) {
                for (int i = 0; i < batch.size(); i++) {
                    out.add(batch.utf8(), batch.start(i), batch.end(i));
                }
                bytes += batch.bytes();
                long now = documents.bytesRead();
                read.accept(now - told);
                told = now;
            }
            if (out.documents() == 0) {
                throw new IllegalArgumentException("expected text to import but was none");
            }
            out.finish();
            return new StoreImport(out.documents(), bytes, documents.passedOver());
        }
    }
}
