package tfree.model;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The keys and values of the words that one text has so far, so that each further word costs one position only.
 *
 * <p>
 * Not for two threads at once. Native memory: 2 · layers · words · h floats, until {@link #close()}.
 */
public final class KvCache implements AutoCloseable, AttentionReach {
    private static final int BLOCK = 256;

    private final ArchitectureConfig config;
    private final Tensor[] keys; // a layer's: [1, heads, capacity, width]
    private final Tensor[] values;
    private int capacity;
    private int length;

    /** An empty cache for a transformer of this shape. */
    public KvCache(ArchitectureConfig config) {
        this.config = config;
        keys = new Tensor[config.numLayers()];
        values = new Tensor[config.numLayers()];
        for (int layer = 0; layer < keys.length; layer++) {
            keys[layer] = buffer(0);
            values[layer] = buffer(0);
        }
    }

    /** How many words the cache holds: the position of the next one. */
    public int length() {
        return length;
    }

    /** Forgets all words from the given one on, for another continuation of the same beginning. */
    public void truncate(int words) {
        if (words < 0 || words > length) {
            throw new IllegalArgumentException("expected 0 to " + length + " words to keep but was " + words);
        }
        length = words;
    }

    /** Makes room for more words. The buffers grow by blocks of 256 words, so words are copied rarely. */
    void reserve(int words) {
        int needed = length + words;
        if (needed <= capacity) {
            return;
        }
        int grown = Math.min((needed + BLOCK - 1) / BLOCK * BLOCK, Math.max(needed, config.sequenceLength()));
        for (int layer = 0; layer < keys.length; layer++) {
            keys[layer] = grow(keys[layer], grown);
            values[layer] = grow(values[layer], grown);
        }
        capacity = grown;
    }

    /** Counts the words that {@link #attend} has written in every layer. */
    void advance(int words) {
        length += words;
    }

    @Override
    public Tensor attend(int layer, Tensor query, Tensor key, Tensor value) {
        long words = query.size(0);
        write(keys[layer], key);
        write(values[layer], value);
        Tensor q = query.transpose(0, 1).unsqueeze(0); // [1, heads, words, width]
        if (length == 0 || words == 1) {
            return flat(attend(layer, q, length + words, words > 1));
        }
        // Fused causal attention takes the first query to see the first key only: behind a past, go word by word.
        TensorVector rows = new TensorVector();
        for (long w = 0; w < words; w++) {
            rows.push_back(flat(attend(layer, q.narrow(2, w, 1), length + w + 1, false)));
        }
        return torch.cat(rows);
    }

    private Tensor attend(int layer, Tensor query, long seen, boolean causal) {
        return Attention.scaledDotProduct(query, keys[layer].narrow(2, 0, seen), values[layer].narrow(2, 0, seen),
                causal);
    }

    /** [1, heads, words, width] → [words, heads · width] */
    private static Tensor flat(Tensor out) {
        return out.squeeze(0).transpose(0, 1).reshape(out.size(2), -1);
    }

    private void write(Tensor buffer, Tensor rows) {
        buffer.narrow(2, length, rows.size(0)).copy_(rows.transpose(0, 1).unsqueeze(0));
    }

    private Tensor grow(Tensor buffer, int grown) {
        Tensor larger = buffer(grown);
        if (length > 0) {
            larger.narrow(2, 0, length).copy_(buffer.narrow(2, 0, length));
        }
        buffer.close();
        return larger;
    }

    private Tensor buffer(int words) {
        return Tensors.permanent(Tensors.emptyFloats(1, config.numAttentionHeads(), words, config.headWidth()));
    }

    /** Frees the native memory. */
    @Override
    public void close() {
        for (int layer = 0; layer < keys.length; layer++) {
            keys[layer].close();
            values[layer].close();
        }
    }
}
