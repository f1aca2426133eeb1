package tfree.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tfree.data.AlignedIndex;
import tfree.data.DocumentStore;
import tfree.data.Manifest;

@Tag("spark")
@ExtendWith(LocalSpark.class)
class PreparationTest {
    @TempDir
    private Path folder;

    @Test
    void writesEveryDocumentOnceWhateverThePartitions(SparkSession spark) throws IOException {
        long seed = System.nanoTime();
        System.out.println("corpora from seed " + seed);
        Random random = new Random(seed);
        for (int partitions : new int[]{1, 2, 7}) {
            List<@Nullable String> texts = Corpora.random(random, 200);
            Dataset<Row> documents = Corpus
                    .documents(Corpora.table(spark, texts, "text").repartition(partitions), "text");
            Path output = folder.resolve("corpus " + partitions);
            Preparation done = prepare(documents, output);
            String place = partitions + " partitions, seed " + seed;
            assertHolds(texts, output, place);
            assertEquals(partitions, done.shards().size(), place);
            assertEquals(texts.stream().filter(text -> text == null || text.isEmpty()).count(),
                    done.shards().stream().mapToLong(Shard::textless).sum(), place);
        }
    }

    @Test
    void writesNothingForAPartitionWithoutDocuments(SparkSession spark) throws IOException {
        List<@Nullable String> texts = Collections.nCopies(2, "a text");
        Path output = folder.resolve("corpus");
        prepare(Corpus.documents(Corpora.table(spark, texts, "text").repartition(5), "text"), output);
        assertHolds(texts, output, "");
        assertTrue(Manifest.prefixes(output).size() <= 2);
    }

    @Test
    void aTaskThatFailsHalfwayIsDoneAgain(SparkSession spark) throws IOException {
        assertSurvives(spark, new FailFirst("document 37", false));
    }

    @Test
    void aTaskThatFailsAfterItHasWrittenAllIsDoneAgain(SparkSession spark) throws IOException {
        assertSurvives(spark, new FailFirst("document 37", true));
    }

    @Test
    void whatCannotBePreparedLeavesNothing(SparkSession spark) throws IOException {
        Path output = folder.resolve("corpus");
        Dataset<Row> documents = numbered(spark).map(new FailAlways(), Encoders.row(numbered(spark).schema()));
        Exception failed = assertThrows(Exception.class, () -> prepare(documents, output));
        assertTrue(failed.toString().contains("out of luck"), failed::toString);
        assertFalse(Files.exists(output));

        Dataset<Row> none = Corpus.documents(Corpora.table(spark, List.of(""), "text"), "text");
        assertEquals("expected documents to prepare but was none",
                assertThrows(IllegalArgumentException.class, () -> prepare(none, output)).getMessage());
        assertFalse(Files.exists(output));
    }

    @Test
    void anOutputThatIsThereIsLeftAlone(SparkSession spark) throws IOException {
        Path output = Files.createDirectory(folder.resolve("corpus"));
        Files.writeString(output.resolve("mine"), "mine");
        assertThrows(FileAlreadyExistsException.class, () -> prepare(numbered(spark), output));
        assertEquals(List.of("mine"), names(output));
    }

    private void assertSurvives(SparkSession spark, FailFirst failure) throws IOException {
        Path output = folder.resolve("corpus");
        Dataset<Row> documents = numbered(spark).map(failure, Encoders.row(numbered(spark).schema()));
        Preparation done = prepare(documents, output);
        assertHolds(numberedTexts(), output, "");
        assertEquals(4, done.shards().size());
    }

    private static Dataset<Row> numbered(SparkSession spark) {
        return Corpus.documents(Corpora.table(spark, numberedTexts(), "text").repartition(4), "text");
    }

    private static List<@Nullable String> numberedTexts() {
        return Stream.iterate(0, i -> i < 100, i -> i + 1).<@Nullable String>map(i -> "document " + i).toList();
    }

    private static Preparation prepare(Dataset<Row> documents, Path output) throws IOException {
        return Preparation.of(documents, new org.apache.hadoop.fs.Path(output.toUri()));
    }

    /** The output holds these texts but for the missing and the empty ones, and no file besides. */
    private static void assertHolds(List<@Nullable String> texts, Path output, String place) throws IOException {
        List<String> expected = new ArrayList<>();
        texts.stream().filter(Objects::nonNull).map(Objects::requireNonNull).filter(Predicate.not(String::isEmpty))
                .sorted().forEach(expected::add);
        List<String> actual = new ArrayList<>();
        List<String> names = new ArrayList<>(List.of(Manifest.NAME));
        long aligned = 0;
        for (Path prefix : Manifest.prefixes(output)) {
            try (DocumentStore store = DocumentStore.open(prefix); AlignedIndex items = AlignedIndex.open(prefix)) {
                for (long i = 0; i < store.size(); i++) {
                    actual.add(store.text(i));
                }
                aligned += items.totalBytes();
            }
            Stream.of("bin", "idx", "meta.json", "indices.bin", "lengths.bin", "offsets.bin")
                    .forEach(ending -> names.add(prefix.getFileName() + "." + ending));
        }
        assertEquals(expected, actual.stream().sorted().toList(), place);
        assertEquals(bytes(expected), aligned, place);
        assertEquals(names.stream().sorted().toList(), names(output), place);
    }

    private static long bytes(List<String> texts) {
        return String.join("", texts).getBytes(StandardCharsets.UTF_8).length;
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Fails the first attempt of the task that has a document: on reading it, or when the task has done everything. */
    private record FailFirst(String document, boolean atTheEnd) implements MapFunction<Row, Row> {
        @Override
        public Row call(Row row) {
            if (new String(row.<byte[]>getAs(Corpus.TEXT), StandardCharsets.UTF_8).equals(document)
                    && TaskContext.get().attemptNumber() == 0) {
                if (!atTheEnd) {
                    throw new IllegalStateException("fails on purpose");
                }
                TaskContext.get().addTaskCompletionListener((TaskCompletionListener) _ -> {
                    throw new IllegalStateException("fails on purpose");
                });
            }
            return row;
        }
    }

    /** Fails every attempt. */
    private record FailAlways() implements MapFunction<Row, Row> {
        @Override
        public Row call(Row row) {
            throw new IllegalStateException("out of luck");
        }
    }
}
