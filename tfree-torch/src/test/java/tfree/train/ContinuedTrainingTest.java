package tfree.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import tfree.checkpoint.Checkpoint;
import tfree.config.ConfigException;
import tfree.config.RunConfig;
import tfree.data.DocumentStoreWriter;
import tfree.dictionary.DictionaryFile;
import tfree.dictionary.WordList;
import tfree.model.Tensors;
import tfree.tiny.TinyRun;

/** From a checkpoint that has learned English rhymes to German ones: what is taken along and what begins anew. */
@TestInstance(Lifecycle.PER_CLASS)
class ContinuedTrainingTest {
    private static final List<String> REIME = List.of("Alle meine Entchen schwimmen auf dem See.",
            "Hänschen klein ging allein in die weite Welt hinein.", "Backe, backe Kuchen, der Bäcker hat gerufen.",
            "Hoppe, hoppe, Reiter, wenn er fällt, dann schreit er.");

    private Path folder = Path.of("");

    @BeforeAll
    void learnEnglish(@TempDir Path temporary) throws IOException {
        folder = temporary;
        RunConfig english = TinyRun.config(folder);
        try (Trainer trainer = new Trainer(english, RunUnits.begin(english, null), null)) {
            trainer.run();
        }
        try (DocumentStoreWriter writer = new DocumentStoreWriter(folder.resolve("reime"))) {
            for (String reim : REIME) {
                writer.add(reim);
            }
            writer.finish();
        }
    }

    private Checkpoint english() throws IOException {
        return Checkpoint.open(folder.resolve("checkpoints"));
    }

    private RunConfig german(String name, String... overrides) throws IOException {
        return TinyRun.config(folder, Stream.concat(
                Stream.of("data.prefix_paths=[" + folder.resolve("reime") + "]", "training.iterations=6",
                        "training.save_dir=" + folder.resolve(name),
                        "training.load_dir=" + folder.resolve("checkpoints"),
                        "training.load_context=false", "training.load_optimizer_states=false",
                        "learning_rate_scheduler.learning_rate=0.004"),
                Stream.of(overrides)).toArray(String[]::new));
    }

    private static Map<String, float[]> parameters(Trainer trainer) {
        Map<String, float[]> values = new LinkedHashMap<>();
        trainer.model().parameters().forEach((name, tensor) -> values.put(name, Tensors.floats(tensor)));
        return values;
    }

    private static List<StepMetrics> run(Trainer trainer) throws IOException {
        List<StepMetrics> steps = new ArrayList<>();
        trainer.addListener(steps::add);
        trainer.run();
        return steps;
    }

    @Test
    void takesTheWeightsAndBeginsAnew() throws IOException {
        RunConfig config = german("fresh");
        try (Trainer trainer = new Trainer(config, RunUnits.begin(config, english()), english())) {
            try (var saved = english().transformer()) {
                Map<String, float[]> weights = parameters(trainer);
                saved.parameters().forEach(
                        (name, tensor) -> assertArrayEquals(Tensors.floats(tensor), weights.get(name), name));
            }
            List<StepMetrics> steps = run(trainer);
            assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), steps.stream().map(StepMetrics::step).toList());
            assertEquals(0.004 / 5, steps.getFirst().learningRate(), 1e-12);
            assertEquals(1, steps.getFirst().epochs(), 1e-12); // 2 × 2 samples of 4: the German data, from its beginning
        }
        assertEquals(new Checkpoint.State(6, 24, 6, null), Checkpoint.open(folder.resolve("fresh")).state());
    }

    @Test
    void takesTheOptimizersStateWhenAsked() throws IOException {
        RunConfig with = german("moments", "training.load_optimizer_states=true", "training.iterations=1");
        RunConfig without = german("none", "training.iterations=1");
        try (Trainer warm = new Trainer(with, RunUnits.begin(with, english()), english());
                Trainer cold = new Trainer(without, RunUnits.begin(without, english()), english())) {
            assertEquals(run(cold).getFirst().loss(), run(warm).getFirst().loss(), 1e-9);
            assertFalse(Arrays.equals(parameters(cold).get("lm_head.weight"), parameters(warm).get("lm_head.weight")));
        }
        assertEquals(21, Checkpoint.open(folder.resolve("moments")).state().optimizerSteps());
    }

    @Test
    void goesOnWithTheContextWhenAsked() throws IOException {
        RunConfig config = german("context", "training.load_context=true", "training.load_optimizer_states=true",
                "training.iterations=22");
        try (Trainer trainer = new Trainer(config, RunUnits.begin(config, english()), english())) {
            assertEquals(List.of(21L, 22L), run(trainer).stream().map(StepMetrics::step).toList());
        }
    }

    /** The configuration still says load_context: false; that was for the checkpoint that the run began with. */
    @Test
    void resumesItselfWithEverything() throws IOException {
        RunConfig whole = german("whole");
        Map<String, float[]> expected;
        try (Trainer trainer = new Trainer(whole, RunUnits.begin(whole, english()), english())) {
            trainer.run();
            expected = parameters(trainer);
        }
        RunConfig cut = german("cut");
        try (Trainer trainer = new Trainer(cut, RunUnits.begin(cut, english()), english())) {
            trainer.addListener(step -> {
                if (step.step() == 4) {
                    trainer.stop();
                }
            });
            trainer.run();
        }
        Checkpoint own = Checkpoint.open(folder.resolve("cut"));
        try (Trainer trainer = Trainer.resume(cut, RunUnits.resume(cut, own), own)) {
            assertEquals(4, trainer.stepsDone());
            trainer.run();
            Map<String, float[]> resumed = parameters(trainer);
            expected.forEach((name, values) -> assertArrayEquals(values, resumed.get(name), name));
        }
    }

    @Test
    void saysTheWordsOfBothLanguagesOrOfTheOneThatIsAskedFor() throws IOException {
        WordList both = CorpusWords.dictionary(german("x"), english());
        assertTrue(both.words().containsAll(List.of("Entchen", "cat", "<|endoftext|>")));
        assertEquals(both.size(), both.words().stream().distinct().count());
        WordList data = CorpusWords.dictionary(german("x", "tfree.dictionary_from=data"), english());
        assertTrue(data.words().contains("Entchen") && !data.words().contains("cat"));
        WordList checkpoint = CorpusWords.dictionary(german("x", "tfree.dictionary_from=checkpoint"), english());
        assertEquals(english().dictionary().words(), checkpoint.words());
        Path file = folder.resolve("few.tfree");
        DictionaryFile.write(data.top(3), file);
        assertEquals(data.top(3).words(),
                CorpusWords.dictionary(german("x", "tfree.dictionary=" + file), english()).words());
    }

    @Test
    void refusesACheckpointWithOtherPatterns() throws IOException {
        RunConfig config = german("x", "tokenizer.vocab_population=5");
        String message = String.valueOf(assertThrows(ConfigException.class,
                () -> new Trainer(config, english().units(), english()))
                .getMessage());
        assertTrue(message.startsWith("tokenizer.vocab_population: expected 4 as in the checkpoint"), message);
        RunConfig orthogonal = german("x", "tokenizer.initialize=orthogonal");
        String drawn = String.valueOf(assertThrows(ConfigException.class,
                () -> new Trainer(orthogonal, english().units(), null)).getMessage());
        assertTrue(drawn.startsWith("tokenizer.initialize: expected hash but was orthogonal"), drawn);
    }
}
