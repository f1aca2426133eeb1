package tfree.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tfree.golden.Golden;
import tools.jackson.databind.JsonNode;

/** Orders against NumPy's and batches against the original's sampler. */
class SampleOrderGoldenTest {

    @Test
    void theFirstRandomNumbersAgree() {
        for (JsonNode golden : Golden.json("H_order/mt19937_shuffle.json")) {
            MersenneTwister random = new MersenneTwister((int) golden.get("seed").asLong());
            for (JsonNode output : golden.get("first_8_uint32_outputs")) {
                assertEquals(output.asLong(), Integer.toUnsignedLong(random.nextInt()));
            }
        }
    }

    @Test
    void shufflesAgree() throws Exception {
        int shuffles = 0;
        for (JsonNode golden : Golden.json("H_order/mt19937_shuffle.json")) {
            for (JsonNode shuffle : golden.get("shuffles")) {
                long[] head = longs(shuffle.get("head"));
                long[] all;
                try (SampleOrder order = new SampleOrder(shuffle.get("n").asLong(), golden.get("seed").asLong())) {
                    all = items(order, order.size());
                }
                assertArrayEquals(head, Arrays.copyOf(all, head.length));
                ByteBuffer bytes = ByteBuffer.allocate(8 * all.length).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asLongBuffer().put(all);
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
                assertEquals(shuffle.get("sha256_int64_le").asString(), HexFormat.of().formatHex(digest));
                shuffles++;
            }
        }
        assertEquals(32, shuffles);
    }

    @Test
    void everyRankSeesTheBatchesOfTheOriginalInEveryEpochAndAfterAResume() {
        for (JsonNode golden : Golden.jsonLines("H_order/sampler.jsonl")) {
            long items = Arrays.stream(longs(golden.get("storage_sizes"))).sum();
            int ranks = golden.get("world_size").asInt();
            int microBatch = golden.get("micro_batch_size").asInt();
            long seed = golden.get("seed").asLong();
            int rank = golden.get("rank").asInt();
            if (golden.has("error")) {
                assertThrows(IllegalArgumentException.class,
                        () -> new SampleSchedule(items, seed, ranks, rank, microBatch));
                continue;
            }
            SampleSchedule schedule = new SampleSchedule(items, seed, ranks, rank, microBatch);
            assertEquals(golden.get("usable_total_samples").asLong(), schedule.samplesPerEpoch());
            long consumed = golden.get("consumed_samples").asLong();
            for (JsonNode epoch : golden.get("epochs")) {
                try (SampleOrder order = schedule.order(epoch.get("dataset_seed").asLong() - seed)) {
                    assertArrayEquals(longs(epoch.get("random_index")), items(order, items));
                    for (int b = 0; b < epoch.get("batches_positions").size(); b++) {
                        SampleSchedule.Batch batch = schedule.next(consumed);
                        assertEquals(epoch.get("dataset_seed").asLong(), seed + batch.epoch());
                        assertArrayEquals(longs(epoch.get("batches_positions").get(b)), batch.positions());
                        assertArrayEquals(longs(epoch.get("batches_samples").get(b)),
                                LongStream.of(batch.positions()).map(order::item).toArray());
                        consumed = batch.consumedAfter();
                    }
                }
                assertEquals(epoch.get("consumed_after").asLong(), consumed);
            }
        }
    }

    @Test
    void goesOnWithTheNextEpochWhereABatchOfAnotherSizeNoLongerFits() {
        SampleSchedule schedule = new SampleSchedule(10, 1, 1, 0, 4);
        assertEquals(8, schedule.samplesPerEpoch());
        SampleSchedule.Batch batch = schedule.next(6);
        assertEquals(1, batch.epoch());
        assertArrayEquals(new long[]{0, 1, 2, 3}, batch.positions());
        assertEquals(12, batch.consumedAfter());
    }

    @Test
    void refusesWhatNumPyCouldNotShuffle() {
        assertThrows(IllegalArgumentException.class, () -> new SampleOrder(3, -1));
        assertThrows(IllegalArgumentException.class, () -> new SampleOrder(3, 1L << 32));
        assertThrows(IllegalArgumentException.class, () -> new SampleOrder(-1, 0));
        try (SampleOrder none = new SampleOrder(0, 0); SampleOrder three = new SampleOrder(3, 0)) {
            assertEquals(0, none.size());
            assertThrows(IndexOutOfBoundsException.class, () -> three.item(3));
        }
    }

    private static long[] items(SampleOrder order, long count) {
        return LongStream.range(0, count).map(order::item).toArray();
    }

    private static long[] longs(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).mapToLong(JsonNode::asLong).toArray();
    }
}
