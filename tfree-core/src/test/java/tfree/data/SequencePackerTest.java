package tfree.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.file.CorruptFileException;
import tfree.text.PythonText;
import tfree.text.RandomText;
import tfree.text.SpecialWords;
import tfree.text.SplitMode;
import tfree.text.WordSplitter;
import tfree.trigram.ActivationPattern;
import tfree.trigram.SlotTable;
import tfree.trigram.TextEncoder;
import tfree.trigram.TokenizerConfig;

class SequencePackerTest {
    @TempDir
    private Path folder = Path.of("");

    private final TextEncoder encoder = new TextEncoder(new SlotTable(TokenizerConfig.of(1000, 4, 0)));

    @Test
    void cutsTheLastItemAndBeginsTheNextSampleBehindItsFirst() throws IOException {
        ListItems items = new ListItems(List.of(List.of("a b c", "d e"), List.of("f g h i"), List.of("j k")));
        SequencePacker packer = new SequencePacker(encoder, 7, true, true);
        PackedSequence sample = packer.newSample();
        try (SampleOrder order = order(0, 1, 2)) {
            packer.pack(items, order, 0, sample);
            assertEquals(List.of("b", "c", "<|endoftext|>", "e", "<|endoftext|>", "g", "h"), targets(sample));
            packer.pack(items, order, 1, sample);
            assertEquals(List.of("g", "h", "i", "<|endoftext|>", "k", "<|endoftext|>", "b"), targets(sample));
        }
    }

    @Test
    void goesAroundTheOrderAsOftenAsItTakes() throws IOException {
        PackedSequence sample = new PackedSequence(5);
        try (SampleOrder order = new SampleOrder(1, 0)) {
            new SequencePacker(encoder, 5, false, true).pack(ListItems.of("a b"), order, 0, sample);
        }
        assertEquals(List.of("b", "<|endoftext|>", "b", "<|endoftext|>", "b"), targets(sample));
        assertArrayEquals(new int[]{0, 1, 2, 3, 4}, sample.positionIds());
        assertArrayEquals(new int[]{0, 2, 4}, documentStarts(sample));
    }

    @Test
    void refusesAnOrderWithoutWords() {
        SequencePacker packer = new SequencePacker(encoder, 5, true, true);
        try (SampleOrder order = new SampleOrder(3, 0)) {
            assertThrows(IllegalArgumentException.class,
                    () -> packer.pack(ListItems.of("", " \n", ""), order, 1, packer.newSample()));
        }
    }

    @Test
    void keepsTheWhitespaceBeforeTheEnd() throws IOException {
        PackedSequence sample = alone(4, true, " \n\u00a0\u3000a  ");
        sample.dropPadding();
        assertEquals(List.of("<|2<-ws->|>", "<|endoftext|>"), targets(sample));
    }

    @Test
    void padsWithPositionsThatSeeOnlyThemselves() throws IOException {
        PackedSequence sample = alone(6, true, "a b", "c");
        assertEquals(3, sample.filled());
        assertEquals(6, sample.positions());
        assertArrayEquals(new int[]{0, 1, 2, 3, 4, 5}, sample.positionIds());
        assertArrayEquals(new int[]{0, 2, 3, 4, 5}, documentStarts(sample));
        assertArrayEquals(new float[]{1, 1, 1, 0, 0, 0}, sample.lossWeights());
        sample.dropPadding();
        assertEquals(3, sample.positions());
        assertArrayEquals(new int[]{0, 2}, documentStarts(sample));
    }

    @Test
    void seesOneDocumentWhenTheMaskIsNotReset() throws IOException {
        assertArrayEquals(new int[]{0}, documentStarts(alone(6, false, "a b", "c")));
    }

    @Test
    void weighsAWordByThePieceItComesFrom() {
        SequencePacker packer = new SequencePacker(encoder, 5, false, true);
        PackedSequence sample = packer.newSample();
        packer.packPieces(
                List.of(new TextPiece(" Who? ", 0), new TextPiece("", 1), new TextPiece("Me.", 0.5f)), sample);
        assertArrayEquals(new float[]{0, 0.5f, 0.5f, 0, 0}, sample.lossWeights());
        sample.dropPadding();
        assertEquals(List.of("?", "Me", "."), targets(sample));
    }

    @Test
    void namesTheItemThatIsNoText() throws IOException {
        Path prefix = folder.resolve("store");
        try (DocumentStoreWriter writer = new DocumentStoreWriter(prefix)) {
            writer.add("fine");
            writer.add(new byte[]{'a', ' ', (byte) 0xff});
            writer.finish();
        }
        try (DocumentStore store = DocumentStore.open(prefix)) {
            SequencePacker packer = new SequencePacker(encoder, 5, true, true);
            CorruptFileException e = assertThrows(CorruptFileException.class,
                    () -> packer.pack(store, 1, packer.newSample()));
            assertEquals(
                    prefix + ".bin, document 1: expected UTF-8 but was the byte 0xff at offset 2; convert the text",
                    e.getMessage());
        }
    }

    /** The rules of spec and original, read word by word from strings. */
    @Test
    void packsWhatAPlainReadingOfTheRulesGivesOnRandomTexts() throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        PackedSequence sample = new PackedSequence(50);
        for (int i = 0; i < 500; i++) {
            ListItems items = randomItems(random);
            boolean resetIds = random.nextBoolean();
            SequencePacker packer = new SequencePacker(encoder, 50, resetIds, true);
            long first = random.nextLong(items.size());
            List<String> inputs = new ArrayList<>();
            List<String> words = new ArrayList<>();
            List<Integer> ids = new ArrayList<>();
            try (SampleOrder order = new SampleOrder(items.size(), random.nextInt(100))) {
                packer.pack(items, order, first, sample);
                for (long place = first; words.size() < 50; place++) {
                    for (String text : items.items().get((int) order.item(place % order.size()))) {
                        List<String> split = WordSplitter.of(SplitMode.REFERENCE)
                                .split(PythonText.strip(text + SpecialWords.END_OF_TEXT));
                        for (int w = 1; w < split.size(); w++) {
                            ids.add(resetIds ? w - 1 : words.size());
                            inputs.add(split.get(w - 1));
                            words.add(split.get(w));
                        }
                    }
                }
            }
            assertEquals(words.subList(0, 50), targets(sample), "seed " + seed);
            assertEquals(ids.subList(0, 50), Arrays.stream(sample.positionIds()).boxed().toList(), "seed " + seed);
            assertEquals(50, sample.filled());
            for (int p = 0; p < 50; p++) {
                checkPosition(sample, p, inputs.get(p), "seed " + seed);
            }
        }
    }

    @Test
    void allocatesNothingInTheLongRun() throws IOException {
        Path prefix = folder.resolve("store");
        SplittableRandom random = new SplittableRandom(7);
        try (DocumentStoreWriter writer = new DocumentStoreWriter(prefix)) {
            for (int d = 0; d < 200; d++) {
                writer.add(IntStream.range(0, 50 + random.nextInt(4000)).mapToObj(i -> "word" + random.nextInt(2000))
                        .collect(Collectors.joining(" ")));
            }
            writer.finish();
        }
        AlignedIndexWriter.write(prefix, true);
        try (Corpus aligned = Corpus.open(List.of(prefix)); Corpus documents = Corpus.openDocuments(List.of(prefix))) {
            for (Corpus corpus : List.of(aligned, documents)) {
                double bytes = allocatedPerSample(corpus);
                assertTrue(bytes < 64, corpus.summary() + ": " + bytes + " bytes a sample");
            }
        }
    }

    private double allocatedPerSample(TextItems items) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        SequencePacker packer = new SequencePacker(encoder, 512, true, true);
        PackedSequence sample = packer.newSample();
        long least = Long.MAX_VALUE;
        try (SampleOrder order = new SampleOrder(items.size(), 1)) {
            for (int round = 0; round < 40; round++) { // the first ones warm up
                long before = threads.getCurrentThreadAllocatedBytes();
                for (long first = 0; first < order.size(); first++) {
                    packer.pack(items, order, first, sample);
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            return (double) least / order.size();
        }
    }

    private void checkPosition(PackedSequence sample, int p, String inputWord, String message) {
        ActivationPattern input = encoder.pattern(inputWord);
        assertArrayEquals(input.slots(),
                Arrays.copyOfRange(sample.inputSlots(), sample.inputOffsets()[p], sample.inputOffsets()[p + 1]),
                message);
        assertEquals(input.trigramCount(), sample.trigramCounts()[p], message);
        ActivationPattern target = encoder.pattern(String.valueOf(sample.targetWord(p)));
        int from = sample.targetOffsets()[p];
        int to = sample.targetOffsets()[p + 1];
        assertArrayEquals(target.targets(), Arrays.copyOfRange(sample.targetSlots(), from, to), message);
        for (int j = from; j < to; j++) {
            boolean edge = Arrays.binarySearch(target.edge(), sample.targetSlots()[j]) >= 0;
            assertEquals(edge, sample.targetEdges()[j], message);
        }
        boolean start = p == 0 || SpecialWords.END_OF_TEXT.equals(sample.targetWord(p - 1));
        assertEquals(start, Arrays.binarySearch(documentStarts(sample), p) >= 0, message);
        assertEquals(SpecialWords.END_OF_TEXT.equals(sample.targetWord(p)), sample.endsText()[p], message);
    }

    private static ListItems randomItems(SplittableRandom random) {
        List<List<String>> items = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            List<String> texts = new ArrayList<>(List.of("one text"));
            for (int t = random.nextInt(3); t > 0; t--) {
                texts.add(RandomText.piecesAndMarkers(random));
            }
            items.add(texts);
        }
        return new ListItems(items);
    }

    private PackedSequence alone(int length, boolean resetAttentionMask, String... texts) throws IOException {
        PackedSequence sample = new PackedSequence(length);
        new SequencePacker(encoder, length, true, resetAttentionMask)
                .pack(new ListItems(List.of(List.of(texts))), 0, sample);
        return sample;
    }

    /** The order of these items, which some seed gives. */
    private static SampleOrder order(long... items) {
        for (long seed = 0;; seed++) {
            SampleOrder order = new SampleOrder(items.length, seed);
            if (Arrays.equals(items, LongStream.range(0, items.length).map(order::item).toArray())) {
                return order;
            }
            order.close();
        }
    }

    private static int[] documentStarts(PackedSequence sample) {
        return Arrays.copyOf(sample.documentStarts(), sample.documents());
    }

    private static List<String> targets(PackedSequence sample) {
        return IntStream.range(0, sample.positions()).mapToObj(p -> String.valueOf(sample.targetWord(p))).toList();
    }
}
