package tfree.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The configurations in the folder runs, their models made small, through the commands. */
@TestInstance(Lifecycle.PER_CLASS)
class ExampleRunsTest {
    private static final Path RUNS = Path.of("..", "runs");
    private static final Path TOKENIZER = Path.of("..", "tfree-torch", "src", "test", "resources", "tfree", "token",
            "byte-bpe.json");
    private static final String TEXT = """
            Rain, rain, go away, come again another day.

            Jack and Jill went up the hill.

            Row, row, row your boat, gently down the stream.

            Twinkle, twinkle, little star, how I wonder what you are.
            """;

    private Path folder = Path.of("");

    @BeforeAll
    void importText(@TempDir Path temporary) throws IOException {
        folder = temporary;
        String text = Files.writeString(folder.resolve("rhymes.txt"), TEXT).toString();
        assertEquals(0,
                Call.of("data", "import", folder.resolve("rhymes").toString(), "--text", text, "--separator", "")
                        .exitCode());
    }

    /** Trains an example that is cut to a model of two small layers. */
    private Path train(String example, int iterations, String... settings) {
        Path run = folder.resolve(example + "-" + settings.length);
        List<String> call = new ArrayList<>(List.of("train", "--config", RUNS.resolve(example + ".yml").toString()));
        List<String> all = new ArrayList<>(List.of("architecture.hidden_size=32", "architecture.num_layers=2",
                "architecture.num_attention_heads=2", "architecture.precision=float32", "architecture.vocab_size=512",
                "tokenizer.vocab_size=512", "data.sequence_length=24",
                "data.prefix_paths=[" + folder.resolve("rhymes") + "]",
                "training.iterations=" + iterations, "training.micro_batch_size=2", "training.world_size=1",
                "training.save_dir=" + run));
        all.addAll(List.of(settings));
        all.forEach(setting -> call.addAll(List.of("--set", setting)));
        Call trained = Call.of(call.toArray(String[]::new));
        assertEquals(0, trained.exitCode(), trained.err());
        return run;
    }

    @Test
    void trainWords() {
        for (String example : List.of("tiny", "paper-1b", "paper-3b", "7b")) {
            assertTrue(Files.exists(train(example, 2).resolve("000000000002/tokenizer/dictionary.tfree")), example);
        }
    }

    @Test
    void continueInAnotherLanguage() throws IOException {
        Path english = train("paper-3b", 2, "tfree.sample_interval=0");
        String text = Files.writeString(folder.resolve("reime.txt"), "Hänschen klein\n\nBacke, backe Kuchen\n")
                .toString();
        String reime = folder.resolve("reime").toString();
        assertEquals(0, Call.of("data", "import", reime, "--text", text, "--separator", "").exitCode());
        Path german = train("paper-3b-german", 2, "training.load_dir=" + english, "data.prefix_paths=[" + reime + "]");
        Call shown = Call.of("dictionary", "export",
                german.resolve("000000000002/tokenizer/dictionary.tfree").toString());
        assertTrue(shown.out().contains("\nHänschen\t1\n") && shown.out().contains("\nTwinkle\t1\n"), shown.out());
    }

    @Test
    void trainGenerateAndMeasureTheBaseline() {
        String run = train("classic-1b", 150, "tokenizer.prefix_path_tokenizer_file=" + TOKENIZER,
                "learning_rate_scheduler.learning_rate=0.01", "learning_rate_scheduler.learning_rate_warmup_steps=5",
                "training.gradient_accumulation_steps=1", "tfree.sample_interval=75", "tfree.sample_prompts=[Rain]")
                .toString();
        assertEquals("Jack and Jill went up the hill.<|endoftext|>\n",
                Call.of("generate", "--checkpoint", run, "Jack and Jill").out());
        Call line = Call.withInput("{\"prompt\": \"Row, row\", \"max_tokens\": 2, \"log_probs\": 2}\n", "generate",
                "--checkpoint", run, "--jsonl");
        JsonNode answer = JsonMapper.shared().readTree(line.out());
        assertEquals(", row", answer.get("completion").asString(), line.out());
        assertEquals("[\",\",\"Ġrow\"]", answer.get("words").toString());
        Call measured = Call.of("eval", "--checkpoint", run, "--data", folder.resolve("rhymes").toString());
        assertTrue(measured.out().contains("softmax over the tokens"), measured.out() + measured.err());
        Call json = Call.of("eval", "--checkpoint", run, "--data", folder.resolve("rhymes").toString(), "--jsonl");
        JsonNode result = JsonMapper.shared().readTree(json.out());
        assertTrue(result.get("bits_per_byte").asDouble() < 0.7, json.out());
        assertEquals(0, result.get("unknown").asInt());
        Call words = Call.of("generate", "--checkpoint", run, "--top-words", "5", "Rain");
        assertEquals(2, words.exitCode());
        assertTrue(words.err().contains("expected a model that says words but it says the tokens"), words.err());
    }

    @Test
    void sayInOneLineWhatABaselineLacks() {
        Call missing = Call.of("train", "--config", RUNS.resolve("classic-1b.yml").toString(), "--set",
                "training.world_size=1", "--set", "training.save_dir=" + folder.resolve("none"));
        assertEquals(2, missing.exitCode());
        assertEquals("tfree: tokenizer.prefix_path_tokenizer_file: expected a tokenizer.json, since"
                + " do_classic_tokenization is true, but was \"data/unigram-64k/tokenizer.json\"\n", missing.err());
    }
}
