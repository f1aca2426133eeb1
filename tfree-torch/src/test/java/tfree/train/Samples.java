package tfree.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import tfree.data.ListItems;
import tfree.data.PackedSequence;
import tfree.data.SampleOrder;
import tfree.data.SequencePacker;
import tfree.data.TextPiece;
import tfree.model.ModelInput;
import tfree.trigram.SlotTable;
import tfree.trigram.TextEncoder;
import tfree.trigram.TokenizerConfig;

/** Packed texts for a small model: v 500, m 5. */
final class Samples {
    static final int SLOTS = 500;
    private static final SlotTable TABLE = new SlotTable(TokenizerConfig.of(SLOTS, 5, 0));

    private Samples() {}

    /** The texts one after the other, from the first again until the positions are full. */
    static PackedSequence pack(int positions, String... texts) {
        SequencePacker packer = new SequencePacker(new TextEncoder(TABLE), positions, true, true);
        PackedSequence sample = packer.newSample();
        try (SampleOrder only = new SampleOrder(1, 0)) {
            packer.pack(new ListItems(List.of(List.of(texts))), only, 0, sample);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sample;
    }

    /** An instruction of pieces that take turns in having no loss and having one, padded. */
    static PackedSequence instruction(int positions, String... pieces) {
        SequencePacker packer = new SequencePacker(new TextEncoder(TABLE), positions, false, true);
        PackedSequence sample = packer.newSample();
        packer.packPieces(IntStream.range(0, pieces.length).mapToObj(i -> new TextPiece(pieces[i], i % 2)).toList(),
                sample);
        return sample;
    }

    /** A batch of all positions, those of padding included, as the original has it. */
    static Batch padded(List<PackedSequence> samples) {
        int length = samples.getFirst().positions();
        int[] starts = IntStream.range(0, samples.size())
                .flatMap(i -> Arrays.stream(samples.get(i).documentStarts(), 0, samples.get(i).documents())
                        .map(start -> i * length + start))
                .toArray();
        float[] weights = new float[length * samples.size()];
        for (int i = 0; i < samples.size(); i++) {
            System.arraycopy(samples.get(i).lossWeights(), 0, weights, i * length, length);
        }
        return new Batch(
                new ModelInput(joined(samples, PackedSequence::inputSlots, s -> s.inputOffsets()[length]),
                        offsets(samples, PackedSequence::inputOffsets),
                        joined(samples, PackedSequence::trigramCounts, s -> length),
                        joined(samples, PackedSequence::positionIds, s -> length), starts),
                new SlotTargets(joined(samples, PackedSequence::targetSlots, s -> s.targetOffsets()[length]),
                        offsets(samples, PackedSequence::targetOffsets), new boolean[0], weights));
    }

    private static int[] joined(List<PackedSequence> samples, Function<PackedSequence, int[]> part,
            ToIntFunction<PackedSequence> count) {
        return samples.stream().flatMapToInt(s -> Arrays.stream(part.apply(s), 0, count.applyAsInt(s))).toArray();
    }

    private static int[] offsets(List<PackedSequence> samples, Function<PackedSequence, int[]> part) {
        IntStream.Builder offsets = IntStream.builder().add(0);
        int end = 0;
        for (PackedSequence sample : samples) {
            int[] own = part.apply(sample);
            for (int p = 1; p <= sample.positions(); p++) {
                offsets.add(end + own[p]);
            }
            end += own[sample.positions()];
        }
        return offsets.build().toArray();
    }
}
