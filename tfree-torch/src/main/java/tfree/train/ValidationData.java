package tfree.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tfree.config.RunConfig;
import tfree.data.DocumentStore;
import tfree.data.PackedSequence;
import tfree.data.SequencePacker;
import tfree.trigram.SlotTable;
import tfree.trigram.TextEncoder;

/**
 * Documents that are held back from training, each as one sample that is cut after {@code sequence_length} positions:
 * the same ones at every validation.
 */
public final class ValidationData {
    /** Positions beyond which no further document is taken: a validation costs seconds, not minutes. */
    private static final int MOST_POSITIONS = 8192;
    private static final int POSITIONS_AT_ONCE = 1024;

    private final List<Batch> batches = new ArrayList<>();

    /** Reads {@code tfree.validation_prefix_paths}; none gives no batch. */
    public ValidationData(RunConfig config, SlotTable table) throws IOException {
        SequencePacker packer = new SequencePacker(new TextEncoder(table), config.data().sequenceLength(),
                config.data().resetPositionIds(), config.training().resetAttentionMask());
        List<PackedSequence> samples = new ArrayList<>();
        for (String prefix : config.tfree().validationPrefixPaths()) {
            try (DocumentStore store = DocumentStore.open(Path.of(prefix))) {
                for (long d = 0; d < store.size() && positions(samples) < MOST_POSITIONS; d++) {
                    PackedSequence sample = packer.pack(List.of(store.text(d))).withoutPadding();
                    if (sample.positions() > 0) {
                        samples.add(sample);
                    }
                }
            }
        }
        List<PackedSequence> some = new ArrayList<>();
        for (PackedSequence sample : samples) {
            some.add(sample);
            if (positions(some) >= POSITIONS_AT_ONCE) {
                batches.add(Batch.of(some));
                some.clear();
            }
        }
        if (!some.isEmpty()) {
            batches.add(Batch.of(some));
        }
    }

    /** Whether there is nothing to validate on. */
    public boolean isEmpty() {
        return batches.isEmpty();
    }

    /** The mean loss over all positions, without the scale. */
    public double loss(GradientWorkers workers) {
        double sum = 0;
        long positions = 0;
        for (Batch batch : batches) {
            sum += workers.loss(batch) * batch.positions();
            positions += batch.positions();
        }
        return sum / positions;
    }

    private static int positions(List<PackedSequence> samples) {
        return samples.stream().mapToInt(PackedSequence::positions).sum();
    }
}
