package tfree.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tfree.model.TensorScope;
import tfree.model.Tensors;

/** Value and gradient against the dense formula in double precision. */
class TokenLossTest {
    private static final int WIDTH = 12;
    private static final double SCALE = 7;

    @ParameterizedTest(name = "{0} positions × {1} tokens in blocks of {2} logits")
    @CsvSource({"1, 50, 800", "40, 50, 800", "47, 50, 800", "33, 2, 1", "64, 1000, 2097152"})
    void equalsTheDenseFormula(int positions, int tokens, int blockLogits) {
        Random random = new Random(positions * 31L + tokens);
        for (boolean withZeroWeights : new boolean[]{false, true}) {
            SlotTargets targets = targets(random, positions, tokens, withZeroWeights);
            float[] hidden = gaussian(random, positions * WIDTH, 2);
            float[] head = gaussian(random, tokens * WIDTH, 1);
            Dense dense = Dense.of(hidden, head, tokens, targets);
            TokenLoss loss = new TokenLoss(blockLogits);
            try (TensorScope _ = new TensorScope()) {
                Tensor h = matrix(hidden);
                Tensor w = matrix(head);
                Tensor sum = torch.zeros_like(w);
                assertEquals(dense.loss, loss.value(h, w, targets), 1e-6 * dense.loss);
                LossGradient once = loss.gradient(h, w, targets, SCALE, sum);
                assertEquals(dense.loss, once.loss(), 1e-6 * dense.loss);
                assertClose(dense.hiddenGradient, Tensors.floats(once.hidden()), 1);
                assertClose(dense.headGradient, Tensors.floats(sum), 1);

                loss.gradient(h, w, targets, SCALE, sum);
                assertClose(dense.headGradient, Tensors.floats(sum), 2);
            }
        }
    }

    @Test
    void staysFiniteForExtremeLogits() {
        SlotTargets targets = new SlotTargets(new int[]{1}, new int[]{0, 1}, new boolean[0], new float[]{1});
        float[] hidden = new float[WIDTH];
        hidden[0] = 1;
        float[] head = new float[3 * WIDTH];
        head[0] = 1e4f;
        head[WIDTH] = -1e4f;
        try (TensorScope _ = new TensorScope()) {
            Tensor w = matrix(head);
            Tensor sum = torch.zeros_like(w);
            assertEquals(2e4, new TokenLoss().gradient(matrix(hidden), w, targets, 1, sum).loss(), 1e-2);
            assertEquals(1, Tensors.floats(sum)[0], 1e-6);
            assertEquals(-1, Tensors.floats(sum)[WIDTH], 1e-6);
        }
    }

    @Test
    void measuresProbabilities() {
        SlotTargets targets = new SlotTargets(new int[]{0, 1}, new int[]{0, 1, 2}, new boolean[0], new float[]{1, 1});
        float[] head = new float[2 * WIDTH];
        head[0] = (float) Math.log(3);
        float[] hidden = new float[2 * WIDTH];
        hidden[0] = 1; // three to one; the second position is even
        try (TensorScope _ = new TensorScope()) {
            ActivationStatistics statistics = new TokenLoss().statistics(matrix(hidden), matrix(head), targets);
            assertEquals(0.5, statistics.meanActivation(), 1e-6);
            assertEquals(2, statistics.activeAbove()[0]);
            assertEquals(1.5, statistics.activeAbove()[3]);
            assertEquals(0.5, statistics.activeAbove()[7]);
            assertEquals(0, statistics.activeAbove()[8]);
        }
    }

    @Test
    void refusesWordsOfSeveralSlots() {
        SlotTargets targets = new SlotTargets(new int[]{0, 1}, new int[]{0, 2}, new boolean[0], new float[]{1});
        TokenLoss loss = new TokenLoss();
        try (TensorScope _ = new TensorScope()) {
            assertEquals("expected one target for each of 1 positions but was 2",
                    assertThrows(IllegalArgumentException.class,
                            () -> loss.value(matrix(new float[WIDTH]), matrix(new float[3 * WIDTH]), targets))
                            .getMessage());
        }
    }

    private static Tensor matrix(float[] values) {
        return Tensors.ofFloats(values, values.length / WIDTH, WIDTH);
    }

    private static SlotTargets targets(Random random, int positions, int tokens, boolean withZeroWeights) {
        float[] weights = new float[positions];
        for (int p = 0; p < positions; p++) {
            weights[p] = withZeroWeights ? random.nextInt(3) * 0.5f : 1;
        }
        return new SlotTargets(random.ints(positions, 0, tokens).toArray(),
                IntStream.rangeClosed(0, positions).toArray(), new boolean[0], weights);
    }

    private static float[] gaussian(Random random, int n, double std) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) (std * random.nextGaussian());
        }
        return values;
    }

    private static void assertClose(double[] expected, float[] actual, int times) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(times * expected[i], actual[i], 2e-6 * times * largest, "at " + i);
        }
    }

    /** log Σ exp(x) − x_target, averaged, and its derivatives, in doubles. */
    private record Dense(double loss, double[] hiddenGradient, double[] headGradient) {
        static Dense of(float[] hidden, float[] head, int tokens, SlotTargets targets) {
            double loss = 0;
            double[] hiddenGradient = new double[hidden.length];
            double[] headGradient = new double[head.length];
            for (int r = 0; r < targets.positions(); r++) {
                double[] x = new double[tokens];
                double sum = 0;
                for (int j = 0; j < tokens; j++) {
                    for (int k = 0; k < WIDTH; k++) {
                        x[j] += (double) hidden[r * WIDTH + k] * head[j * WIDTH + k];
                    }
                    sum += Math.exp(x[j]);
                }
                double weight = targets.weights()[r] / targets.positions();
                loss += weight * (Math.log(sum) - x[targets.slots()[r]]);
                for (int j = 0; j < tokens; j++) {
                    double g = SCALE * weight * (Math.exp(x[j]) / sum - (j == targets.slots()[r] ? 1 : 0));
                    for (int k = 0; k < WIDTH; k++) {
                        hiddenGradient[r * WIDTH + k] += g * head[j * WIDTH + k];
                        headGradient[j * WIDTH + k] += g * hidden[r * WIDTH + k];
                    }
                }
            }
            return new Dense(loss, hiddenGradient, headGradient);
        }
    }
}
