package tfree.model;

import org.bytedeco.pytorch.Tensor;

/**
 * The keys and values of some consecutive words, in every layer. Caches whose texts begin alike share the blocks of the
 * beginning: a block is freed when its last owner lets go of it.
 */
final class KvBlock {
    /** So many floats of one layer's keys and more are worth a block; a tiny block would cost calls, a large one memory. */
    private static final int FLOATS = 1 << 18;
    private static final int LEAST_WORDS = 64;
    private static final int MOST_WORDS = 256;

    private final ArchitectureConfig config;
    private final Tensor all; // [layers, 2, heads, words, width]
    private final Tensor[] keys; // a layer's: [1, heads, words, width]
    private final Tensor[] values;
    private int owners = 1;

    KvBlock(ArchitectureConfig config) {
        this.config = config;
        all = Tensors.permanent(Tensors.emptyFloats(config.numLayers(), 2, config.numAttentionHeads(), words(config),
                config.headWidth()));
        keys = new Tensor[config.numLayers()];
        values = new Tensor[config.numLayers()];
        for (int layer = 0; layer < keys.length; layer++) {
            Tensor both = all.select(0, layer);
            keys[layer] = Tensors.permanent(both.narrow(0, 0, 1));
            values[layer] = Tensors.permanent(both.narrow(0, 1, 1));
        }
    }

    /** How many words a block of such a model holds. */
    static int words(ArchitectureConfig config) {
        int words = Math.clamp(Integer.highestOneBit(Math.max(1, FLOATS / config.hiddenSize())), LEAST_WORDS,
                MOST_WORDS);
        return Math.min(words, config.sequenceLength());
    }

    /** [1, heads, words, width] */
    Tensor keys(int layer) {
        return keys[layer];
    }

    /** [1, heads, words, width] */
    Tensor values(int layer) {
        return values[layer];
    }

    /** Another owner's. */
    KvBlock share() {
        owners++;
        return this;
    }

    boolean isShared() {
        return owners > 1;
    }

    /** A block of its own with the first words of this one. */
    KvBlock copy(int words) {
        KvBlock copy = new KvBlock(config);
        copy.all.narrow(3, 0, words).copy_(all.narrow(3, 0, words));
        return copy;
    }

    /** Lets go of it. */
    void release() {
        if (--owners == 0) {
            for (int layer = 0; layer < keys.length; layer++) {
                keys[layer].close();
                values[layer].close();
            }
            all.close();
        }
    }
}
