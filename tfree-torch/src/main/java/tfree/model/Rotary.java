package tfree.model;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Rotary position embedding over the whole head width: the adjacent pair (2i, 2i + 1) turns by the angle position ·
 * base^(−2i/width), in fp32.
 *
 * <p>
 * A pair is taken as one complex number, so that turning is one multiplication.
 */
final class Rotary {
    private final ArchitectureConfig config;
    private final Tensor turns; // [sequence length, head width / 2], complex, of length 1

    Rotary(ArchitectureConfig config) {
        this.config = config;
        int pairs = config.headWidth() / 2;
        float[] cosSin = new float[Math.multiplyExact(config.sequenceLength(), 2 * pairs)];
        for (int i = 0; i < pairs; i++) {
            float speed = (float) Math.pow(config.rotaryEmbeddingBase(), -2.0 * i / config.headWidth());
            for (int position = 0; position < config.sequenceLength(); position++) {
                float angle = position * speed; // fp32, as weights of published models were trained
                int at = 2 * (position * pairs + i);
                cosSin[at] = (float) Math.cos(angle);
                cosSin[at + 1] = (float) Math.sin(angle);
            }
        }
        turns = Tensors.permanent(
                torch.view_as_complex(Tensors.ofFloats(cosSin, config.sequenceLength(), pairs, 2)));
    }

    /** The turns at the positions, the same for every layer and head: [positions, 1, head width / 2]. */
    Tensor at(int[] positionIds) {
        for (int position : positionIds) {
            if (position < 0 || position >= config.sequenceLength()) {
                throw new IllegalArgumentException("expected positions below the model's sequence_length "
                        + config.sequenceLength() + " but was " + position + "; use a shorter text");
            }
        }
        return turns.index_select(0, Tensors.ofInts(positionIds)).unsqueeze(1);
    }

    /** [positions, heads · width] → turned, [positions, heads, width] */
    Tensor turn(Tensor x, Tensor turnsAtPositions) {
        int heads = config.numAttentionHeads();
        int width = config.headWidth();
        Tensor pairs = torch.view_as_complex(x.view(x.size(0), heads, width / 2, 2));
        return torch.view_as_real(pairs.mul(turnsAtPositions)).view(x.size(0), heads, width);
    }

    void close() {
        turns.close();
    }
}
