package tfree.generate;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tfree.model.KvCache;

/**
 * What the model has kept of earlier texts, so that one that begins alike is not read again up to there: the turns of a
 * chat, a system prompt. The texts used last are held, within a number of words; what they have in common is held once,
 * and counted for each.
 *
 * <p>For one model, and one thread at a time; {@link #statistics} may be asked by any. Native memory as of
 * {@link KvCache}, until {@link #close}.
 */
public final class PrefixCache implements AutoCloseable {
    private final int capacity;
    private final List<Text> texts = new ArrayList<>(); // the one used last at the end
    private volatile Statistics statistics = new Statistics(0, 0, 0, 0, 0);

    private record Text(List<String> words, KvCache cache) {}

    /**
     * What the cache did so far.
     *
     * @param lookups     prompts that were looked up
     * @param hits        those of them whose beginning was there
     * @param wordsReused words that were not read again
     * @param wordsHeld   words that are held now
     * @param evictions   texts that had to go
     */
    public record Statistics(long lookups, long hits, long wordsReused, int wordsHeld, long evictions) {}

    /** @param capacity how many words are held at most; 0: none */
    public PrefixCache(int capacity) {
        Sampling.require(capacity >= 0, "prefix cache", "at least 0 words", capacity);
        this.capacity = capacity;
    }

    /** What it did so far. */
    public Statistics statistics() {
        return statistics;
    }

    /** What is kept of the text's beginning, at most up to its last word; null if nothing is. The caller closes it. */
    @Nullable
    KvCache beginning(List<String> words) {
        int longest = 0;
        Text found = null;
        for (Text text : texts) {
            int common = common(text.words, words.subList(0, words.size() - 1));
            if (common >= longest && common > 0) {
                longest = common;
                found = text;
            }
        }
        Statistics s = statistics;
        statistics = new Statistics(s.lookups + 1, s.hits + (found == null ? 0 : 1), s.wordsReused + longest,
                s.wordsHeld, s.evictions);
        if (found == null) {
            return null;
        }
        texts.remove(found);
        texts.add(found);
        return found.cache.fork(longest);
    }

    private static int common(List<String> one, List<String> other) {
        int common = 0;
        while (common < one.size() && common < other.size() && one.get(common).equals(other.get(common))) {
            common++;
        }
        return common;
    }

    /** Keeps what the model has of a text's first words, in place of texts that it goes on from. */
    void keep(List<String> words, KvCache cache) {
        List<String> kept = List.copyOf(words.subList(0, cache.length()));
        if (kept.size() > capacity || kept.isEmpty()
                || texts.stream().anyMatch(text -> common(text.words, kept) == kept.size())) {
            return;
        }
        long evictions = statistics.evictions;
        for (Text text : List.copyOf(texts)) {
            if (common(text.words, kept) == text.words.size()) {
                remove(text);
            }
        }
        while (held() + kept.size() > capacity) {
            remove(texts.getFirst());
            evictions++;
        }
        texts.add(new Text(kept, cache.fork(kept.size())));
        Statistics s = statistics;
        statistics = new Statistics(s.lookups, s.hits, s.wordsReused, held(), evictions);
    }

    private void remove(Text text) {
        texts.remove(text);
        text.cache.close();
    }

    private int held() {
        return texts.stream().mapToInt(text -> text.words.size()).sum();
    }

    /** Forgets all texts. */
    @Override
    public void close() {
        List.copyOf(texts).forEach(this::remove);
        Statistics s = statistics;
        statistics = new Statistics(s.lookups, s.hits, s.wordsReused, 0, s.evictions);
    }
}
