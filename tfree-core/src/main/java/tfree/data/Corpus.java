package tfree.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The items of several memory maps, one map behind the other: those of its {@link AlignedIndex} where a map has one, its
 * documents where it has none. Threads may share a corpus until it is closed.
 *
 * <pre>{@code
 * try (Corpus corpus = Corpus.open(List.of(Path.of("data/europarl"), Path.of("data/books/manifest.json")))) {
 *     corpus.summary();    // 60,431 aligned items of 12 memory maps
 * }
 * }</pre>
 */
public final class Corpus implements TextItems {
    private final List<TextItems> maps;
    private final long[] ends; // [maps] one past the number of each map's last item

    private Corpus(List<TextItems> maps) {
        this.maps = maps;
        this.ends = new long[maps.size()];
        long end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += maps.get(i).size();
            ends[i] = end;
        }
    }

    /** Opens memory maps, given by prefix or by {@link Manifest}. */
    public static Corpus open(List<Path> paths) throws IOException {
        return open(paths, prefix -> AlignedIndex.exists(prefix) ? AlignedIndex.open(prefix)
                : DocumentStore.open(prefix));
    }

    /** Opens memory maps, given by prefix or by {@link Manifest}, whose items are documents throughout. */
    public static Corpus openDocuments(List<Path> paths) throws IOException {
        return open(paths, DocumentStore::open);
    }

    @Override
    public long size() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    @Override
    public void read(long item, ItemText into) throws IOException {
        int map = map(item);
        maps.get(map).read(item - start(map), into);
    }

    @Override
    public String name(long item) {
        int map = map(item);
        return maps.get(map).name(item - start(map));
    }

    /** Whether some items are documents, of whatever length. */
    public boolean hasDocuments() {
        return maps.stream().anyMatch(DocumentStore.class::isInstance);
    }

    /** What the items are, in words. */
    public String summary() {
        List<String> kinds = new ArrayList<>();
        add(kinds, "aligned items", AlignedIndex.class);
        add(kinds, "documents", DocumentStore.class);
        return String.join(", ", kinds);
    }

    @Override
    public void close() {
        maps.forEach(TextItems::close);
    }

    private void add(List<String> kinds, String name, Class<? extends TextItems> kind) {
        long count = maps.stream().filter(kind::isInstance).count();
        if (count > 0) {
            long items = maps.stream().filter(kind::isInstance).mapToLong(TextItems::size).sum();
            kinds.add(String.format(Locale.ROOT, "%,d %s of %d memory %s", items, name, count,
                    count == 1 ? "map" : "maps"));
        }
    }

    private int map(long item) {
        if (item < 0 || item >= size()) {
            throw new IndexOutOfBoundsException("expected an item from 0 to " + (size() - 1) + " but was " + item);
        }
        int found = Arrays.binarySearch(ends, item);
        int map = found < 0 ? ~found : found + 1;
        while (ends[map] == item) { // empty maps
            map++;
        }
        return map;
    }

    private long start(int map) {
        return map == 0 ? 0 : ends[map - 1];
    }

    private static Corpus open(List<Path> paths, Opener opener) throws IOException {
        List<TextItems> maps = new ArrayList<>();
        try {
            for (Path path : paths) {
                for (Path prefix : Manifest.prefixes(path)) {
                    maps.add(opener.open(prefix));
                }
            }
        } catch (IOException | RuntimeException e) {
            maps.forEach(TextItems::close);
            throw e;
        }
        return new Corpus(maps);
    }

    private interface Opener {
        TextItems open(Path prefix) throws IOException;
    }
}
