package tfree.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tfree.data.PackedSequence;

class BatchTest {

    @Test
    void putsSamplesOneBehindTheOther() {
        PackedSequence one = Samples.pack(8, "to be or", "not");
        PackedSequence two = Samples.pack(5, "that is the question");
        Batch batch = Batch.of(List.of(one, two));
        assertEquals(13, batch.positions());
        for (int p = 0; p < 13; p++) {
            PackedSequence sample = p < 8 ? one : two;
            int at = p < 8 ? p : p - 8;
            assertArrayEquals(
                    Arrays.copyOfRange(sample.inputSlots(), sample.inputOffsets()[at], sample.inputOffsets()[at + 1]),
                    inputs(batch, p));
            assertArrayEquals(Arrays.copyOfRange(sample.targetSlots(), sample.targetOffsets()[at],
                    sample.targetOffsets()[at + 1]), targets(batch, p));
            assertEquals(sample.trigramCounts()[at], batch.input().trigramCounts()[p]);
            assertEquals(sample.positionIds()[at], batch.input().positionIds()[p]);
            assertEquals(sample.lossWeights()[at], batch.targets().weights()[p]);
        }
        assertArrayEquals(
                IntStream.concat(Arrays.stream(one.documentStarts(), 0, one.documents()),
                        Arrays.stream(two.documentStarts(), 0, two.documents()).map(s -> s + 8)).toArray(),
                batch.input().documentStarts());
        assertEquals(one.targetEdges()[3], batch.targets().edges()[3]);
        assertEquals(two.targetEdges()[2], batch.targets().edges()[one.targetOffsets()[8] + 2]);
        assertEquals(0, batch.padding());
    }

    @Test
    void leavesPaddingOutAndCountsIt() {
        Batch batch = Batch.of(List.of(Samples.instruction(10, "Who are", "you?"), Samples.instruction(10),
                Samples.instruction(3, "To be", "or not to be")));
        assertEquals(3 + 1 + 3, batch.positions());
        assertEquals(7 + 9, batch.padding());
        assertEquals(23, batch.lossPositions());
        assertArrayEquals(new int[]{0, 3, 4}, batch.input().documentStarts());
        assertArrayEquals(new int[]{0, 1, 2, 0, 0, 1, 2}, batch.input().positionIds());
        assertArrayEquals(new float[]{0, 1, 1, 0, 0, 1, 1}, batch.targets().weights());
        assertEquals(0, batch.input().trigramCounts()[3]);
    }

    @Test
    void cutsOnlyWhereADocumentStarts() {
        Batch batch = Batch.of(List.of(Samples.pack(40, "a b c d e f g h i", "j k l m", "n o p q r s t u v w x y z"),
                Samples.pack(24, "once upon a time there was a king")));
        for (int count = 1; count <= 9; count++) {
            List<Batch> shares = batch.shares(count);
            int from = 0;
            for (Batch share : shares) {
                int start = from;
                assertEquals(0, share.input().documentStarts()[0]);
                assertArrayEquals(Arrays.stream(batch.input().documentStarts())
                        .filter(s -> s >= start && s < start + share.positions()).map(s -> s - start).toArray(),
                        share.input().documentStarts());
                for (int p = 0; p < share.positions(); p++) {
                    assertArrayEquals(inputs(batch, from + p), inputs(share, p));
                    assertArrayEquals(targets(batch, from + p), targets(share, p));
                    assertEquals(batch.input().positionIds()[from + p], share.input().positionIds()[p]);
                }
                from += share.positions();
            }
            assertEquals(batch.positions(), from);
        }
        assertEquals(List.of(35, 29), batch.shares(2).stream().map(Batch::positions).toList());
    }

    @Test
    void leavesASingleDocumentWhole() {
        Batch batch = Batch.of(List.of(Samples.pack(6, "one two three four five six seven")));
        assertEquals(List.of(6), batch.shares(4).stream().map(Batch::positions).toList());
    }

    @Test
    void refusesNoSampleAtAll() {
        assertThrows(IllegalArgumentException.class, () -> Batch.of(List.of()));
    }

    private static int[] inputs(Batch batch, int p) {
        return Arrays.copyOfRange(batch.input().slots(), batch.input().offsets()[p], batch.input().offsets()[p + 1]);
    }

    private static int[] targets(Batch batch, int p) {
        return Arrays.copyOfRange(batch.targets().slots(), batch.targets().offsets()[p],
                batch.targets().offsets()[p + 1]);
    }
}
