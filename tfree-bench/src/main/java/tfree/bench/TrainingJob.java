package tfree.bench;

import java.util.ArrayList;
import java.util.List;
import tfree.data.PackedSequence;
import tfree.data.SequencePacker;
import tfree.model.ArchitectureConfig;
import tfree.model.ArchitectureConfig.Aggregation;
import tfree.model.ArchitectureConfig.Init;
import tfree.model.ArchitectureConfig.MlpType;
import tfree.model.ArchitectureConfig.Norm;
import tfree.model.ArchitectureConfig.Precision;
import tfree.train.Batch;
import tfree.trigram.SlotTable;
import tfree.trigram.TextEncoder;
import tfree.trigram.TokenizerConfig;

/**
 * The training job that speeds are given for: h 256, 4 layers, 8 heads, SwiGLU, m 10, batches of four sequences of 256
 * words, each of another English document.
 *
 * @param batches of 1 024 words
 */
record TrainingJob(ArchitectureConfig config, List<Batch> batches) {
    private static final int SEQUENCE = 256;
    private static final int SEQUENCES = 4;
    private static final int BATCHES = 16;

    static TrainingJob of(int slots, Precision precision) {
        ArchitectureConfig config = new ArchitectureConfig(true, false, Aggregation.SUM, Norm.RMS, MlpType.SWIGLU,
                Init.PYTHIA, false, slots, 256, 4, 8, 10_000, SEQUENCE, 2.66796875, precision, 1e-5, 1);
        SequencePacker packer = new SequencePacker(new TextEncoder(new SlotTable(TokenizerConfig.of(slots, 10, 0))),
                SEQUENCE, true, true);
        List<String> documents = BenchmarkText.of("english").documents();
        List<Batch> batches = new ArrayList<>();
        for (int b = 0; b < BATCHES; b++) {
            List<PackedSequence> sequences = new ArrayList<>();
            for (int s = 0; s < SEQUENCES; s++) {
                PackedSequence sequence = packer.newSample();
                packer.packText(documents.get(b * SEQUENCES + s), sequence);
                sequences.add(sequence);
            }
            batches.add(Batch.of(sequences));
        }
        return new TrainingJob(config, batches);
    }

    /** The batch of a step. */
    Batch batch(int step) {
        return batches.get(step % batches.size());
    }

    int words() {
        return SEQUENCE * SEQUENCES;
    }

    /**
     * Floating-point operations of a step, forward and backward: six for each weight of a matrix and word, and causal
     * attention, which looks back at half a sequence on average. The embedding is a lookup.
     */
    double operations() {
        double h = config.hiddenSize();
        double layer = 4 * h * h + 3 * h * config.mlpWidth();
        double weights = config.numLayers() * layer + h * config.vocabSize();
        double attention = config.numLayers() * 6 * h * SEQUENCE;
        return words() * (6 * weights + attention);
    }
}
