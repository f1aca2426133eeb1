package tfree.model;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The keys and values of the words that one text has so far, so that each further word costs one position only.
 *
 * <p>
 * They stand in blocks, which are never moved: a text that grows gets another block. A {@link #fork} shares the blocks
 * of its words, and copies one only to write behind them; so several answers to one prompt, the ways of a beam search
 * and chats with one beginning hold what they have in common once.
 *
 * <p>
 * A cache and its forks belong to one thread at a time. Native memory: 2 · layers · words · h floats, until
 * {@link #close()}.
 */
public final class KvCache implements AutoCloseable {
    private final ArchitectureConfig config;
    private final int blockWords;
    private final List<KvBlock> blocks = new ArrayList<>();
    private int length;

    /** An empty cache for a transformer of this shape. */
    public KvCache(ArchitectureConfig config) {
        this.config = config;
        this.blockWords = KvBlock.words(config);
    }

    /** How many words the cache holds: the position of the next one. */
    public int length() {
        return length;
    }

    /** How many words a block holds. */
    public int blockWords() {
        return blockWords;
    }

    /** A cache of the first words of this one, for another continuation. Both are closed, each by its owner. */
    public KvCache fork(int words) {
        require(words);
        KvCache fork = new KvCache(config);
        for (int i = 0; i < blocksOf(words); i++) {
            fork.blocks.add(blocks.get(i).share());
        }
        fork.length = words;
        return fork;
    }

    /** Forgets all words from the given one on, for another continuation of the same beginning. */
    public void truncate(int words) {
        require(words);
        length = words;
        while (blocks.size() > blocksOf(words)) {
            blocks.removeLast().release();
        }
    }

    private void require(int words) {
        if (words < 0 || words > length) {
            throw new IllegalArgumentException("expected 0 to " + length + " words to keep but was " + words);
        }
    }

    private int blocksOf(int words) {
        return Math.ceilDiv(words, blockWords);
    }

    /** Makes room for more words, in blocks that no other cache looks into. */
    void reserve(int words) {
        int used = length % blockWords;
        if (used > 0 && blocks.get(length / blockWords).isShared()) {
            KvBlock shared = blocks.get(length / blockWords);
            blocks.set(length / blockWords, shared.copy(used));
            shared.release();
        }
        while (blocks.size() < blocksOf(length + words)) {
            blocks.add(new KvBlock(config));
        }
    }

    /** Counts the words that {@link #attend} has written in every layer. */
    void advance(int words) {
        length += words;
    }

    /**
     * Writes the next words' keys and values, and lets each of the words look at all before it and at itself.
     *
     * @param query [words, heads, width], as are key and value
     * @return [1, heads, words, width]
     */
    Tensor attend(int layer, Tensor query, Tensor key, Tensor value) {
        int words = (int) query.size(0);
        Tensor q = rows(query);
        Tensor k = rows(key);
        Tensor v = rows(value);
        write(layer, k, v, words);
        if (words > 1 && length == 0) {
            return Attention.scaledDotProduct(q, k, v, true);
        }
        int seen = words == 1 ? length + 1 : length;
        if (words == 1 && seen <= blockWords) {
            KvBlock only = blocks.getFirst();
            return Attention.scaledDotProduct(q, only.keys(layer).narrow(2, 0, seen),
                    only.values(layer).narrow(2, 0, seen), false);
        }
        AttentionParts parts = new AttentionParts(q);
        for (int from = 0; from < seen; from += blockWords) {
            KvBlock block = blocks.get(from / blockWords);
            int count = Math.min(blockWords, seen - from);
            parts.add(block.keys(layer).narrow(2, 0, count), block.values(layer).narrow(2, 0, count), false);
        }
        if (words > 1) {
            parts.add(k, v, true);
        }
        return parts.joined();
    }

    /** [words, heads, width] → [1, heads, words, width] */
    private static Tensor rows(Tensor x) {
        return x.transpose(0, 1).unsqueeze(0);
    }

    private void write(int layer, Tensor key, Tensor value, int words) {
        for (int from = 0; from < words;) {
            int at = (length + from) % blockWords;
            int count = Math.min(blockWords - at, words - from);
            KvBlock block = blocks.get((length + from) / blockWords);
            block.keys(layer).narrow(2, at, count).copy_(key.narrow(2, from, count));
            block.values(layer).narrow(2, at, count).copy_(value.narrow(2, from, count));
            from += count;
        }
    }

    /** Frees the native memory that no fork looks into. */
    @Override
    public void close() {
        blocks.forEach(KvBlock::release);
        blocks.clear();
        length = 0;
    }
}
