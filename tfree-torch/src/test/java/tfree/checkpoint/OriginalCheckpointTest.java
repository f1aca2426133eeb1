package tfree.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.config.ConfigException;
import tfree.dictionary.ScoringRule;
import tfree.dictionary.WordList;
import tfree.file.CorruptFileException;
import tfree.golden.Golden;
import tfree.model.KvCache;
import tfree.model.ModelInput;
import tfree.model.TensorScope;
import tfree.model.Tensors;
import tfree.model.Transformer;
import tfree.trigram.ActivationPattern;
import tfree.trigram.SlotTable;
import tools.jackson.databind.JsonNode;

/** The original's layout, opened as it is. */
class OriginalCheckpointTest {
    private static final double TOLERANCE = 1e-4; // of a row's largest value; other order of sums

    @TempDir
    private Path folder = Path.of("");

    @Test
    void opensAPublishedModel() throws IOException {
        Checkpoint published = Checkpoint.open(OriginalCheckpoint.published(folder));
        assertFalse(published.hasContext());
        assertFalse(published.hasOptimizer());
        assertEquals(Checkpoint.State.BEGINNING, published.state());
        assertEquals(32, published.config().architecture().hiddenSize());
        assertEquals(4, published.config().tokenizer().vocabPopulation());
        assertEquals(ScoringRule.CONTRAST, published.config().scoring().rule());
        WordList words = published.dictionary();
        List<String> expected = new ArrayList<>();
        Golden.json("G_generate/tokenizer_pt_words.json").get("words").forEach(word -> expected.add(word.asString()));
        assertEquals(expected, words.words().subList(0, 200));
        assertTrue(words.words().contains("<|endoftext|>"), "special words are added at the end");
    }

    @Test
    void computesTheOriginalsLogits() throws IOException {
        Checkpoint published = Checkpoint.open(OriginalCheckpoint.published(folder));
        SlotTable slots = new SlotTable(published.config().encoding());
        List<JsonNode> cases = Golden.jsonLines("G_generate/generate.jsonl").stream()
                .filter(node -> node.path("logits").has("file")).toList();
        assertEquals(3, cases.size());
        try (Transformer model = published.transformer()) {
            for (JsonNode golden : cases) {
                float[] expected = Golden.npy("G_generate/" + golden.get("logits").get("file").asString()).floats();
                float[][] actual = logits(model, golden.get("tokens").valueStream().map(JsonNode::asString)
                        .map(slots::pattern).toList());
                JsonNode rows = golden.get("logits").get("rows");
                int[] numbers = rows.isArray() ? rows.valueStream().mapToInt(JsonNode::asInt).toArray()
                        : IntStream.range(0, golden.get("logits").get("n_rows_total").asInt()).toArray();
                for (int i = 0; i < numbers.length; i++) {
                    assertClose(Arrays.copyOfRange(expected, i * 1000, (i + 1) * 1000), actual[numbers[i]],
                            golden.get("prompt") + ", row " + numbers[i]);
                }
            }
        }
    }

    private static float[][] logits(Transformer model, List<ActivationPattern> words) {
        int[] offsets = new int[words.size() + 1];
        for (int i = 0; i < words.size(); i++) {
            offsets[i + 1] = offsets[i] + words.get(i).slots().length;
        }
        ModelInput input = new ModelInput(words.stream().flatMapToInt(word -> Arrays.stream(word.slots())).toArray(),
                offsets, words.stream().mapToInt(ActivationPattern::trigramCount).toArray(),
                IntStream.range(0, words.size()).toArray(), new int[]{0});
        try (KvCache cache = new KvCache(model.config())) {
            return model.nextAfterEach(input, cache);
        }
    }

    private static void assertClose(float[] expected, float[] actual, String what) {
        float largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], TOLERANCE * largest, what);
        }
    }

    @Test
    void opensARunOfTheTrainer() throws IOException {
        Checkpoint trained = Checkpoint.open(OriginalCheckpoint.trained(folder));
        assertEquals(folder.resolve("000000000004"), trained.folder());
        assertTrue(trained.hasContext());
        assertEquals(new Checkpoint.State(4, 16, 4, null), trained.state());
        assertEquals(300, trained.config().training().lossPosWeight());
        assertEquals(6, trained.config().training().iterations());
        assertTrue(trained.hasDictionary());
        assertEquals(",", trained.dictionary().word(0), "of the words that were to be predicted");
        assertEquals(41, trained.dictionary().count(0));
    }

    @Test
    void handsOverTheOptimizersState() throws IOException {
        Checkpoint trained = Checkpoint.open(OriginalCheckpoint.trained(folder));
        JsonNode expected = Golden.json(OriginalCheckpoint.TRAINED + "checkpoint_facts.json").get("parameters");
        Map<String, Double> norms = new HashMap<>();
        trained.loadOptimizer((first, second, steps) -> {
            assertEquals(4, steps);
            assertEquals(first.keySet(), second.keySet());
            first.forEach((name, moment) -> {
                double squares = 0;
                for (float value : Tensors.floats(moment)) {
                    squares += (double) value * value;
                }
                norms.put(name, Math.sqrt(squares));
            });
        });
        assertEquals(12, norms.size());
        norms.forEach((name, norm) -> assertEquals(
                expected.get("layer_index_0_parameter_name_" + name).get("exp_avg_l2").asDouble(), norm, 1e-6, name));
    }

    @Test
    void saysWhatIsMissingOrDoesNotFit() throws IOException {
        Path published = OriginalCheckpoint.published(folder.resolve("published"));
        assertError(ConfigException.class, "expected a checkpoint", folder);
        Path architecture = published.resolve("transformer/transformer_config.yaml");
        String sound = Files.readString(architecture);
        Files.writeString(architecture, sound.replace("\"hidden_size\": 32", "\"hidden_size\": 64"));
        assertError(CorruptFileException.class,
                "transformer/transformer.pt: expected shape [1000, 64] but was [1000, 32]",
                published);
        Files.writeString(architecture, sound.replace("\"num_layers\": 2", "\"num_layers\": 2000000000"));
        assertError(CorruptFileException.class, "architecture.num_layers: expected at most 10000", published);
        Files.writeString(architecture, sound.replace("hidden_size", "hiden_size"));
        assertError(CorruptFileException.class, "architecture.hiden_size: unknown field", published);
        Files.delete(architecture);
        assertError(CorruptFileException.class,
                "expected the file transformer/transformer_config.yaml but it is missing", published);
        Path trained = OriginalCheckpoint.trained(folder.resolve("trained"));
        Files.writeString(trained.resolve("latest"), "../published");
        assertError(CorruptFileException.class, "latest: expected the name of an iteration's folder beside it",
                trained);
        Files.writeString(trained.resolve("latest"), "000000000004");
        Files.delete(trained.resolve("000000000004/context/context_global_rank_0.pt"));
        assertError(CorruptFileException.class,
                "expected the file context/context_global_rank_0.pt but it is missing", trained);
    }

    @Test
    void refusesSlotsThatAreNotThoseComputed() throws IOException {
        Path published = OriginalCheckpoint.published(folder.resolve("published"));
        Path config = published.resolve("tokenizer/tokenizer_config.yaml");
        String sound = Files.readString(config);
        Files.writeString(config, sound.replace("\"vocab_population_partial_lowercase\": 0",
                "\"vocab_population_partial_lowercase\": 2"));
        Checkpoint.open(published).transformer().close(); // the stored rows are of control characters, without capitals
        Files.writeString(config, sound.replace("\"initialize\": \"hash\"", "\"initialize\": \"orthogonal\""));
        assertError(ConfigException.class, "tokenizer.initialize: expected hash but was orthogonal", published);
        Files.writeString(config, sound.replace("\"vocab_population\": 4", "\"vocab_population\": 5"));
        assertError(CorruptFileException.class,
                "trigram_to_vocab: expected int64 of at most 16777216 rows of 5 slots but was I64 of [1024, 4]",
                published);
        Files.writeString(config, sound);
        Path table = published.resolve("tokenizer/tokenizer.pt");
        try (TensorScope _ = new TensorScope()) {
            TorchFile.write(table, Map.of("trigram_to_vocab", Tensors.ofInts(new int[1024 * 4]).reshape(1024, 4)));
        }
        assertError(ConfigException.class, "1024 of 1024 rows of the stored table that were compared are others",
                published);
    }

    private static void assertError(Class<? extends Exception> type, String part, Path folder) {
        String message = String
                .valueOf(assertThrows(type, () -> Checkpoint.open(folder).transformer().close()).getMessage());
        assertTrue(message.contains(part), message);
        assertEquals(1, message.lines().count());
    }
}
