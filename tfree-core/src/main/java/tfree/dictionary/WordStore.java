package tfree.dictionary;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Distinct words in order, as UTF-8 one after another, with counts, and found by a hash table of places: 20 bytes a word
 * beside its letters. Immutable.
 */
final class WordStore {
    final byte[] utf8;
    final int[] starts; // [words + 1]: word i is utf8[starts[i] .. starts[i + 1])
    final long[] counts; // [words]
    final int[] table; // place + 1 by hash, 0 where empty; at most half full

    WordStore(byte[] utf8, int[] starts, long[] counts, int[] table) {
        this.utf8 = utf8;
        this.starts = starts;
        this.counts = counts;
        this.table = table;
    }

    /** These words, of which none may come twice. */
    static WordStore of(List<String> words, long[] counts) {
        byte[] utf8 = new byte[8 * words.size() + 16];
        int[] starts = new int[words.size() + 1];
        for (int i = 0; i < words.size(); i++) {
            byte[] word = words.get(i).getBytes(StandardCharsets.UTF_8);
            int end = Math.addExact(starts[i], word.length);
            if (end > utf8.length) {
                utf8 = Arrays.copyOf(utf8, Math.addExact(end, end / 2));
            }
            System.arraycopy(word, 0, utf8, starts[i], word.length);
            starts[i + 1] = end;
        }
        WordStore store = new WordStore(Arrays.copyOf(utf8, starts[words.size()]), starts, counts,
                new int[tableSize(words.size())]);
        for (int i = 0; i < words.size(); i++) {
            store.table[store.find(store.utf8, starts[i], starts[i + 1])] = i + 1;
        }
        return store;
    }

    int size() {
        return counts.length;
    }

    String word(int i) {
        return new String(utf8, starts[i], starts[i + 1] - starts[i], StandardCharsets.UTF_8);
    }

    /** The word's place, or −1. */
    int indexOf(byte[] word) {
        return table[find(word, 0, word.length)] - 1;
    }

    /** How many entries the hash table of so many words has. */
    static int tableSize(int words) {
        return Integer.highestOneBit(Math.max(1, words)) << 2;
    }

    /** Where in the table the word stands, or would stand. */
    private int find(byte[] word, int from, int to) {
        int at = hash(word, from, to) & (table.length - 1);
        while (table[at] != 0) {
            int i = table[at] - 1;
            if (Arrays.equals(utf8, starts[i], starts[i + 1], word, from, to)) {
                break;
            }
            at = (at + 1) & (table.length - 1);
        }
        return at;
    }

    private static int hash(byte[] word, int from, int to) {
        long hash = 0x9E3779B97F4A7C15L;
        for (int i = from; i < to; i++) {
            hash = (hash ^ word[i]) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        return (int) (hash >>> 16);
    }
}
