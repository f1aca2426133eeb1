package tfree.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.config.ConfigException;
import tfree.config.RunConfig;
import tfree.data.DocumentStoreWriter;
import tfree.data.PackedSequence;
import tfree.dictionary.WordList;
import tfree.model.Tensors;
import tfree.model.Transformer;
import tfree.tiny.TinyRun;
import tfree.trigram.SlotTable;
import tfree.trigram.TextEncoder;

/** Instruction data from a memory map of JSON lines to what the model learns of it. */
class InstructionTrainingTest {
    private static final List<List<String>> TURNS = List.of(List.of("Who sat on the mat?", "The cat did."),
            List.of("Where are you, little star?", "Up above the world so high."),
            List.of("What fell down the hill, Jack or Jill?", "Jack, and broke his crown; then Jill."),
            List.of("Say nothing.", "<|eot_id|>"));

    @TempDir
    private Path folder = Path.of("");

    @Test
    void learnsTheAnswersAndNotTheQuestions() throws IOException {
        RunConfig config = config(map("answers", "false", "true"), "training.iterations=200");
        double answersAtFirst;
        double answers;
        double questions;
        try (Trainer trainer = new Trainer(config, TinyRun.units(config), null)) {
            answersAtFirst = loss(config, trainer.model());
            trainer.run();
            answers = loss(config, trainer.model());
            questions = loss(config(map("questions", "true", "false")), trainer.model());
        }
        assertTrue(answers < 0.1 * answersAtFirst, answersAtFirst + " → " + answers);
        assertTrue(questions > 10 * answers, "questions " + questions + ", answers " + answers);
    }

    /** Of all instructions, packed as in training. */
    private static double loss(RunConfig config, Transformer model) throws IOException {
        try (TrainingData data = new TrainingData(config, () -> new TextEncoder(new SlotTable(config.encoding())), 0);
                GradientWorkers workers = new GradientWorkers(model, () -> new SlotLoss(10, 1), 2)) {
            return workers.loss(data.next()) + workers.loss(data.next());
        }
    }

    @Test
    void packsEachInstructionIntoASampleOfItsOwn() throws IOException {
        RunConfig config = config(map("answers", "false", "true"));
        try (TrainingData data = new TrainingData(config, () -> new TextEncoder(new SlotTable(config.encoding())), 0)) {
            assertEquals("4 documents of 1 memory map, each an instruction", data.summary());
            for (int i = 0; i < 10; i++) {
                Batch batch = data.next();
                assertEquals(2 * 32, batch.lossPositions());
                assertEquals(2, batch.input().documentStarts().length);
                int second = batch.input().documentStarts()[1];
                assertEquals(0, batch.input().positionIds()[second]);
                assertEquals(0, batch.targets().weights()[0], "the question's first word");
                assertEquals(1, batch.targets().weights()[second - 1], "the answer's last word");
            }
        }
        assertThrows(ConfigException.class, () -> config(folder.resolve("answers"), "data.reset_position_ids=true"));
    }

    @Test
    void countsTheWordsOfTheAnswers() throws IOException {
        RunConfig config = config(map("answers", "false", "true"));
        WordList words = TinyRun.words(config);
        assertTrue(words.words().containsAll(List.of("cat", "<|eot_id|>", "crown")), words.words().toString());
        assertTrue(!words.words().contains("mat"));
    }

    @Test
    void paddingChangesNeitherLossNorGradient() {
        List<PackedSequence> samples = List.of(Samples.instruction(30, "Who sat on the mat?", "The cat did."),
                Samples.instruction(30), Samples.instruction(30, "Say nothing.", "Nothing, and be quiet."));
        Batch padded = Samples.padded(samples);
        Batch dropped = Batch.of(samples);
        assertEquals(padded.lossPositions(), dropped.lossPositions());
        assertTrue(dropped.positions() < 40, dropped.positions() + " positions");
        try (Transformer one = GradientWorkersTest.transformer();
                Transformer other = GradientWorkersTest.transformer();
                GradientWorkers withPadding = new GradientWorkers(one, () -> new SlotLoss(300, 1), 2);
                GradientWorkers without = new GradientWorkers(other, () -> new SlotLoss(300, 1), 2)) {
            double loss = withPadding.addGradients(padded, 100);
            assertEquals(loss, without.addGradients(dropped, 100), 1e-6 * loss);
            assertEquals(loss, without.loss(dropped), 1e-6 * loss);
            withPadding.gradients().byName().forEach((name, gradient) -> {
                float[] expected = Tensors.floats(gradient);
                float largest = 0;
                for (float value : expected) {
                    largest = Math.max(largest, Math.abs(value));
                }
                assertArrayEquals(expected, Tensors.floats(without.gradients().of(name)), 1e-5f * largest, name);
            });
        }
    }

    @Test
    void aBatchWithoutAnythingToLearnHasNoGradient() {
        Batch nothing = Batch.of(List.of(Samples.instruction(30), Samples.instruction(30, "Only a question?")));
        try (Transformer transformer = GradientWorkersTest.transformer();
                GradientWorkers workers = new GradientWorkers(transformer, () -> new SlotLoss(300, 1), 2)) {
            assertEquals(0, workers.addGradients(nothing, 1));
            assertEquals(0, workers.gradients().norm());
        }
    }

    private RunConfig config(Path prefix, String... overrides) throws IOException {
        String[] all = Arrays.copyOf(new String[]{"data.prefix_paths=[" + prefix + "]", "data.pretraining=false",
                "data.reset_position_ids=false", "tfree.validation_prefix_paths=[" + prefix + "]",
                "training.gradient_accumulation_steps=1"}, 5 + overrides.length);
        System.arraycopy(overrides, 0, all, 5, overrides.length);
        return TinyRun.config(folder, all);
    }

    /** A memory map of the turns, each with these losses. */
    private Path map(String name, String... hasLoss) throws IOException {
        Path prefix = folder.resolve(name);
        try (DocumentStoreWriter writer = new DocumentStoreWriter(prefix)) {
            for (List<String> turns : TURNS) {
                writer.add(IntStream.range(0, turns.size())
                        .mapToObj(i -> "{\"has_loss\": %s, \"type\": \"text\", \"content\": \"%s\"}"
                                .formatted(hasLoss[i], turns.get(i)))
                        .collect(Collectors.joining(", ", "[", "]")));
            }
            writer.finish();
        }
        return prefix;
    }
}
