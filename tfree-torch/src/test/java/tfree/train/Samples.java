package tfree.train;

import java.util.List;
import tfree.data.PackedSequence;
import tfree.data.SequencePacker;
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
        TextEncoder encoder = new TextEncoder(TABLE);
        return new SequencePacker(encoder, positions, true, true).pack(0, texts.length, i -> List.of(texts[i]));
    }
}
