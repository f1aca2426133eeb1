package tfree.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tfree.config.RunConfig;
import tfree.data.Corpus;
import tfree.data.PackedSequence;
import tfree.data.SequencePacker;
import tfree.trigram.UnitEncoder;

/**
 * Items that are held back from training, each as one sample that is cut after {@code sequence_length} positions: the
 * same ones at every validation.
 */
public final class ValidationData {
    /** Positions beyond which no further item is taken: a validation costs seconds, not minutes. */
    private static final int MOST_POSITIONS = 8192;
    private static final int POSITIONS_AT_ONCE = 1024;

    private final List<Batch> batches = new ArrayList<>();

    /** Reads {@code tfree.validation_prefix_paths}; none gives no batch. */
    public ValidationData(RunConfig config, UnitEncoder encoder) throws IOException {
        SequencePacker packer = TrainingData.packer(config, encoder);
        try (Corpus corpus = TrainingData.corpus(config, config.tfree().validationPrefixPaths())) {
            List<PackedSequence> samples = new ArrayList<>();
            int taken = 0;
            int open = 0;
            for (long item = 0; item < corpus.size() && taken < MOST_POSITIONS; item++) {
                PackedSequence sample = packer.newSample();
                if (config.data().pretraining()) {
                    packer.pack(corpus, item, sample);
                    sample.dropPadding();
                } else {
                    packer.packInstruction(corpus, item, sample);
                }
                if (sample.filled() > 0) {
                    samples.add(sample);
                    taken += sample.filled();
                    open += sample.filled();
                }
                if (open >= POSITIONS_AT_ONCE) {
                    batches.add(Batch.of(samples));
                    samples.clear();
                    open = 0;
                }
            }
            if (!samples.isEmpty()) {
                batches.add(Batch.of(samples));
            }
        }
    }

    /** Whether there is nothing to validate on. */
    public boolean isEmpty() {
        return batches.isEmpty();
    }

    /** The mean loss over all positions, without the scale; the ranks take turns with the batches. */
    double loss(GradientWorkers workers, RankGroup group) {
        double sum = 0;
        long positions = 0;
        for (int i = group.rank(); i < batches.size(); i += group.ranks()) {
            Batch batch = batches.get(i);
            sum += workers.loss(batch) * batch.lossPositions();
            positions += batch.lossPositions();
        }
        double[] all = group.sums(sum, (double) positions);
        return all[0] / all[1];
    }
}
