package tfree.model;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Rotary position embedding over the whole head width: the adjacent pair (2i, 2i + 1) turns by the angle position ·
 * base^(−2i/width), in fp32.
 *
 * <p>
 * A pair is taken as one complex number, so that turning is one multiplication, and turning back one with the conjugate.
 */
final class Rotary {
    private final ArchitectureConfig config;
    private final Tensor turns; // [sequence length, head width / 2], complex, of length 1

    /** The turns at some positions, the same for every layer and head, and those back: [positions, 1, head width / 2]. */
    record Turns(Tensor there, Tensor back) {}

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

    Turns at(int[] positionIds) {
        for (int position : positionIds) {
            if (position < 0 || position >= config.sequenceLength()) {
                throw new IllegalArgumentException("expected positions below the model's sequence_length "
                        + config.sequenceLength() + " but was " + position + "; use a shorter text");
            }
        }
        Tensor there = turns.index_select(0, Tensors.ofInts(positionIds)).unsqueeze(1);
        return new Turns(there, there.conj().resolve_conj());
    }

    /** [positions, heads · width] → turned, [positions, heads, width], fp32 */
    Tensor turn(Tensor x, Turns at) {
        return turned(Tensors.fp32(x), at.there()).view(x.size(0), config.numAttentionHeads(), config.headWidth());
    }

    /** The gradient on its way back: [positions, heads, width] → [positions, heads · width] */
    Tensor turnBack(Tensor gradient, Turns at) {
        return turned(gradient, at.back()).view(gradient.size(0), config.hiddenSize());
    }

    private Tensor turned(Tensor x, Tensor by) {
        Tensor pairs = x.view(x.size(0), config.numAttentionHeads(), config.headWidth() / 2, 2);
        return torch.view_as_real(torch.view_as_complex(pairs).mul(by));
    }

    void close() {
        turns.close();
    }
}
