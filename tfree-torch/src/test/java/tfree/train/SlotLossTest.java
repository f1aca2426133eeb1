package tfree.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tfree.model.TensorScope;
import tfree.model.Tensors;

/** Value and gradient against the dense formula in double precision. */
class SlotLossTest {
    private static final int WIDTH = 12;
    private static final double SCALE = 100;

    @ParameterizedTest(name = "{0} positions × {1} slots in tiles of {2} × {3}, p {4}, edge weight {5}")
    @CsvSource({"1, 50, 16, 50, 1, 1", "40, 50, 16, 25, 300, 1", "47, 50, 16, 17, 300, 0.5", "48, 50, 16, 16, 100, 2",
            "33, 7, 1, 1, 300, 0", "64, 1000, 512, 512, 300, 1.5", "5, 50, 512, 512, 300, 1"})
    void equalsTheDenseFormula(int positions, int slots, int rows, int tile, double positiveWeight,
            double edgeWeight) {
        Random random = new Random(positions * 31L + slots);
        for (boolean withZeroWeights : new boolean[]{false, true}) {
            SlotTargets targets = targets(random, positions, slots, withZeroWeights);
            float[] hidden = gaussian(random, positions * WIDTH, 2);
            float[] head = gaussian(random, slots * WIDTH, 1);
            Dense dense = Dense.of(hidden, head, slots, targets, positiveWeight, edgeWeight);
            SlotLoss loss = new SlotLoss(positiveWeight, edgeWeight, rows, tile);
            try (TensorScope _ = new TensorScope()) {
                Tensor h = matrix(hidden);
                Tensor w = matrix(head);
                Tensor sum = torch.zeros_like(w);
                assertEquals(dense.loss, loss.value(h, w, targets), 1e-6 * dense.loss);
                LossGradient once = loss.gradient(h, w, targets, SCALE, sum);
                assertEquals(dense.loss, once.loss(), 1e-6 * dense.loss);
                assertClose(dense.hiddenGradient, Tensors.floats(once.hidden()));
                assertClose(dense.headGradient, Tensors.floats(sum));

                assertClose(dense.hiddenGradient, Tensors.floats(loss.gradient(h, w, targets, SCALE, sum).hidden()));
                assertClose(twice(dense.headGradient), Tensors.floats(sum));
            }
        }
    }

    @Test
    void givesTheSameBitsEveryTime() {
        Random random = new Random(5);
        SlotTargets targets = targets(random, 700, 3000, true);
        float[] hidden = gaussian(random, 700 * WIDTH, 1);
        float[] head = gaussian(random, 3000 * WIDTH, 1);
        float[] first = headGradient(hidden, head, targets);
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(first, headGradient(hidden, head, targets));
        }
    }

    @Test
    void staysFiniteForExtremeLogits() {
        SlotTargets targets = new SlotTargets(new int[]{0, 1}, new int[]{0, 2}, new boolean[0], new float[]{1});
        float[] hidden = new float[WIDTH];
        hidden[0] = 1;
        float[] head = new float[3 * WIDTH];
        head[0] = 1e4f;
        head[WIDTH] = -1e4f;
        head[2 * WIDTH] = 1e4f;
        try (TensorScope _ = new TensorScope()) {
            Tensor w = matrix(head);
            Tensor sum = torch.zeros_like(w);
            LossGradient gradient = new SlotLoss(300, 1).gradient(matrix(hidden), w, targets, 1, sum);
            assertEquals((300 * 1e4 + 1e4) / 3, gradient.loss(), 1);
            assertEquals(-100, Tensors.floats(sum)[WIDTH], 1e-4);
        }
    }

    @Test
    void refusesTargetsThatDoNotFit() {
        SlotLoss loss = new SlotLoss(300, 1);
        try (TensorScope _ = new TensorScope()) {
            SlotTargets targets = new SlotTargets(new int[]{3}, new int[]{0, 1}, new boolean[0], new float[]{1});
            Tensor head = matrix(new float[3 * WIDTH]);
            String slot = String.valueOf(assertThrows(IllegalArgumentException.class,
                    () -> loss.value(matrix(new float[WIDTH]), head, targets)).getMessage());
            assertEquals("expected target slots below the head's 3 but was 3", slot);
            assertThrows(IllegalArgumentException.class,
                    () -> loss.value(matrix(new float[2 * WIDTH]), head, targets));
        }
        String twice = String.valueOf(assertThrows(IllegalArgumentException.class,
                () -> new SlotTargets(new int[]{4, 4}, new int[]{0, 2}, new boolean[0], new float[]{1})).getMessage());
        assertTrue(twice.contains("rise strictly"), twice);
    }

    private static float[] headGradient(float[] hidden, float[] head, SlotTargets targets) {
        try (TensorScope _ = new TensorScope()) {
            Tensor w = matrix(head);
            Tensor sum = torch.zeros_like(w);
            new SlotLoss(300, 1).gradient(matrix(hidden), w, targets, SCALE, sum);
            return Tensors.floats(sum);
        }
    }

    private static Tensor matrix(float[] values) {
        return Tensors.ofFloats(values, values.length / WIDTH, WIDTH);
    }

    private static SlotTargets targets(Random random, int positions, int slots, boolean withZeroWeights) {
        int[] offsets = new int[positions + 1];
        int[] all = new int[positions * slots];
        float[] weights = new float[positions];
        int count = 0;
        for (int p = 0; p < positions; p++) {
            boolean padding = withZeroWeights && random.nextInt(3) == 0;
            TreeSet<Integer> set = new TreeSet<>();
            for (int i = random.nextInt(Math.min(slots, 60)); !padding && i >= 0; i--) {
                set.add(random.nextInt(slots));
            }
            for (int slot : set) {
                all[count++] = slot;
            }
            offsets[p + 1] = count;
            weights[p] = padding ? 0 : withZeroWeights ? random.nextInt(3) * 0.5f : 1;
        }
        boolean[] edges = new boolean[count];
        for (int i = 0; i < count; i++) {
            edges[i] = random.nextBoolean();
        }
        return new SlotTargets(Arrays.copyOf(all, count), offsets, edges, weights);
    }

    private static float[] gaussian(Random random, int n, double std) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) (std * random.nextGaussian());
        }
        return values;
    }

    private static double[] twice(double[] values) {
        return Arrays.stream(values).map(d -> 2 * d).toArray();
    }

    private static void assertClose(double[] expected, float[] actual) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], 2e-6 * largest, "at " + i);
        }
    }

    /** The formula as it stands in the paper, all positions × v terms, in doubles. */
    private record Dense(double loss, double[] hiddenGradient, double[] headGradient) {
        static Dense of(float[] hidden, float[] head, int slots, SlotTargets targets, double p, double edgeWeight) {
            double loss = 0;
            double[] hiddenGradient = new double[hidden.length];
            double[] headGradient = new double[head.length];
            double terms = (double) targets.positions() * slots;
            for (int r = 0; r < targets.positions(); r++) {
                double[] positive = new double[slots];
                for (int i = targets.offsets()[r]; i < targets.offsets()[r + 1]; i++) {
                    positive[targets.slots()[i]] = targets.edges()[i] ? edgeWeight * p : p;
                }
                boolean[] isTarget = new boolean[slots];
                for (int i = targets.offsets()[r]; i < targets.offsets()[r + 1]; i++) {
                    isTarget[targets.slots()[i]] = true;
                }
                for (int j = 0; j < slots; j++) {
                    double x = 0;
                    for (int k = 0; k < WIDTH; k++) {
                        x += (double) hidden[r * WIDTH + k] * head[j * WIDTH + k];
                    }
                    double weight = targets.weights()[r] / terms;
                    double sigmoid = 1 / (1 + Math.exp(-x));
                    loss += weight * (isTarget[j] ? -positive[j] * Math.log(sigmoid) : Math.log1p(Math.exp(x)));
                    double g = SCALE * weight * (isTarget[j] ? -positive[j] * (1 - sigmoid) : sigmoid);
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
