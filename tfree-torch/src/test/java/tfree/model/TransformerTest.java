package tfree.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class TransformerTest {

    @Test
    void showsADocumentNothingOfTheOthers() {
        int[][] packings = {{7}, {5, 5, 5}, {1, 1, 1, 1}, {9, 3, 16, 4, 1, 1, 2, 30, 17}, {1, 64, 63, 33, 32, 31, 5}};
        try (Transformer transformer = Transformer.initialised(RandomText.config(), 1)) {
            for (int[] lengths : packings) {
                ModelInput together = RandomText.documents(lengths.length, lengths);
                Run packed = Run.of(transformer, List.of(together));
                List<ModelInput> alone = new ArrayList<>();
                int from = 0;
                for (int length : lengths) {
                    alone.add(RandomText.cut(together, from, from += length));
                }
                Run separate = Run.of(transformer, alone);
                assertArrayEquals(separate.hidden, packed.hidden, 2e-6f, Arrays.toString(lengths));
                float largest = separate.largestGradient();
                separate.gradients.forEach((name, gradient) -> assertArrayEquals(gradient,
                        packed.gradients.get(name), 5e-6f * largest, name + Arrays.toString(lengths)));
            }
        }
    }

    @Test
    void givesTheSameBitsEveryTime() {
        try (Transformer transformer = Transformer.initialised(RandomText.config(), 1)) {
            List<ModelInput> input = List.of(RandomText.documents(3, 9, 3, 16, 4, 1, 100, 63));
            Run first = Run.of(transformer, input);
            for (int i = 0; i < 3; i++) {
                Run again = Run.of(transformer, input);
                assertArrayEquals(first.hidden, again.hidden);
                first.gradients.forEach((name, gradient) -> assertArrayEquals(gradient, again.gradients.get(name)));
            }
        }
    }

    @Test
    void continuesACacheAsIfTheTextWereReadAtOnce() {
        ModelInput text = RandomText.documents(4, 300);
        try (Transformer transformer = Transformer.initialised(RandomText.config(), 1);
                KvCache atOnce = new KvCache(transformer.config());
                KvCache inParts = new KvCache(transformer.config())) {
            float[][] expected = transformer.nextAfterEach(text, atOnce);
            assertEquals(300, atOnce.length());
            int[] borders = {0, 1, 20, 21, 22, 250, 260, 261, 299, 300};
            for (int i = 1; i < borders.length; i++) {
                float[] logits = transformer.next(RandomText.cut(text, borders[i - 1], borders[i]), inParts);
                assertArrayEquals(expected[borders[i] - 1], logits, 2e-6f, "after word " + borders[i]);
            }
            inParts.truncate(100);
            float[][] again = transformer.nextAfterEach(RandomText.cut(text, 100, 130), inParts);
            for (int i = 0; i < 30; i++) {
                assertArrayEquals(expected[100 + i], again[i], 2e-6f, "after word " + i + " behind the cut");
            }
            assertThrows(IllegalArgumentException.class, () -> inParts.truncate(131));
        }
    }

    @Test
    void readsDocumentsTogetherAsIfEachWereAlone() {
        int[] lengths = {3, 1, 257, 40, 256, 600, 300};
        int[] read = {0, 0, 256, 39, 255, 511, 298}; // words that stand in the cache before: one, some or all are new
        ModelInput all = RandomText.documents(7, lengths);
        try (Transformer transformer = Transformer.initialised(RandomText.config(), 1)) {
            List<ModelInput> rest = new ArrayList<>();
            List<KvCache> caches = new ArrayList<>();
            List<float[]> expected = new ArrayList<>();
            int from = 0;
            for (int d = 0; d < lengths.length; d++) {
                ModelInput document = RandomText.cut(all, from, from += lengths[d]);
                try (KvCache alone = new KvCache(transformer.config())) {
                    expected.add(transformer.next(document, alone));
                }
                KvCache cache = new KvCache(transformer.config());
                if (read[d] > 0) {
                    transformer.next(RandomText.cut(document, 0, read[d]), cache);
                }
                caches.add(cache);
                rest.add(RandomText.cut(document, read[d], lengths[d]));
            }
            ModelInput together = RandomText.together(rest);
            int[] last = new int[lengths.length];
            for (int d = 0; d < last.length; d++) {
                last[d] = (d + 1 < last.length ? together.documentStarts()[d + 1] : together.positions()) - 1;
            }
            float[][] logits = transformer.next(together, caches, last);
            for (int d = 0; d < last.length; d++) {
                assertArrayEquals(expected.get(d), logits[d], 2e-6f, "document " + d);
                assertEquals(lengths[d], caches.get(d).length());
                caches.get(d).close();
            }
        }
    }

    @Test
    void forksOfACacheGoTheirOwnWays() {
        ModelInput text = RandomText.documents(4, 520);
        ModelInput other = RandomText.documents(9, 530);
        try (Transformer transformer = Transformer.initialised(RandomText.config(), 1);
                KvCache first = new KvCache(transformer.config())) {
            float[][] expected = transformer.nextAfterEach(text, first);
            for (int words : new int[]{0, 1, 255, 256, 257, 400, 512, 519, 520}) {
                try (KvCache fork = first.fork(words); KvCache twin = fork.fork(words)) {
                    transformer.next(RandomText.cut(other, words, words + 3), twin);
                    for (int at = words; at < Math.min(520, words + 3); at++) {
                        assertArrayEquals(expected[at], transformer.next(RandomText.cut(text, at, at + 1), fork),
                                2e-6f, words + " words, then word " + at);
                    }
                }
            }
            first.truncate(300);
            assertArrayEquals(expected[300], transformer.next(RandomText.cut(text, 300, 301), first), 2e-6f);
            assertThrows(IllegalArgumentException.class, () -> first.fork(302));
        }
    }

    @Test
    void loadsSavedParametersOfAnotherType() {
        ModelInput text = RandomText.documents(4, 12);
        try (Transformer one = Transformer.initialised(RandomText.config(), 1);
                Transformer other = Transformer.initialised(RandomText.config(), 2);
                KvCache cache = new KvCache(one.config());
                KvCache otherCache = new KvCache(one.config());
                TensorScope _ = new TensorScope()) {
            Map<String, Tensor> saved = new LinkedHashMap<>();
            one.parameters().forEach((name, parameter) -> saved.put(name, parameter.to(ScalarType.Double)));
            other.load(saved);
            assertArrayEquals(one.next(text, cache), other.next(text, otherCache));
            assertEquals("expected float32 but was Double at parameter transformer.embeddings.embedding.weight; "
                    + "load a copy into an initialised transformer",
                    refusal(() -> new Transformer(RandomText.config(), saved)));
        }
    }

    @Test
    void saysWhatDoesNotFit() {
        try (Transformer transformer = Transformer.initialised(RandomText.config(), 1);
                KvCache cache = new KvCache(transformer.config())) {
            assertEquals("expected positions below the model's sequence_length 600 but was 600; use a shorter text",
                    refusal(() -> transformer.next(RandomText.documents(1, 601), cache)));
            assertEquals("expected one document to continue the cache with but was 2",
                    refusal(() -> transformer.next(RandomText.documents(1, 2, 2), cache)));
            ModelInput foreign = ModelInput.document(new int[]{5, 97}, new int[]{0, 2}, new int[]{1}, 0);
            assertEquals("expected slots below the model's vocab_size 97 but was 97; "
                    + "encode the text with the model's tokenizer configuration",
                    refusal(() -> transformer.next(foreign, cache)));
            assertEquals(0, cache.length());
            assertEquals("expected the position 0, which follows the cache's words, but was 3 at document 0",
                    refusal(() -> transformer.next(RandomText.cut(RandomText.documents(1, 5), 3, 5), cache)));

            Map<String, Tensor> parameters = new LinkedHashMap<>(transformer.parameters());
            parameters.remove("lm_head.weight");
            assertEquals("expected a parameter lm_head.weight of shape [97, 16] but there is none; "
                    + "does the architecture fit the checkpoint?",
                    refusal(() -> new Transformer(RandomText.config(), parameters)));
            parameters.put("lm_head.weight", Objects.requireNonNull(parameters.get("transformer.norm.weight")));
            assertEquals("expected shape [97, 16] but was [16] at parameter lm_head.weight; "
                    + "does the architecture fit the checkpoint?",
                    refusal(() -> new Transformer(RandomText.config(), parameters)));
        }
    }

    private static String refusal(Executable call) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, call).getMessage());
    }

    /** Hidden states of some inputs, and the gradients of their weighted sum. */
    private record Run(float[] hidden, Map<String, float[]> gradients) {
        float largestGradient() {
            float largest = 0;
            for (float[] gradient : gradients.values()) {
                for (float value : gradient) {
                    largest = Math.max(largest, Math.abs(value));
                }
            }
            return largest;
        }

        static Run of(Transformer transformer, List<ModelInput> inputs) {
            try (TensorScope _ = new TensorScope(); Gradients sum = new Gradients(transformer.config())) {
                List<Float> all = new ArrayList<>();
                for (ModelInput input : inputs) {
                    HiddenStates hidden = transformer.forward(input, false);
                    for (float value : Tensors.floats(hidden.tensor())) {
                        all.add(value);
                    }
                    hidden.backward(hidden.tensor().cos(), sum);
                }
                Map<String, float[]> gradients = new LinkedHashMap<>();
                sum.byName().forEach((name, gradient) -> gradients.put(name, Tensors.floats(gradient)));
                float[] hidden = new float[all.size()];
                for (int i = 0; i < hidden.length; i++) {
                    hidden[i] = all.get(i);
                }
                return new Run(hidden, gradients);
            }
        }
    }
}
