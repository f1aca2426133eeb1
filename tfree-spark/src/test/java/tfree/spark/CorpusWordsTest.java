package tfree.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tfree.dictionary.DictionaryFile;
import tfree.dictionary.WordCounter;
import tfree.dictionary.WordList;
import tfree.text.SplitMode;

@Tag("spark")
@ExtendWith(LocalSpark.class)
class CorpusWordsTest {
    @TempDir
    private Path folder;

    @Test
    void isTheDictionaryOfOneMachineWhateverThePartitions(SparkSession spark) throws IOException {
        long seed = System.nanoTime();
        System.out.println("corpora from seed " + seed);
        Random random = new Random(seed);
        for (int partitions : new int[]{1, 3, 8}) {
            SplitMode mode = random.nextBoolean() ? SplitMode.UNICODE : SplitMode.REFERENCE;
            boolean lowercase = random.nextBoolean();
            int top = random.nextInt(4) == 0 ? Integer.MAX_VALUE : random.nextInt(200);
            List<@Nullable String> texts = Corpora.random(random, 300);
            Dataset<Row> documents = Corpus
                    .documents(Corpora.table(spark, texts, "text").repartition(partitions), "text");
            WordList expected = onOneMachine(texts, mode, lowercase, top);
            String place = "%d partitions, %s, lowercase %b, top %d, seed %d".formatted(partitions, mode, lowercase,
                    top, seed);
            assertArrayEquals(bytes(expected),
                    bytes(CorpusWords.count(documents, new PartialCounts(mode, lowercase), top)), place);
            assertArrayEquals(bytes(expected),
                    bytes(CorpusWords.count(documents, new PartialCounts(mode, lowercase, 1), top)),
                    place + ", a table a document");
        }
    }

    @Test
    void readsParquetJsonAndText(SparkSession spark) throws IOException {
        List<@Nullable String> texts = Corpora.random(new Random(1), 100);
        Dataset<Row> table = Corpora.table(spark, texts, "body").repartition(3);
        WordList expected = onOneMachine(texts, SplitMode.REFERENCE, false, 100);
        for (String format : List.of("parquet", "json")) {
            String path = folder.resolve("über " + format).toString();
            table.write().format(format).save(path);
            assertWords(expected, spark, new Corpus(List.of(path), format, "body", Map.of()));
        }
        Path file = folder.resolve("text");
        Files.writeString(file, "one two\nthree\n");
        assertWords(onOneMachine(List.of("one two", "three"), SplitMode.REFERENCE, false, 100), spark,
                new Corpus(List.of(file.toString()), "text", null, Map.of()));
        assertWords(onOneMachine(List.of("one two\nthree\n"), SplitMode.REFERENCE, false, 100), spark,
                new Corpus(List.of(file.toString()), "text", null, Map.of("wholetext", "true")));
    }

    @Test
    void namesTheColumnsThatThereAre(SparkSession spark) {
        Dataset<Row> table = Corpora.table(spark, List.of("one"), "body");
        assertMessage("expected a column \"text\" but was [id, body]; choose one with --column",
                () -> Corpus.documents(table, "text"));
        assertMessage("expected text in the column \"id\" but was bigint; choose another with --column",
                () -> Corpus.documents(table, "id"));
    }

    @Test
    void hasNothingToSayOfACorpusWithoutWords(SparkSession spark) {
        Dataset<Row> documents = Corpus.documents(Corpora.table(spark, List.of(""), "text"), "text");
        assertMessage("expected text to count but was none",
                () -> CorpusWords.count(documents, new PartialCounts(SplitMode.REFERENCE, false), 10));
    }

    private static void assertMessage(String message, Runnable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }

    private void assertWords(WordList expected, SparkSession spark, Corpus corpus) throws IOException {
        PartialCounts counting = new PartialCounts(SplitMode.REFERENCE, false);
        assertArrayEquals(bytes(expected), bytes(CorpusWords.count(corpus.documents(spark), counting, 100)),
                corpus.format());
    }

    /** What {@code tfree dictionary build} keeps of the texts. */
    private WordList onOneMachine(List<@Nullable String> texts, SplitMode mode, boolean lowercase, int top)
            throws IOException {
        Iterator<String> known = texts.stream().filter(Objects::nonNull).map(Objects::requireNonNull).iterator();
        try (WordCounter counter = new WordCounter(mode, lowercase, 2, 1 << 16, folder)) {
            counter.count(() -> known.hasNext() ? known.next() : null);
            return counter.top(top);
        }
    }

    private byte[] bytes(WordList words) throws IOException {
        Path file = folder.resolve("words");
        DictionaryFile.write(words, file);
        return Files.readAllBytes(file);
    }
}
