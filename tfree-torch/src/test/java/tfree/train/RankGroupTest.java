package tfree.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import tfree.model.TensorScope;
import tfree.model.Tensors;

@EnabledOnOs(OS.LINUX)
class RankGroupTest {

    @Test
    void sumsAndAsksOverAllRanks() throws IOException {
        List<List<Object>> seen = ThreadsAsRanks.run(3, group -> {
            double[] sums = group.sums(group.rank() + 0.5, 1e-3);
            return List.of(group.rank(), sums[0], sums[1], group.any(group.rank() == 2), group.any(false));
        });
        for (int rank = 0; rank < 3; rank++) {
            assertEquals(List.of(rank, 4.5, 3e-3, true, false), seen.get(rank));
        }
    }

    @Test
    void sharesSumsAndSendsTensors() throws IOException {
        List<List<float[]>> seen = ThreadsAsRanks.run(2, group -> {
            try (TensorScope _ = new TensorScope()) {
                Tensor sum = Tensors.ofFloats(new float[]{1 + group.rank(), 10}, 2);
                Tensor shared = Tensors.ofFloats(new float[]{group.rank()}, 1);
                Tensor sent = Tensors.ofFloats(new float[]{5 * group.rank()}, 1);
                Tensor onOne = Tensors.ofFloats(new float[]{3}, 1);
                List<RankGroup.Exchange> begun = List.of(group.sum(sum), group.share(1, shared), group.sumOn(0, onOne),
                        group.first() ? group.receive(1, sent) : group.send(0, sent));
                begun.forEach(RankGroup.Exchange::await);
                return List.of(Tensors.floats(sum), Tensors.floats(shared), Tensors.floats(sent),
                        Tensors.floats(onOne));
            }
        });
        for (List<float[]> rank : seen) {
            assertArrayEquals(new float[]{3, 20}, rank.get(0));
            assertArrayEquals(new float[]{1}, rank.get(1));
            assertArrayEquals(new float[]{5}, rank.get(2));
        }
        assertArrayEquals(new float[]{6}, seen.getFirst().get(3));
    }

    @Test
    void aProcessAloneSumsItself() {
        RankGroup alone = RankGroup.alone();
        assertArrayEquals(new double[]{2, 3}, alone.sums(2, 3));
        assertTrue(alone.first() && alone.any(true));
        assertFalse(alone.any(false));
        alone.requireSame("apples", 7);
        alone.meet();
    }

    @Test
    void saysOnEveryRankWhoDiffers() throws IOException {
        List<String> messages = ThreadsAsRanks.run(3, group -> String.valueOf(assertThrows(IllegalStateException.class,
                () -> group.requireSame("items; give all the same data", group.rank() == 1 ? 9 : 8)).getMessage()));
        for (String message : messages) {
            assertEquals("expected the same on all ranks but rank 0 has 8 and rank 1 9 items; give all the same data",
                    message);
        }
    }

    @Test
    void namesTheRanksThatDoNotCome() throws IOException {
        RankEnvironment lonely = ThreadsAsRanks.environment(0, 3, ThreadsAsRanks.freePort(), 2);
        String message = String
                .valueOf(assertThrows(IllegalStateException.class, () -> Rendezvous.join(lonely)).getMessage());
        assertEquals(
                "expected 3 ranks at 127.0.0.1:%d but after 2 s rank 1, 2 had not come; start it, or correct WORLD_SIZE"
                        .formatted(lonely.port()),
                message);
    }

    @Test
    void namesAMasterThatNobodyAnswersFor() throws IOException {
        int port = ThreadsAsRanks.freePort();
        RankEnvironment lost = ThreadsAsRanks.environment(1, 2, port, 1);
        assertEquals("MASTER_ADDR, MASTER_PORT: rank 1 of 2 could not reach 127.0.0.1:" + port
                + " in 1 s (Connection refused); is rank 0 running there, and may this host connect to it?",
                assertThrows(IllegalStateException.class, () -> Rendezvous.join(lost)).getMessage());
    }

    @Test
    void refusesARankThatIsThereTwiceAndAnotherWorldSize() throws IOException {
        int port = ThreadsAsRanks.freePort();
        String twice = whatFails(port, 0, 3, 1, 3, 1, 3);
        assertTrue(twice.startsWith("RANK: expected each rank once but 1 was started twice at 127.0.0.1:"), twice);
        String sizes = whatFails(ThreadsAsRanks.freePort(), 0, 2, 1, 3);
        assertTrue(sizes.startsWith("WORLD_SIZE: expected the same on all ranks but was "), sizes);
    }

    /** The first complaint about the configuration when these ranks, of these many, come together. */
    private static String whatFails(int port, int... ranksAndSizes) {
        List<CompletableFuture<RankGroup>> joining = new java.util.ArrayList<>();
        for (int i = 0; i < ranksAndSizes.length; i += 2) {
            RankEnvironment environment = ThreadsAsRanks.environment(ranksAndSizes[i], ranksAndSizes[i + 1], port, 3);
            joining.add(CompletableFuture.supplyAsync(() -> Rendezvous.join(environment)));
        }
        return joining.stream().map(joined -> String.valueOf(
                Objects.requireNonNull(assertThrows(CompletionException.class, joined::join).getCause()).getMessage()))
                .filter(message -> message.startsWith("RANK") || message.startsWith("WORLD_SIZE")).findFirst()
                .orElse("no complaint in " + Arrays.toString(ranksAndSizes));
    }
}
