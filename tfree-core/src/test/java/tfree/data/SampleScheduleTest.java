package tfree.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SampleScheduleTest {

    /** Two epochs of random shapes: every rank's stream by itself, and all of them together. */
    @Test
    void ranksShareEachEpochWithoutOverlapUpToTheTailAndResumeAnywhere() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 300; i++) {
            int ranks = 1 + random.nextInt(5);
            int microBatch = 1 + random.nextInt(4);
            int items = ranks * microBatch + random.nextInt(60);
            SampleSchedule[] schedules = new SampleSchedule[ranks];
            for (int rank = 0; rank < ranks; rank++) {
                schedules[rank] = new SampleSchedule(items, 7, ranks, rank, microBatch);
            }
            long consumed = 0;
            for (long epoch = 0; epoch < 2; epoch++) {
                consumed = checkEpoch(schedules, epoch, consumed, "seed " + seed);
            }
            checkResume(schedules[random.nextInt(ranks)], "seed " + seed);
        }
    }

    /** @return how many samples are consumed at the epoch's end */
    private static long checkEpoch(SampleSchedule[] schedules, long epoch, long from, String message) {
        SampleSchedule first = schedules[0];
        long tail = first.items() % ((long) schedules.length * first.microBatch());
        BitSet seen = new BitSet();
        long consumed = from;
        try (SampleOrder order = first.order(epoch)) {
            while (consumed < from + first.items() - tail) {
                long after = -1;
                for (SampleSchedule schedule : schedules) {
                    SampleSchedule.Batch batch = schedule.next(consumed);
                    assertEquals(epoch, batch.epoch(), message);
                    assertTrue(after < 0 || after == batch.consumedAfter(), message);
                    after = batch.consumedAfter();
                    for (long position : batch.positions()) {
                        assertEquals(schedule.rank(), position % schedules.length, message);
                        int item = (int) order.item(position);
                        assertTrue(!seen.get(item), message);
                        seen.set(item);
                    }
                }
                consumed = after;
            }
            // What is missing is the order's tail.
            assertEquals(first.items() - tail, seen.cardinality(), message);
            for (long position = first.items() - tail; position < first.items(); position++) {
                assertTrue(!seen.get((int) order.item(position)), message);
            }
        }
        return consumed;
    }

    /** From every number of samples that a run may have consumed it goes on as the uninterrupted run does. */
    private static void checkResume(SampleSchedule schedule, String message) {
        List<SampleSchedule.Batch> stream = new ArrayList<>();
        long[] starts = new long[20];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = i == 0 ? 0 : stream.getLast().consumedAfter();
            stream.add(schedule.next(starts[i]));
        }
        SampleSchedule resumed = new SampleSchedule(schedule.items(), schedule.seed(), schedule.ranks(),
                schedule.rank(), schedule.microBatch());
        for (int i = 0; i < starts.length; i++) {
            SampleSchedule.Batch batch = resumed.next(starts[i]);
            assertEquals(stream.get(i).epoch(), batch.epoch(), message);
            assertEquals(stream.get(i).consumedAfter(), batch.consumedAfter(), message);
            assertArrayEquals(stream.get(i).positions(), batch.positions(), message);
        }
        assertEquals(starts.length, Arrays.stream(starts).distinct().count(), message);
    }

    @Test
    void everyEpochHasAnOrderOfItsOwn() {
        SampleSchedule schedule = new SampleSchedule(100, 3, 1, 0, 1);
        try (SampleOrder zero = schedule.order(0);
                SampleOrder one = schedule.order(1);
                SampleOrder again = new SampleOrder(100, 4)) {
            assertTrue(LongStream.range(0, 100).anyMatch(p -> zero.item(p) != one.item(p)));
            assertTrue(LongStream.range(0, 100).allMatch(p -> again.item(p) == one.item(p)));
        }
    }
}
