package tfree.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tfree.checkpoint.Checkpoint;
import tfree.checkpoint.OriginalCheckpoint;
import tfree.config.RunConfig;
import tfree.data.Corpus;
import tfree.data.ItemText;
import tfree.data.PackedSequence;
import tfree.data.SampleOrder;
import tfree.data.SampleSchedule;
import tfree.data.SequencePacker;
import tfree.data.TextItems;
import tfree.golden.Golden;
import tfree.model.Transformer;
import tools.jackson.databind.JsonNode;

/** A run of the original's, gone on with here. Its text may not be passed on: this needs a folder that has it. */
@EnabledIfSystemProperty(named = "tfree.golden.local", matches = ".+")
class OriginalRunTest {
    private static final double TOLERANCE = 2e-4;

    @TempDir
    private Path folder = Path.of("");

    /** Its steps 5 and 6, after 4: the loss of 5 shows the weights, that of 6 AdamW's moments and their number too. */
    @Test
    void takesTheNextStepsOfTheOriginal() throws IOException {
        Checkpoint from = Checkpoint.open(OriginalCheckpoint.trained(folder));
        RunConfig config = from.config();
        RunConfig.Optimizer adam = config.optimizer();
        RunConfig.Schedule rates = config.learningRateScheduler();
        LearningRateSchedule schedule = new LearningRateSchedule(rates.learningRate(), rates.learningRateMinimum(),
                rates.learningRateDecayStyle(), 200, rates.learningRateWarmupSteps());
        Objective objective = Objective.of(config, from.units());
        try (Transformer model = Transformer.initialised(config.architecture(), 0);
                Optimizer optimizer = new Optimizer(model.parameters(), new Optimizer.Settings(adam.beta1(),
                        adam.beta2(), adam.eps(), config.training().weightDecay(), adam.gradientClipping()));
                GradientWorkers workers = new GradientWorkers(model, objective.losses(), 2);
                Fineweb items = new Fineweb()) {
            from.loadInto(model);
            from.loadOptimizer(optimizer::restore);
            SampleSchedule samples = new SampleSchedule(items.size(), config.training().seed(), 1, 0,
                    config.training().microBatchSize());
            SequencePacker packer = TrainingData.packer(config, objective.encoders().get());
            long consumed = from.state().consumedSamples();
            for (JsonNode expected : Golden.json("F_transformer/trainer_checkpoint/training_metrics.json")
                    .get("resumed_from_4")) {
                double loss = 0;
                for (int micro = 0; micro < 2; micro++) {
                    SampleSchedule.Batch next = samples.next(consumed);
                    loss += workers.addGradients(fill(packer, items, samples, next), config.training().lossScale()) / 2;
                    consumed = next.consumedAfter();
                }
                double learningRate = schedule.at(expected.get("training/step").asLong());
                double norm = optimizer.step(learningRate, workers.gradients());
                assertEquals(expected.get("training/learning_rate_weight_decay_params").asDouble(), learningRate,
                        1e-12);
                assertClose(expected.get("training/loss").asDouble(), loss);
                assertClose(expected.get("training/global_grad_norm").asDouble(), norm);
            }
            assertEquals(6, optimizer.steps());
        }
    }

    private static Batch fill(SequencePacker packer, TextItems items, SampleSchedule samples,
            SampleSchedule.Batch batch) throws IOException {
        try (SampleOrder order = samples.order(batch.epoch())) {
            PackedSequence first = packer.newSample();
            PackedSequence second = packer.newSample();
            packer.pack(items, order, batch.positions()[0], first);
            packer.pack(items, order, batch.positions()[1], second);
            return Batch.of(List.of(first, second));
        }
    }

    private static void assertClose(double expected, double actual) {
        assertEquals(1, actual / expected, TOLERANCE, actual + " for " + expected);
    }

    private static Path local(String file) {
        return Path.of(System.getProperty("tfree.golden.local", "")).resolve(file);
    }

    /** As many items as the original saw: all but the last. */
    private static final class Fineweb implements TextItems {
        private final Corpus all = Corpus.open(List.of(local("D_mmap/fineweb")));

        Fineweb() throws IOException {}

        @Override
        public long size() {
            return all.size() - 1;
        }

        @Override
        public void read(long item, ItemText into) throws IOException {
            all.read(item, into);
        }

        @Override
        public String name(long item) {
            return all.name(item);
        }

        @Override
        public void close() {
            all.close();
        }
    }
}
