package tfree.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
    private static final String LONG = "Some words of a document. ".repeat(2000);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void servesAlignedItemsWhereThereAreAndDocumentsElsewhere() throws IOException {
        Path aligned = map("aligned", LONG, LONG + "The end");
        AlignedIndexWriter.write(aligned, true);
        Path plain = map("plain", "one", "two");
        Path empty = map("empty");
        Path last = map("last", "three");
        List<List<String>> expected = new ArrayList<>();
        try (AlignedIndex index = AlignedIndex.open(aligned)) {
            for (long item = 0; item < index.size(); item++) {
                expected.add(index.texts(item));
            }
        }
        expected.addAll(List.of(List.of("one"), List.of("two"), List.of("three")));
        new Manifest(List.of(empty, last)).write(folder.resolve("rest.json"));
        try (Corpus corpus = Corpus.open(List.of(empty, aligned, plain, folder.resolve("rest.json")))) {
            assertEquals(expected, texts(corpus));
            assertEquals("6 aligned items of 1 memory map, 3 documents of 4 memory maps", corpus.summary());
            assertEquals(aligned + ".bin, item 5", corpus.name(5));
            assertEquals(plain + ".bin, document 1", corpus.name(7));
            assertEquals(last + ".bin, document 0", corpus.name(8));
            assertThrows(IndexOutOfBoundsException.class, () -> corpus.read(9, new ItemText()));
            assertThrows(IndexOutOfBoundsException.class, () -> corpus.read(-1, new ItemText()));
        }
        try (Corpus documents = Corpus.openDocuments(List.of(aligned, plain))) {
            assertEquals(List.of(List.of(LONG), List.of(LONG + "The end"), List.of("one"), List.of("two")),
                    texts(documents));
        }
    }

    @Test
    void closesWhatItOpenedWhenAnotherMapIsMissing() throws IOException {
        Path there = map("there", "text");
        assertThrows(NoSuchFileException.class, () -> Corpus.open(List.of(there, folder.resolve("missing"))));
        try (Corpus none = Corpus.open(List.of())) {
            assertEquals(0, none.size());
        }
    }

    private static List<List<String>> texts(Corpus corpus) throws IOException {
        List<List<String>> texts = new ArrayList<>();
        ItemText item = new ItemText();
        for (long i = 0; i < corpus.size(); i++) {
            corpus.read(i, item);
            texts.add(IntStream.range(0, item.count()).mapToObj(item::text).toList());
        }
        return texts;
    }

    private Path map(String name, String... documents) throws IOException {
        Path prefix = folder.resolve(name);
        try (DocumentStoreWriter writer = new DocumentStoreWriter(prefix)) {
            for (String document : documents) {
                writer.add(document);
            }
            writer.finish();
        }
        return prefix;
    }
}
