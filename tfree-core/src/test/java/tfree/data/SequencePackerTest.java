package tfree.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tfree.text.SpecialWords;
import tfree.trigram.ActivationPattern;
import tfree.trigram.SlotTable;
import tfree.trigram.TextEncoder;
import tfree.trigram.TokenizerConfig;

class SequencePackerTest {
    private final TextEncoder encoder = new TextEncoder(new SlotTable(TokenizerConfig.of(1000, 4, 0)));

    @Test
    void cutsTheLastItemAndBeginsTheNextSampleBehindItsFirst() {
        List<List<String>> items = List.of(List.of("a b c", "d e"), List.of("f g h i"), List.of("j k"));
        SequencePacker packer = new SequencePacker(encoder, 7, true, true);
        assertEquals(List.of("b", "c", "<|endoftext|>", "e", "<|endoftext|>", "g", "h"),
                targets(packer.pack(0, 3, items::get)));
        assertEquals(List.of("g", "h", "i", "<|endoftext|>", "k", "<|endoftext|>", "b"),
                targets(packer.pack(1, 3, items::get)));
    }

    @Test
    void goesAroundTheOrderAsOftenAsItTakes() {
        SequencePacker packer = new SequencePacker(encoder, 5, false, true);
        PackedSequence sample = packer.pack(0, 1, item -> List.of("a b"));
        assertEquals(List.of("b", "<|endoftext|>", "b", "<|endoftext|>", "b"), targets(sample));
        assertArrayEquals(new int[]{0, 1, 2, 3, 4}, sample.positionIds());
        assertArrayEquals(new int[]{0, 2, 4}, sample.documentStarts());
    }

    @Test
    void refusesAnOrderWithoutWords() {
        SequencePacker packer = new SequencePacker(encoder, 5, true, true);
        assertThrows(IllegalArgumentException.class, () -> packer.pack(1, 3, item -> List.of("", " \n")));
    }

    @Test
    void keepsTheWhitespaceBeforeTheEnd() {
        SequencePacker packer = new SequencePacker(encoder, 4, true, true);
        assertEquals(List.of("<|2<-ws->|>", "<|endoftext|>"),
                targets(packer.pack(List.of(" \n a  ")).withoutPadding()));
    }

    @Test
    void padsWithPositionsThatSeeOnlyThemselves() {
        SequencePacker packer = new SequencePacker(encoder, 6, true, true);
        PackedSequence sample = packer.pack(List.of("a b", "c"));
        assertEquals(3, sample.filled());
        assertArrayEquals(new int[]{0, 1, 2, 3, 4, 5}, sample.positionIds());
        assertArrayEquals(new int[]{0, 2, 3, 4, 5}, sample.documentStarts());
        assertArrayEquals(new float[]{1, 1, 1, 0, 0, 0}, sample.lossWeights());
        PackedSequence bare = sample.withoutPadding();
        assertEquals(3, bare.positions());
        assertArrayEquals(new int[]{0, 2}, bare.documentStarts());
        assertEquals(bare.inputSlots().length, bare.inputOffsets()[3]);
        assertSame(bare, bare.withoutPadding());
    }

    @Test
    void seesOneDocumentWhenTheMaskIsNotReset() {
        assertArrayEquals(new int[]{0},
                new SequencePacker(encoder, 6, true, false).pack(List.of("a b", "c")).documentStarts());
    }

    @Test
    void weighsAWordByThePieceItComesFrom() {
        SequencePacker packer = new SequencePacker(encoder, 5, false, true);
        PackedSequence sample = packer.packPieces(List.of(new TextPiece(" Who? ", 0), new TextPiece("", 1),
                new TextPiece("Me.", 0.5f)));
        assertEquals(List.of("?", "Me", "."), targets(sample.withoutPadding()));
        assertArrayEquals(new float[]{0, 0.5f, 0.5f, 0, 0}, sample.lossWeights());
    }

    @Test
    void holdsEachPositionsPatternsOnRandomTexts() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        SequencePacker packer = new SequencePacker(encoder, 50, true, true);
        for (int i = 0; i < 300; i++) {
            List<List<String>> items = randomItems(random);
            PackedSequence sample = packer.pack(random.nextInt(items.size()), items.size(), items::get);
            assertEquals(50, sample.positions());
            assertEquals(50, sample.filled());
            for (int p = 0; p < 50; p++) {
                checkTarget(sample, p, "seed " + seed);
            }
        }
    }

    private void checkTarget(PackedSequence sample, int p, String message) {
        String word = String.valueOf(sample.targetWords()[p]);
        ActivationPattern pattern = encoder.pattern(word);
        int from = sample.targetOffsets()[p];
        int to = sample.targetOffsets()[p + 1];
        assertArrayEquals(pattern.targets(), Arrays.copyOfRange(sample.targetSlots(), from, to), message);
        for (int j = from; j < to; j++) {
            boolean edge = Arrays.binarySearch(pattern.edge(), sample.targetSlots()[j]) >= 0;
            assertEquals(edge, sample.targetEdges()[j], message);
        }
        boolean end = word.equals(SpecialWords.END_OF_TEXT);
        assertEquals(end, sample.endsText()[p], message);
        if (p + 1 < sample.positions()) {
            assertEquals(end, Arrays.binarySearch(sample.documentStarts(), p + 1) >= 0, message);
            assertEquals(end ? 0 : sample.positionIds()[p] + 1, sample.positionIds()[p + 1], message);
        }
        if (!end && p + 1 < sample.positions()) {
            assertArrayEquals(pattern.slots(),
                    Arrays.copyOfRange(sample.inputSlots(), sample.inputOffsets()[p + 1],
                            sample.inputOffsets()[p + 2]));
            assertEquals(pattern.trigramCount(), sample.trigramCounts()[p + 1], message);
        }
    }

    private static List<List<String>> randomItems(SplittableRandom random) {
        List<List<String>> items = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            List<String> texts = new ArrayList<>(List.of("one text"));
            for (int t = random.nextInt(3); t > 0; t--) {
                texts.add("Some text, number " + random.nextInt(100) + " ".repeat(random.nextInt(3)));
            }
            items.add(texts);
        }
        return items;
    }

    private static List<String> targets(PackedSequence sample) {
        return Arrays.stream(sample.targetWords()).map(String::valueOf).toList();
    }
}
