package tfree.checkpoint;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.dictionary.WordList;
import tfree.file.CorruptFileException;
import tfree.golden.Golden;
import tfree.golden.NpyArray;
import tfree.model.TensorScope;
import tfree.model.Tensors;
import tfree.pickle.CounterPickle;
import tools.jackson.databind.JsonNode;

/** The original's checkpoints. */
class TorchFileGoldenTest {
    private static final String TRAINED = "F_transformer/trainer_checkpoint/";
    private static final String ITERATION = TRAINED + "000000000004/";
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);

    @TempDir
    private Path folder;

    @Test
    void readsAStateDict() throws IOException {
        try (TorchFile file = open(ITERATION + "transformer/transformer.pt"); TensorScope _ = new TensorScope()) {
            Map<String, NpyArray> expected = Golden.npz(TRAINED + "transformer_state_dict.npz");
            Map<String, StoredTensor> actual = file.stateDict();
            assertEquals(expected.keySet(), actual.keySet());
            expected.forEach((name, array) -> {
                StoredTensor tensor = Objects.requireNonNull(actual.get(name));
                assertEquals(Arrays.stream(array.shape()).mapToObj(Long::valueOf).toList(), tensor.sizes(), name);
                assertArrayEquals(array.floats(), Tensors.floats(tensor.view()), name);
            });
        }
    }

    @Test
    void readsAnOptimizersState() throws IOException {
        JsonNode facts = Golden.json(TRAINED + "checkpoint_facts.json");
        try (TorchFile file = open(ITERATION + "optimizer/optimizer_state_layer_0.pt");
                TensorScope _ = new TensorScope()) {
            Map<?, ?> state = dict(file.value());
            List<String> keys = new ArrayList<>();
            facts.get("keys").forEach(key -> keys.add(key.asString()));
            assertEquals(keys, List.copyOf(state.keySet()));
            assertEquals(facts.get("step_index").asInt(), state.get("step_index"));
            assertEquals(facts.get("loss_scaler").get("current_scale").asDouble(),
                    dict(state.get("loss_scaler")).get("current_scale"));
            Map<?, ?> group = dict(((List<?>) Objects.requireNonNull(state.get("optimizer_param_groups"))).getFirst());
            JsonNode expectedGroup = facts.get("optimizer_param_groups").get(0);
            assertEquals(expectedGroup.get("lr").asDouble(), group.get("lr"));
            assertArrayEquals(new Object[]{0.9, 0.95}, (Object[]) group.get("betas"));
            assertNull(group.get("foreach"));
            Map<?, ?> parameters = dict(state.get("parameters"));
            assertEquals(facts.get("parameters").size(), parameters.size());
            facts.get("parameters").properties().forEach(expected -> {
                Map<?, ?> actual = dict(parameters.get(expected.getKey()));
                assertParameter(expected.getValue(), actual, expected.getKey());
            });
        }
    }

    private static void assertParameter(JsonNode expected, Map<?, ?> actual, String name) {
        StoredTensor parameter = assertInstanceOf(StoredTensor.class, actual.get("parameter"));
        assertTrue(parameter.requiresGrad());
        List<Long> shape = new ArrayList<>();
        expected.get("meta").get("local_shape").forEach(size -> shape.add(size.asLong()));
        assertEquals(shape, parameter.sizes(), name);
        assertEquals(expected.get("meta").get("parameter_name").asString(),
                dict(actual.get("meta")).get("parameter_name"));
        Map<?, ?> moments = dict(actual.get("optimizer_state"));
        StoredTensor step = assertInstanceOf(StoredTensor.class, moments.get("step"));
        StoredTensor first = assertInstanceOf(StoredTensor.class, moments.get("exp_avg"));
        StoredTensor second = assertInstanceOf(StoredTensor.class, moments.get("exp_avg_sq"));
        assertFalse(first.requiresGrad());
        assertEquals(List.of(), step.sizes());
        assertEquals(expected.get("step").asDouble(), Tensors.floats(step.view())[0]);
        assertClose(expected.get("parameter_l2").asDouble(), Math.sqrt(sumOfSquares(parameter)), name);
        assertClose(expected.get("exp_avg_l2").asDouble(), Math.sqrt(sumOfSquares(first)), name);
        double sum = 0;
        for (float value : Tensors.floats(second.view())) {
            sum += value;
        }
        assertClose(expected.get("exp_avg_sq_sum").asDouble(), sum, name);
    }

    @Test
    void readsRandomStatesThroughNumPy() throws IOException {
        try (TorchFile file = open(ITERATION + "context/context_global_rank_0.pt")) {
            Map<?, ?> context = dict(file.value());
            assertEquals(4, context.get("iterations"));
            assertEquals(16, context.get("consumed_samples"));
            assertEquals(1, context.values().stream().filter(StoredTensor.class::isInstance).count());
            NumpyArray state = (NumpyArray) context.values().stream().filter(Object[].class::isInstance)
                    .flatMap(value -> Arrays.stream((Object[]) value)).filter(NumpyArray.class::isInstance).findFirst()
                    .orElseThrow();
            assertEquals("<u4", state.type());
            assertEquals(List.of(624L), state.shape());
            assertEquals(4 * 624, state.bytes().length);
        }
    }

    @Test
    void readsTheCounterOfTargetWords() throws IOException {
        JsonNode expected = Golden.json(TRAINED + "words_target_rank_0.json");
        try (TorchFile file = open(ITERATION + "words_target/words_target_rank_0.pt")) {
            WordList words = WordList.ranked(CounterPickle.counts(file.value(), "file"));
            assertEquals(expected.size(), words.size());
            for (int i = 0; i < words.size(); i++) {
                assertEquals(expected.get(i).get(0).asString(), words.word(i));
                assertEquals(expected.get(i).get(1).asLong(), words.count(i));
            }
        }
    }

    @Test
    void readsATokenizersTableAndDictionary() throws Exception {
        JsonNode expected = Golden.json("G_generate/tokenizer_pt_words.json");
        try (TorchFile file = open("G_generate/checkpoint/tokenizer/tokenizer.pt")) {
            Map<?, ?> tokenizer = dict(file.value());
            List<?> words = (List<?>) Objects.requireNonNull(tokenizer.get("words"));
            List<String> expectedWords = new ArrayList<>();
            expected.get("words").forEach(word -> expectedWords.add(word.asString()));
            assertEquals(expectedWords, words);
            assertEquals(expected.get("word_counter_full_size").asInt(),
                    dict(tokenizer.get("word_counter_full")).size());
            for (String name : List.of("word_counts", "word_trigram_counts", "words_to_weights_token_indices",
                    "words_to_weights_token_indices_edges", "words_to_weights_word_indices",
                    "words_to_weights_word_indices_edges")) {
                double[] values = Golden.npy("G_generate/tokenizer_pt_" + name + ".npy").values();
                assertArrayEquals(Arrays.stream(values).mapToLong(value -> (long) value).toArray(),
                        longs(tokenizer.get(name)), name);
            }
            StoredTensor table = assertInstanceOf(StoredTensor.class, tokenizer.get("trigram_to_vocab"));
            assertEquals(1024, table.sizes().getFirst());
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(table.bytes().toArray(ValueLayout.JAVA_BYTE));
            assertEquals(expected.get("table_rows_0_1023_sha256_int64_le").asString(),
                    HexFormat.of().formatHex(digest));
        }
    }

    @Test
    void readsDictionariesOfEitherKind() throws IOException {
        Path tokenizer = Files.write(folder.resolve("tokenizer.pt"),
                Golden.bytes("G_generate/checkpoint/tokenizer/tokenizer.pt"));
        WordList words = TorchDictionary.read(tokenizer);
        JsonNode expected = Golden.json("G_generate/tokenizer_pt_words.json").get("words");
        double[] counts = Golden.npy("G_generate/tokenizer_pt_word_counts.npy").values();
        assertEquals(expected.size(), words.size());
        for (int i = 0; i < words.size(); i++) {
            assertEquals(expected.get(i).asString(), words.word(i));
            assertEquals((long) counts[i], words.count(i));
        }
        Path counter = Files.write(folder.resolve("counter.pt"),
                Golden.bytes(ITERATION + "words_target/words_target_rank_0.pt"));
        assertEquals(41, TorchDictionary.read(counter).count(0));
        Path weights = Files.write(folder.resolve("weights.pt"),
                Golden.bytes(ITERATION + "transformer/transformer.pt"));
        CorruptFileException e = assertThrows(CorruptFileException.class, () -> TorchDictionary.read(weights));
        assertTrue(e.toString().contains("expected words with counts but was a str with something else"), e.toString());
    }

    private static long[] longs(@Nullable Object tensor) {
        return assertInstanceOf(StoredTensor.class, tensor).bytes().toArray(LONG);
    }

    private static double sumOfSquares(StoredTensor tensor) {
        double sum = 0;
        for (float value : Tensors.floats(tensor.view())) {
            sum += (double) value * value;
        }
        return sum;
    }

    private static void assertClose(double expected, double actual, String name) {
        assertEquals(expected, actual, 1e-5 * expected, name);
    }

    private static Map<?, ?> dict(@Nullable Object value) {
        return assertInstanceOf(Map.class, value);
    }

    private TorchFile open(String golden) throws IOException {
        return TorchFile.open(Files.write(folder.resolve("file.pt"), Golden.bytes(golden)));
    }
}
