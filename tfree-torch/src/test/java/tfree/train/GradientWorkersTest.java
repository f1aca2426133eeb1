package tfree.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tfree.model.ArchitectureConfig;
import tfree.model.ArchitectureConfig.Aggregation;
import tfree.model.ArchitectureConfig.Init;
import tfree.model.ArchitectureConfig.MlpType;
import tfree.model.ArchitectureConfig.Norm;
import tfree.model.ArchitectureConfig.Precision;
import tfree.model.Gradients;
import tfree.model.HiddenStates;
import tfree.model.ModelInput;
import tfree.model.NativeEngine;
import tfree.model.TensorScope;
import tfree.model.Tensors;
import tfree.model.Transformer;

class GradientWorkersTest {
    private static final ArchitectureConfig CONFIG = new ArchitectureConfig(true, false, Aggregation.SUM, Norm.RMS,
            MlpType.SWIGLU, Init.PYTHIA, false, Samples.SLOTS, 32, 2, 4, 10000, 64, 2.5, Precision.FLOAT32, 1e-5, 1);
    private static final List<Batch> BATCHES = List.of(
            Batch.of(List.of(Samples.pack(60, "a b c d e f g h i", "j k l m", "n o p q r s t u v w x y z"),
                    Samples.pack(40, "once upon a time there was a king"))),
            Batch.of(List.of(Samples.pack(50, "one two three four", "five six seven"))));

    /** A small model, always the same. */
    static Transformer transformer() {
        return Transformer.initialised(CONFIG, 1);
    }

    @Test
    void findsTheSameGradientsOnAnyNumberOfThreads() {
        try (Transformer transformer = transformer()) {
            Sum alone = plain(transformer);
            for (int threads = 1; threads <= 5; threads++) {
                Sum together = withWorkers(transformer, threads);
                assertEquals(alone.loss, together.loss, 1e-6 * alone.loss, threads + " threads");
                for (Map.Entry<String, float[]> gradient : alone.gradients.entrySet()) {
                    float[] expected = gradient.getValue();
                    float largest = 0;
                    for (float value : expected) {
                        largest = Math.max(largest, Math.abs(value));
                    }
                    assertArrayEquals(expected, together.gradients.get(gradient.getKey()), 1e-5f * largest,
                            gradient.getKey() + " on " + threads + " threads");
                }
            }
        }
    }

    @Test
    void givesTheSameBitsEveryTime() {
        try (Transformer transformer = transformer()) {
            Sum first = withWorkers(transformer, 3);
            for (int i = 0; i < 5; i++) {
                Sum again = withWorkers(transformer, 3);
                assertEquals(first.loss, again.loss);
                first.gradients.forEach((name, values) -> assertArrayEquals(values, again.gradients.get(name), name));
            }
        }
    }

    @Test
    void handsAWorkersComplaintToTheCaller() {
        Batch foreign = new Batch(ModelInput.document(new int[]{Samples.SLOTS}, new int[]{0, 1}, new int[]{1}, 0),
                new SlotTargets(new int[]{1}, new int[]{0, 1}, new boolean[0], new float[]{1}));
        try (Transformer transformer = transformer();
                GradientWorkers workers = new GradientWorkers(transformer, () -> new SlotLoss(300, 1), 2)) {
            assertEquals("expected slots below the model's vocab_size 500 but was 500; "
                    + "encode the text with the model's tokenizer configuration",
                    assertThrows(IllegalArgumentException.class, () -> workers.loss(foreign)).getMessage());
        }
    }

    @Test
    void leavesOtherThreadsTheirCores() {
        int before = NativeEngine.threads();
        try (Transformer transformer = transformer();
                GradientWorkers workers = new GradientWorkers(transformer, () -> new SlotLoss(300, 1), 3)) {
            workers.loss(BATCHES.getFirst());
            assertEquals(before, NativeEngine.threads());
        }
    }

    private record Sum(double loss, Map<String, float[]> gradients) {}

    private static Sum plain(Transformer transformer) {
        SlotLoss loss = new SlotLoss(300, 1);
        try (TensorScope _ = new TensorScope(); Gradients gradients = new Gradients(CONFIG)) {
            double sum = 0;
            for (Batch batch : BATCHES) {
                HiddenStates hidden = transformer.forward(batch.input(), false);
                LossGradient gradient = loss.gradient(hidden.tensor(), transformer.head(), batch.targets(), 10,
                        gradients.ofHead());
                hidden.backward(gradient.hidden(), gradients);
                sum += gradient.loss();
            }
            return new Sum(sum, floats(gradients));
        }
    }

    private static Sum withWorkers(Transformer transformer, int threads) {
        try (GradientWorkers workers = new GradientWorkers(transformer, () -> new SlotLoss(300, 1), threads)) {
            double sum = 0;
            double values = 0;
            for (Batch batch : BATCHES) {
                sum += workers.addGradients(batch, 10);
                values += workers.loss(batch);
            }
            assertEquals(values, sum, 1e-6 * sum);
            return new Sum(sum, floats(workers.gradients()));
        }
    }

    private static Map<String, float[]> floats(Gradients gradients) {
        Map<String, float[]> values = new LinkedHashMap<>();
        gradients.byName().forEach((name, gradient) -> values.put(name, Tensors.floats(gradient)));
        return values;
    }
}
