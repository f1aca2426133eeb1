package tfree.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** From a text file to generated words, by the commands alone; one small run serves all tests. */
@TestInstance(Lifecycle.PER_CLASS)
class TrainAndGenerateTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String TEXT = """
            Rain, rain, go away, come again another day.

            Jack and Jill went up the hill.

            Row, row, row your boat, gently down the stream.
            """;
    private static final String CONFIG = """
            training: {iterations: 150, micro_batch_size: 2, gradient_accumulation_steps: 1, loss_pos_weight: 10,
              loss_scale: 10, save_dir: RUN}
            tfree: {sample_interval: 75, sample_prompts: ["Rain"]}
            """;

    private Path folder = Path.of("");
    private String config = "";
    private String run = "";

    @BeforeAll
    void train(@TempDir Path temporary) throws IOException {
        folder = temporary;
        run = folder.resolve("run").toString();
        config = SmallRun.prepare(folder, TEXT, CONFIG.replace("RUN", run));
        Call trained = Call.of("train", "--config", config);
        assertEquals(0, trained.exitCode(), trained.err());
        assertEquals("", trained.out());
    }

    @Test
    void leavesMetricsAndACheckpoint() throws IOException {
        List<String> metrics = Files.readAllLines(folder.resolve("run/metrics.jsonl"));
        assertEquals(150, metrics.size());
        assertEquals(150, JSON.readTree(metrics.getLast()).get("step").asInt());
        assertEquals("000000000150", Files.readString(folder.resolve("run/latest")));
    }

    @Test
    void generatesWhatItHasLearned() {
        Call said = Call.of("generate", "--checkpoint", run, "Jack and Jill");
        assertEquals("Jack and Jill went up the hill.<|endoftext|>\n", said.out());
        assertEquals(0, said.exitCode());
    }

    @Test
    void answersAJsonLineEach() {
        Call said = Call.withInput("""
                {"prompt": "Rain, rain", "max_tokens": 3, "log_probs": 2}
                {"prompt": "Rain", "max_tokens": 2, "echo": true, "seed": null}
                {"prompt": ""}
                {"prompt": "Rain", "max_token": 3}
                {"prompt": "Rain", "temperature": "hot"}
                {"prompt": "Rain, rain", "max_tokens": 9, "stop_word": "away"}
                """, "generate", "--checkpoint", run, "--jsonl");
        List<JsonNode> answers = said.out().lines().map(JSON::readTree).toList();
        assertEquals(6, answers.size());
        assertEquals(1, said.exitCode());
        JsonNode first = answers.getFirst();
        assertEquals("[\",\",\"go\",\"away\"]", first.get("words").toString());
        assertEquals(", go away", first.get("completion").asString());
        assertEquals("length", first.get("finish_reason").asString());
        assertEquals(3, first.get("log_probs").size());
        assertEquals(",", first.get("log_probs").get(0).get(0).get(0).asString());
        assertEquals(3, answers.get(1).get("words").size());
        assertEquals("line 3: prompt: expected at least one word but it is empty",
                answers.get(2).get("error").asString());
        assertTrue(answers.get(3).get("error").asString()
                .startsWith("line 4: max_token: unknown field; the nearest known one is max_tokens"));
        assertEquals("line 5: temperature: expected a number but was \"hot\"", answers.get(4).get("error").asString());
        assertEquals("stop", answers.get(5).get("finish_reason").asString());
        assertEquals("away", answers.get(5).get("words").get(2).asString());
    }

    @Test
    void answersLinesSideBySideInTheirOrder() {
        String requests = """
                {"prompt": "Rain, rain", "max_tokens": 12, "stop": "again", "log_probs": 1}
                {"prompt": "Rain", "choices": ["row your boat", "Zanzibar"], "n": 2, "temperature": 1, "seed": 4}
                {"prompt": "Row", "stop": ["boat", ""]}
                {"prompt": "Jack and", "max_tokens": 1}
                {"prompt": "Jack and Jill", "num_beams": 3, "n": 2, "max_tokens": 3, "length_penalty": 0}
                {"prompt": "Row, row", "max_tokens": 6, "presence_penalty": 1000, "frequency_penalty": 1, "logit_bias": {"hill": 20}}
                {"prompt": "Rain", "max_tokens": 4, "temperature": 1, "allow": ["hill", "Kalahari"], "top_k": 5}
                {"prompt": "Rain", "max_tokens": 4, "regex": "r.*"}
                {"prompt": "Rain", "regex": "("}
                {"prompt": "Rain", "choices": ["went up the hill"], "max_tokens": 2}
                """;
        Call alone = Call.withInput(requests, "generate", "--checkpoint", run, "--jsonl");
        Call together = Call.withInput(requests, "generate", "--checkpoint", run, "--jsonl", "--batch", "4",
                "--prefix-cache", "200");
        List<JsonNode> answers = together.out().lines().map(JSON::readTree).toList();
        assertEquals(1, together.exitCode());
        assertEquals(10, answers.size());
        for (int i = 0; i < answers.size(); i++) {
            JsonNode one = JSON.readTree(alone.out().lines().toList().get(i));
            assertEquals(one.findValuesAsString("completion"), answers.get(i).findValuesAsString("completion"));
        }
        assertEquals(", go away, come ", answers.get(0).get("completion").asString());
        assertEquals("stop", answers.get(0).get("finish_reason").asString());
        assertEquals(6, answers.get(0).get("usage").get("completion_tokens").asInt());
        assertEquals(2, answers.get(1).get("choices").size());
        for (JsonNode choice : answers.get(1).get("choices")) {
            assertTrue(List.of("row your boat", "Zanzibar").contains(choice.get("completion").asString()),
                    choice.toString());
        }
        assertEquals("line 3: stop: expected texts of at least one character but was an empty one",
                answers.get(2).get("error").asString());
        assertEquals("Jill", answers.get(3).get("completion").asString());
        assertEquals("went up the", answers.get(4).get("choices").get(0).get("completion").asString());
        assertEquals("hill", answers.get(5).get("words").get(0).asString());
        assertEquals(answers.get(5).get("words").size(),
                answers.get(5).get("words").valueStream().distinct().count());
        answers.get(6).get("words").forEach(word -> assertTrue(word.asString().matches("hill|Kalahari")));
        answers.get(7).get("words").forEach(word -> assertTrue(word.asString().startsWith("r")));
        assertTrue(answers.get(8).get("error").asString().startsWith("line 9: regex: expected a regular expression"));
        assertEquals("line 10: choices: expected texts of 1 to 2 words (max_tokens) but was 4 words",
                answers.get(9).get("error").asString());
    }

    @Test
    void showsOneOfTheChoicesOrSeveralAnswers() {
        assertEquals("Jack and Jill went up\n", Call.of("generate", "--checkpoint", run, "--choices",
                "went up, Kalahari sand", "Jack and Jill").output());
        assertEquals("Jack and Jill went up the\n", Call.of("generate", "--checkpoint", run, "--stop", " hill",
                "Jack and Jill").output());
        assertEquals(3, Call.of("generate", "--checkpoint", run, "--n", "2", "--temperature", "0.1", "--max-tokens",
                "3", "Jack and Jill").output().lines().count());
        assertEquals("Jack and Jill went up\n", Call.of("generate", "--checkpoint", run, "--num-beams", "4",
                "--max-tokens", "2", "Jack and Jill").output());
        assertError("num_beams: expected temperature 0 and no penalties beside it", "generate", "--checkpoint", run,
                "--num-beams", "4", "--temperature", "1", "Jack");
        assertError("--batch: expected at least 1 but was 0", "generate", "--checkpoint", run, "--jsonl", "--batch",
                "0");
    }

    @Test
    void takesACompiledDictionary() throws IOException {
        Path words = Files.writeString(folder.resolve("words.txt"), "Jack\nwent\nhome\nthe\nhill\n");
        String compiled = folder.resolve("words.compiled").toString();
        Call made = Call.of("dictionary", "compile", words.toString(), "--checkpoint", run, "--output", compiled);
        assertEquals(0, made.exitCode(), made.err());
        String[] call = {"generate", "--checkpoint", run, "--max-tokens", "3", "Jack and Jill", "--dictionary", ""};
        call[call.length - 1] = words.toString();
        String expected = Call.of(call).output();
        call[call.length - 1] = compiled;
        assertEquals(expected, Call.of(call).output());
        assertError("which serves generate and eval alone", "dictionary", "show", compiled);
        assertError("is there already and is not overwritten", "dictionary", "compile", words.toString(),
                "--checkpoint", run, "--output",
                compiled);
    }

    @Test
    void goesOnWithResumeAndNeverOverwritesARun() {
        Call again = Call.of("train", "--config", config);
        assertEquals(2, again.exitCode());
        assertTrue(again.err().contains("go on with --resume, or choose another folder"), again.err());
        Call resumed = Call.of("train", "--config", config, "--resume", "--set", "training.iterations=155", "--set",
                "training.save_dir=" + run);
        assertEquals(0, resumed.exitCode(), resumed.err());
        assertTrue(resumed.err().contains("data: 3 documents of 1 memory map; of a document longer than a sample"),
                resumed.err());
        assertTrue(Files.exists(folder.resolve("run/000000000155/transformer/transformer.safetensors")));
    }

    @Test
    void trainsOnTheAlignedItemsOfAManifest() throws IOException {
        Path maps = Files.createDirectory(folder.resolve("maps"));
        String text = Files.writeString(maps.resolve("long.txt"), TEXT.repeat(400)).toString();
        Path prefix = maps.resolve("long");
        assertEquals(0, Call.of("data", "import", prefix.toString(), "--text", text).exitCode());
        assertEquals(0, Call.of("data", "align", prefix.toString(), "--keep-tails").exitCode());
        Files.writeString(maps.resolve("manifest.json"), "{\"version\": 1, \"prefixes\": [\"long\"]}");
        Call trained = Call.of("train", "--config", config, "--set", "data.prefix_paths=[" + maps + "]", "--set",
                "training.iterations=2", "--set", "training.save_dir=" + folder.resolve("aligned"));
        assertEquals(0, trained.exitCode(), trained.err());
        assertTrue(trained.err().contains("data: 3 aligned items of 1 memory map\n"), trained.err());
    }

    @Test
    void trainsOnInstructions() throws IOException {
        String turns = "[{\"has_loss\": false, \"type\": \"text\", \"content\": \"Who went up the hill?\"},"
                + " {\"has_loss\": true, \"type\": \"text\", \"content\": \"Jack and Jill.<|endoftext|>\"}]\n";
        Path lines = Files.writeString(folder.resolve("chats.jsonl"), "\n" + turns.repeat(3));
        String prefix = folder.resolve("chats").toString();
        Call.of("data", "import", prefix, "--from", lines.toString(), "--format", "instructions").output();
        Call trained = Call.of("train", "--config", config, "--set", "data.prefix_paths=[" + prefix + "]", "--set",
                "data.pretraining=false", "--set", "data.reset_position_ids=false", "--set", "training.iterations=2",
                "--set", "training.save_dir=" + folder.resolve("chat"), "--set", "training.load_dir=" + run, "--set",
                "training.load_context=false");
        assertEquals(0, trained.exitCode(), trained.err());
        assertTrue(trained.err().contains("data: 3 documents of 1 memory map, each an instruction\n"), trained.err());
        Files.writeString(lines, turns + "{\"text\": \"no turn\"}\n");
        assertError(lines + ": line 2: expected an array at character 0 but was {\"text\": \"no turn\"}", "data",
                "import",
                folder.resolve("wrong").toString(), "--from", lines.toString(), "--format", "instructions");
    }

    @Test
    void measuresTextsAndQuestions() throws IOException {
        String questions = Files
                .writeString(folder.resolve("questions.jsonl"),
                        """
                                {"question": "Jack and Jill", "choices": ["went up the hill", "rain away"], "answer": 0}

                                {"ctx": "Rain, rain", "endings": ["up the boat.", "go away", "stream hill"], "label": "1"}
                                {"question": "Row, row, row", "choices": {"text": ["Jill up", "your boat"], "label": ["A", "B"]}, "answerKey": "A"}
                                """)
                .toString();
        Call measured = Call.of("eval", "--checkpoint", run, "--data", SmallRun.map(folder), "--choices",
                questions, "--jsonl");
        assertEquals(0, measured.exitCode(), measured.err());
        JsonNode json = JSON.readTree(measured.out());
        assertEquals(3, json.get("texts").asInt());
        assertEquals(TEXT.strip().length() - "RainJackRow".length() - 4, json.get("bytes").asInt());
        assertTrue(json.get("closed_bits_per_byte").asDouble() < json.get("bits_per_byte").asDouble());
        assertEquals(1, json.get("top_5").asDouble());
        assertEquals(3, json.get("questions").asInt());
        assertEquals(2, json.get("correct").asInt());
        Call shown = Call.of("eval", "--checkpoint", run, "--data", SmallRun.map(folder), "--limit",
                "1");
        assertTrue(shown.out().contains("texts          1 of 11 words and 40 bytes"), shown.out());
        assertError("expected --data, --text or --choices", "eval", "--checkpoint", run);
        String wrong = Files.writeString(folder.resolve("wrong.jsonl"), "\n{\"question\": \"Rain\", \"choices\": "
                + "[\"a\", \"b\"], \"answer\": 2}\n").toString();
        assertError("wrong.jsonl: line 2: answer: expected one of the 2 choices but was number 3", "eval",
                "--checkpoint", run, "--choices", wrong);
        String other = Files.writeString(folder.resolve("other.jsonl"), "{\"text\": \"Rain\"}\n").toString();
        assertError("other.jsonl: line 1: expected an object with choices or endings but was text", "eval",
                "--checkpoint", run, "--choices", other);
    }

    @Test
    void continuesFromACheckpointInAnotherFolderAndNamesWhatItIgnores() {
        Call continued = Call.of("train", "--config", config, "--set", "training.load_dir=" + run, "--set",
                "training.load_context=false", "--set", "training.load_optimizer_states=false", "--set",
                "training.iterations=2", "--set", "training.save_dir=" + folder.resolve("continued"), "--set",
                "training.profile=true", "--set", "optimizer.debug_log=true");
        assertEquals(0, continued.exitCode(), continued.err());
        assertEquals("tfree: these fields change nothing here (docs/train.md says why): optimizer.debug_log, "
                + "training.profile", continued.err().lines().findFirst().orElse(""));
        assertTrue(Files.exists(folder.resolve("continued/000000000002")));
    }

    @Test
    void saysInOneLineWhatIsWrong() throws IOException {
        assertError("architecture.hidden_size: expected a multiple of num_attention_heads (4) but was 130", "train",
                "--config", config, "--set", "architecture.hidden_size=130");
        assertError("training.itterations: unknown field; the nearest known one is iterations", "train", "--config",
                config, "--set", "training.itterations=130");
        assertError("tokenizer.vocab_population: expected 4 as in the checkpoint", "train", "--config", config, "--set",
                "training.load_dir=" + run, "--set", "tokenizer.vocab_population=5", "--set",
                "training.save_dir=" + folder.resolve("none"));
        assertError("tokenizer.end_of_text: expected <|endoftext|> but was </s>", "train", "--config", config, "--set",
                "tokenizer.end_of_text=</s>");
        assertError("expected a configuration file but there is none", "train", "--config", "nowhere.yml");
        String empty = folder.resolve("empty").toString();
        String text = Files.writeString(folder.resolve("empty.txt"), "\n\n").toString();
        Call imported = Call.of("data", "import", empty, "--text", text);
        if (imported.exitCode() == 0) { // an empty map is one thing, to learn from it another
            assertError("expected at least", "train", "--config", config, "--set", "data.prefix_paths=[" + empty + "]",
                    "--set", "training.save_dir=" + folder.resolve("none"));
        }
        assertFalse(Files.exists(folder.resolve("none/latest")));
        assertError("expected a checkpoint", "generate", "--checkpoint", folder.toString(), "Hello");
        assertError("expected a prompt but there is none", "generate", "--checkpoint", run);
        assertError("top_p: expected a probability above 0 and up to 1 but was 7", "generate", "--checkpoint", run,
                "--top-p", "7", "Hello");
        Path damaged = folder.resolve("damaged");
        copy(folder.resolve("run/000000000150"), damaged);
        Files.write(damaged.resolve("tokenizer/dictionary.tfree"), new byte[]{1, 2, 3});
        assertError("dictionary.tfree", "generate", "--checkpoint", damaged.toString(), "Hello");
    }

    private static void assertError(String expected, String... call) {
        Call failed = Call.of(call);
        assertTrue(failed.err().contains(expected), failed.err());
        assertEquals(1, failed.err().lines().count(), failed.err());
        assertEquals(2, failed.exitCode(), failed.err());
        assertEquals("", failed.out());
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
