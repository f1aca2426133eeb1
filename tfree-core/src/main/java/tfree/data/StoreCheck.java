package tfree.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import tfree.file.CorruptFileException;

/**
 * Looks for damage in a memory map and in its aligned index, reading every byte.
 *
 * <p>Found are: a missing file; a wrong {@code .meta.json}; files whose sizes contradict each other; documents that
 * lie beyond {@code .bin} or do not follow one another from its first byte to its last, without gap or overlap; text
 * that is no UTF-8; and an aligned index that is anything else than {@link AlignedIndexWriter} makes of this store,
 * with the place: items out of order, spans beyond the data, across the border of two documents, or within a character,
 * or an index of another text. Not found is a changed byte of the text that leaves it valid UTF-8: the format has no
 * checksums.
 */
public final class StoreCheck {
    private final Path prefix;
    private final Listener listener;
    private long damages;

    private StoreCheck(Path prefix, Listener listener) {
        this.prefix = prefix;
        this.listener = listener;
    }

    /** What is wrong in a file: expected X but was Y, and where. */
    public record Damage(String file, String what) {}

    /** Takes one damage after another. */
    @FunctionalInterface
    public interface Listener {
        void found(Damage damage) throws IOException;
    }

    /** How much was looked at, as far as it could be read, and how many damages were found. */
    public record Extent(long documents, long bytes, long items, long damages) {}

    /**
     * Checks the store {@code <prefix>}, and its aligned index if it has one.
     *
     * @param listener is told of every damage when it is found
     * @throws NoSuchFileException when there is no file of that store at all
     */
    public static Extent run(Path prefix, Listener listener) throws IOException {
        return new StoreCheck(prefix, listener).run();
    }

    private Extent run() throws IOException {
        List<Path> store = List.of(part("bin"), part("idx"), part("meta.json"));
        if (store.stream().noneMatch(Files::exists)) {
            throw new NoSuchFileException(part("meta.json").toString());
        }
        if (missing(store, "the store is incomplete; import it anew")) {
            return new Extent(0, 0, 0, damages);
        }
        try (DocumentStore documents = DocumentStore.open(prefix)) {
            boolean sound = checkDocuments(documents);
            return new Extent(documents.size(), documents.totalBytes(), checkItems(sound), damages);
        } catch (CorruptFileException e) {
            damage(e);
            return new Extent(0, 0, 0, damages);
        }
    }

    /** Returns whether the documents lie as they should; their text may be damaged all the same. */
    private boolean checkDocuments(DocumentStore store) throws IOException {
        String unit = store.isText() ? "byte " : "integer ";
        boolean sound = true;
        long end = 0; // of the documents before, or -1 if that is not known
        for (long document = 0; document < store.size(); document++) {
            try {
                long start = store.start(document);
                if (end >= 0 && start != end) {
                    sound = false;
                    damage(part("idx"), "expected document " + document + " to begin at " + unit + end
                            + ", where the one before ends, but was " + start);
                }
                end = start + store.length(document);
            } catch (CorruptFileException e) {
                sound = false;
                end = -1;
                damage(e);
                continue;
            }
            checkText(store, document);
        }
        if (end >= 0 && end != store.length()) {
            sound = false;
            damage(part("idx"), "expected the last document to end where .bin does, at " + unit + store.length()
                    + ", but was " + end);
        }
        return sound;
    }

    private void checkText(DocumentStore store, long document) throws IOException {
        try {
            if (store.isText()) {
                store.requireUtf8(document);
            }
        } catch (CorruptFileException e) {
            damage(e);
        }
    }

    /** Returns how many items there are. */
    private long checkItems(boolean documentsAreSound) throws IOException {
        List<Path> index = List.of(AlignedIndex.indices(prefix), AlignedIndex.lengths(prefix),
                AlignedIndex.offsets(prefix));
        if (index.stream().noneMatch(Files::exists)
                || missing(index, "the aligned index is incomplete; align the store anew")) {
            return 0;
        }
        try (AlignedIndex items = AlignedIndex.open(prefix)) {
            new ItemCheck(prefix, items, documentsAreSound, this::found).run();
            return items.size();
        } catch (CorruptFileException e) {
            damage(e);
            return 0;
        }
    }

    private boolean missing(List<Path> files, String consequence) throws IOException {
        List<Path> missing = files.stream().filter(Files::notExists).toList();
        for (Path file : missing) {
            damage(file, "expected a file but there is none: " + consequence);
        }
        return !missing.isEmpty();
    }

    private Path part(String suffix) {
        return DocumentStore.part(prefix, suffix);
    }

    private void damage(CorruptFileException e) throws IOException {
        found(new Damage(e.source(), e.what()));
    }

    private void damage(Path file, String what) throws IOException {
        found(new Damage(file.toString(), what));
    }

    private void found(Damage damage) throws IOException {
        damages++;
        listener.found(damage);
    }
}
