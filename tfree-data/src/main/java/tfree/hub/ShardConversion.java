package tfree.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tfree.data.DocumentStore;
import tfree.data.DocumentStoreWriter;
import tfree.data.Documents;
import tfree.file.CorruptFileException;
import tfree.source.DocumentFiles;
import tfree.source.SourceOptions;

/**
 * A downloaded file as a memory map, and what was written compared with the file, which is read a second time for it.
 *
 * @param prefix      of the memory map
 * @param verifyEvery every how manieth document is compared; 0 for none
 */
record ShardConversion(Path source, Path prefix, SourceOptions options, int verifyEvery) {

    /**
     * Replaces what an interrupted run has left at the prefix.
     *
     * @return the documents in the memory map
     * @throws CorruptFileException when the file cannot be read, or what was written differs from it
     */
    long run() throws IOException, InterruptedException {
        remove();
        long documents;
        try (Documents in = DocumentFiles.open(source, options);
                DocumentStoreWriter out = new DocumentStoreWriter(prefix)) {
            for (String document = in.next(); document != null; document = in.next()) {
                requireGoingOn();
                out.add(document);
            }
            out.finish();
            documents = out.documents();
        }
        if (verifyEvery > 0) {
            try {
                verify();
            } catch (CorruptFileException e) {
                remove();
                throw e;
            }
        }
        return documents;
    }

    /** Whether a memory map is at the prefix, complete or in parts. */
    boolean isThere() {
        return Files.exists(part("bin")) || Files.exists(part("idx")) || Files.exists(part("meta.json"));
    }

    /** Whether a complete memory map is at the prefix. */
    boolean isDone() {
        return Files.exists(part("bin")) && Files.exists(part("idx")) && Files.exists(part("meta.json"));
    }

    void verify() throws IOException, InterruptedException {
        try (DocumentStore store = DocumentStore.open(prefix); Documents in = DocumentFiles.open(source, options)) {
            long document = 0;
            for (String text = in.next(); text != null; text = in.next()) {
                requireGoingOn();
                boolean same = document < store.size()
                        && (document % verifyEvery != 0 || text.equals(store.text(document)));
                if (!same) {
                    throw new CorruptFileException(part("bin"), "expected document " + document + " of " + source
                            + " but was another; the memory or the disk of this machine may be faulty");
                }
                document++;
            }
            if (document != store.size()) {
                throw new CorruptFileException(part("idx"), "expected the " + document + " documents of " + source
                        + " but were " + store.size());
            }
        }
    }

    /** The meta file goes first: without it nothing looks complete. */
    private void remove() throws IOException {
        for (String ending : new String[]{"meta.json", "idx", "bin"}) {
            Files.deleteIfExists(part(ending));
        }
    }

    private Path part(String ending) {
        return prefix.resolveSibling(prefix.getFileName() + "." + ending);
    }

    private static void requireGoingOn() throws InterruptedException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedException();
        }
    }
}
