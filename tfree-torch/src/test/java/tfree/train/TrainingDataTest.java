package tfree.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.config.ConfigException;
import tfree.config.RunConfig;
import tfree.config.RunConfigFile;
import tfree.data.AlignedIndexWriter;
import tfree.data.Corpus;
import tfree.data.DocumentStoreWriter;
import tfree.data.Manifest;
import tfree.data.PackedSequence;
import tfree.data.SampleOrder;
import tfree.data.SampleSchedule;
import tfree.data.SequencePacker;
import tfree.trigram.SlotTable;
import tfree.trigram.TextEncoder;
import tfree.trigram.UnitEncoder;

class TrainingDataTest {
    private static final String CONFIG = """
            architecture: {vocab_size: 512, hidden_size: 32, num_layers: 2, num_attention_heads: 2,
              sequence_length: 48}
            tokenizer: {vocab_size: 512, vocab_population: 4, sequence_length: 48}
            data: {sequence_length: 40}
            training: {iterations: 20, micro_batch_size: 3, gradient_accumulation_steps: 1, seed: 11}
            """;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void givesTheSameBatchesForAnyNumberOfThreads() throws IOException {
        RunConfig config = config(corpus("corpus", 17));
        List<Batch> expected = packedByHand(config, 24); // five batches an epoch
        for (int workers : new int[]{0, 1, 3}) {
            RunConfig with = config(folder.resolve("corpus"), "training.dataloader_num_workers=" + workers);
            try (TrainingData data = new TrainingData(with, encoders(with), 0)) {
                for (int i = 0; i < expected.size(); i++) {
                    assertSame(expected.get(i), data.next(), workers + " threads, batch " + i);
                }
            }
        }
    }

    @Test
    void goesOnWithTheNextSampleWhereverItIsResumed() throws IOException {
        RunConfig config = config(corpus("corpus", 17), "training.dataloader_num_workers=2");
        List<Batch> expected = packedByHand(config, 14);
        long consumed = 0;
        for (int i = 0; i < 12; i++) {
            try (TrainingData data = new TrainingData(config, encoders(config), consumed)) {
                assertSame(expected.get(i), data.next(), "batch " + i);
                consumed = data.consumed();
                assertSame(expected.get(i + 1), data.next(), "batch " + (i + 1));
            }
        }
        assertEquals(36, consumed);
    }

    @Test
    void takesAlignedItemsWhereThereAreAndReadsManifests() throws IOException {
        Path aligned = corpus("aligned", 60);
        AlignedIndexWriter.write(aligned, true);
        Path documents = corpus("documents", 5);
        Path manifest = folder.resolve("manifest.json");
        new Manifest(List.of(aligned, documents)).write(manifest);
        RunConfig config = config(folder);
        try (TrainingData data = new TrainingData(config, encoders(config), 0)) {
            assertTrue(
                    data.summary().matches("\\d+ aligned items of 1 memory map, 5 documents of 1 memory map; of a.*"),
                    data.summary());
            for (Batch expected : packedByHand(config, 9)) {
                assertSame(expected, data.next(), data.summary());
            }
        }
    }

    @Test
    void namesTheItemThatAThreadCannotReadWhenItsTurnComes() throws IOException {
        Path prefix = folder.resolve("broken");
        try (DocumentStoreWriter writer = new DocumentStoreWriter(prefix)) {
            for (int i = 0; i < 30; i++) {
                writer.add(i == 20 ? new byte[]{'a', (byte) 0xff}
                        : "fine words, all of them".getBytes(StandardCharsets.UTF_8));
            }
            writer.finish();
        }
        RunConfig config = config(prefix, "training.dataloader_num_workers=3", "data.sequence_length=4");
        try (TrainingData data = new TrainingData(config, encoders(config), 0)) {
            UncheckedIOException e = assertThrows(UncheckedIOException.class, () -> {
                for (int i = 0; i < 10; i++) {
                    data.next();
                }
            });
            assertEquals(
                    prefix + ".bin, document 20: expected UTF-8 but was the byte 0xff at offset 1; convert the text",
                    String.valueOf(e.getCause()).replaceFirst("^[^ ]* ", ""));
            long consumed = data.consumed();
            assertThrows(UncheckedIOException.class, data::next);
            assertEquals(consumed, data.consumed());
        }
    }

    @Test
    void endsItsThreads() throws IOException {
        RunConfig config = config(corpus("corpus", 17), "training.dataloader_num_workers=4");
        TrainingData data = new TrainingData(config, encoders(config), 0);
        data.next();
        assertTrue(dataThreads() > 0);
        data.close();
        assertEquals(0, dataThreads());
    }

    @Test
    void saysWhatIsWrongWithTheConfiguration() throws IOException {
        Path prefix = corpus("corpus", 2);
        RunConfig config = config(prefix);
        assertTrue(String.valueOf(assertThrows(IllegalArgumentException.class,
                () -> new TrainingData(config, encoders(config), 0)).getMessage())
                .startsWith("expected at least 3 samples"));
        assertEquals("training.dataloader_num_workers: expected 0 or more but was -1",
                assertThrows(ConfigException.class, () -> config(prefix, "training.dataloader_num_workers=-1"))
                        .getMessage());
    }

    private static long dataThreads() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("data-"))
                .count();
    }

    /** The batches as schedule and packer give them, one after another. */
    private static List<Batch> packedByHand(RunConfig config, int count) throws IOException {
        List<Batch> batches = new ArrayList<>();
        SequencePacker packer = new SequencePacker(new TextEncoder(table(config)), config.data().sequenceLength(), true,
                true);
        List<Path> paths = config.data().prefixPaths().stream().map(Path::of).toList();
        try (Corpus corpus = Corpus.open(paths)) {
            SampleSchedule schedule = new SampleSchedule(corpus.size(), config.training().seed(), 1, 0,
                    config.training().microBatchSize());
            long consumed = 0;
            for (int i = 0; i < count; i++) {
                SampleSchedule.Batch next = schedule.next(consumed);
                List<PackedSequence> samples = new ArrayList<>();
                try (SampleOrder order = schedule.order(next.epoch())) {
                    for (long position : next.positions()) {
                        samples.add(packer.newSample());
                        packer.pack(corpus, order, position, samples.getLast());
                    }
                }
                batches.add(Batch.of(samples));
                consumed = next.consumedAfter();
            }
        }
        return batches;
    }

    private static void assertSame(Batch expected, Batch actual, String message) {
        assertArrayEquals(expected.input().slots(), actual.input().slots(), message);
        assertArrayEquals(expected.input().offsets(), actual.input().offsets(), message);
        assertArrayEquals(expected.input().trigramCounts(), actual.input().trigramCounts(), message);
        assertArrayEquals(expected.input().positionIds(), actual.input().positionIds(), message);
        assertArrayEquals(expected.input().documentStarts(), actual.input().documentStarts(), message);
        assertArrayEquals(expected.targets().slots(), actual.targets().slots(), message);
        assertArrayEquals(expected.targets().offsets(), actual.targets().offsets(), message);
        assertArrayEquals(expected.targets().edges(), actual.targets().edges(), message);
        assertArrayEquals(expected.targets().weights(), actual.targets().weights(), message);
        assertEquals(expected.padding(), actual.padding(), message);
    }

    private static Supplier<UnitEncoder> encoders(RunConfig config) {
        SlotTable table = table(config);
        return () -> new TextEncoder(table);
    }

    private static SlotTable table(RunConfig config) {
        return new SlotTable(config.encoding());
    }

    private static RunConfig config(Path prefix, String... overrides) {
        List<String> all = new ArrayList<>(List.of("data.prefix_paths=[" + prefix + "]"));
        all.addAll(List.of(overrides));
        return RunConfigFile.parse(CONFIG, all);
    }

    /** A memory map of so many documents of random words, most longer than a sample. */
    private Path corpus(String name, int documents) throws IOException {
        SplittableRandom random = new SplittableRandom(documents);
        Path prefix = folder.resolve(name);
        try (DocumentStoreWriter writer = new DocumentStoreWriter(prefix)) {
            for (int d = 0; d < documents; d++) {
                writer.add(IntStream.range(0, random.nextInt(3000)).mapToObj(i -> "word" + random.nextInt(50))
                        .collect(Collectors.joining(" ")));
            }
            writer.finish();
        }
        return prefix;
    }
}
