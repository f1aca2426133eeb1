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

/** A small run, exported to the original's layout, used there, and imported again. */
@TestInstance(Lifecycle.PER_CLASS)
class CheckpointCommandTest {
    private static final String CONFIG = """
            training: {iterations: 60, micro_batch_size: 1, gradient_accumulation_steps: 1, loss_pos_weight: 10,
              loss_scale: 10, save_dir: RUN}
            """;

    private Path folder = Path.of("");
    private String config = "";
    private String run = "";
    private String exported = "";

    @BeforeAll
    void trainAndExport(@TempDir Path temporary) throws IOException {
        folder = temporary;
        run = folder.resolve("run").toString();
        exported = folder.resolve("exported").toString();
        config = SmallRun.prepare(folder, "Jack and Jill went up the hill.\n", CONFIG.replace("RUN", run));
        Call.of("train", "--config", config).output();
        assertEquals("", Call.of("checkpoint", "export", run, "--output", exported, "--no-slot-table").output());
    }

    @Test
    void saysTheSameFromEitherLayout() {
        for (String checkpoint : List.of(run, exported, exported + "/000000000060")) {
            assertEquals("Jack and Jill went up the hill.<|endoftext|>\n",
                    Call.of("generate", "--checkpoint", checkpoint, "Jack and").output());
        }
        Call measured = Call.of("eval", "--checkpoint", exported, "--data", SmallRun.map(folder));
        assertTrue(measured.output().contains("rule           contrast"), measured.out());
    }

    @Test
    void tellsWhatACheckpointHolds() {
        String own = Call.of("checkpoint", "info", run).output();
        assertTrue(own.contains("layout        safetensors and JSON\n"), own);
        assertTrue(own.contains("run           step 60 of 60, after 60 samples\n"), own);
        assertTrue(own.contains("parameters    53,408 in 21 tensors, f32, 0.214 MB\n"), own);
        assertTrue(own.contains("optimizer     AdamW's moments after 60 steps\n"), own);
        assertFalse(own.contains("missing"), own);
        assertFalse(own.contains("lm_head.weight"), own);
        String original = Call.of("checkpoint", "info", exported, "--parameters").output();
        assertTrue(original.contains("layout        the original's .pt files\n"), original);
        assertTrue(original.contains("training      loss_pos_weight 10.0,"), original);
        assertTrue(original.lines().anyMatch(line -> line.matches("parameter +lm_head.weight +F32 +\\[512, 32]")),
                original);
        JsonNode json = JsonMapper.shared().readTree(Call.of("checkpoint", "info", exported, "--jsonl").output());
        assertEquals(60, json.get("iterations").asInt());
        assertEquals(53_408, json.get("parameters").asInt());
        assertEquals("contrast", json.get("scoring_rule").asString());
        assertEquals(0, json.get("missing").size());
    }

    @Test
    void tellsWhatAModelAloneLacks() throws IOException {
        Path alone = folder.resolve("alone");
        for (String part : List.of("transformer", "tokenizer")) {
            Path from = folder.resolve("exported/000000000060").resolve(part);
            Files.createDirectories(alone.resolve(part));
            try (var files = Files.list(from)) {
                for (Path file : files.toList()) {
                    Files.copy(file, alone.resolve(part).resolve(file.getFileName()));
                }
            }
        }
        String info = Call.of("checkpoint", "info", alone.toString()).output();
        assertTrue(info.contains("run           none: a model alone\n"), info);
        assertTrue(info.contains("missing       context: train with training.load_context=false;"), info);
        assertTrue(info.contains("missing       optimizer: train with training.load_optimizer_states=false\n"), info);
        assertError("--pos-weight: expected the loss_pos_weight of the training", "generate", "--checkpoint",
                alone.toString(), "--rule", "likelihood", "Jack");
        String into = "training.save_dir=" + folder.resolve("on");
        assertError("training.load_context: expected false, since the checkpoint", "train", "--config", config, "--set",
                "training.load_dir=" + alone, "--set", into);
        assertError("training.load_optimizer_states: expected false, since the checkpoint", "train", "--config", config,
                "--set", "training.load_dir=" + alone, "--set", "training.load_context=false", "--set", into);
        Call.of("train", "--config", config, "--set", "training.load_dir=" + alone, "--set",
                "training.load_context=false", "--set", "training.load_optimizer_states=false", "--set",
                "training.iterations=1", "--set", into).output();
    }

    @Test
    void importsWithAnotherDictionary() throws IOException {
        String words = Files.writeString(folder.resolve("words.tsv"), "Jill\t2\nJack\t1\nhill\t1\n").toString();
        String imported = folder.resolve("imported").toString();
        String told = Call.of("checkpoint", "import", exported, "--output", imported, "--dictionary", words,
                "--top-words", "2").output();
        assertTrue(told.contains("layout        safetensors and JSON\n"), told);
        assertTrue(told.contains("special: Jill Jack <|"), told);
        assertEquals(Call.of("generate", "--checkpoint", exported, "--dictionary", words, "--top-words", "2",
                "--max-tokens", "3", "--more-words", "", "Jack").output(),
                Call.of("generate", "--checkpoint", imported, "--max-tokens", "3", "--more-words", "", "Jack")
                        .output());
    }

    @Test
    void saysInOneLineWhatIsWrong() throws IOException {
        assertError("expected a checkpoint", "checkpoint", "info", folder.toString());
        assertError("run", "checkpoint", "export", run, "--output", run);
        assertTrue(Call.of("checkpoint", "import", exported).err().contains("--output"));
        Path damaged = folder.resolve("damaged");
        Files.createDirectories(damaged.resolve("transformer"));
        Files.write(damaged.resolve("transformer/transformer.pt"), new byte[]{1, 2, 3});
        Files.copy(folder.resolve("exported/000000000060/transformer/transformer_config.yaml"),
                damaged.resolve("transformer/transformer_config.yaml"));
        Files.createDirectories(damaged.resolve("tokenizer"));
        Files.copy(folder.resolve("exported/000000000060/tokenizer/tokenizer_config.yaml"),
                damaged.resolve("tokenizer/tokenizer_config.yaml"));
        assertError("transformer.pt: expected a zip archive as torch.save writes it", "checkpoint", "info",
                damaged.toString());
        String nowhere = folder.resolve("nowhere").toString();
        assertError("transformer.pt: expected a zip archive", "checkpoint", "import", damaged.toString(), "--output",
                nowhere, "--dictionary", config);
        assertFalse(Files.exists(Path.of(nowhere)));
    }

    private static void assertError(String expected, String... call) {
        Call failed = Call.of(call);
        assertTrue(failed.err().contains(expected), failed.err());
        assertEquals(1, failed.err().lines().count(), failed.err());
        assertEquals(2, failed.exitCode(), failed.err());
        assertEquals("", failed.out());
    }
}
