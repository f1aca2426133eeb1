package tfree.bench;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import tfree.dictionary.Dictionary;
import tfree.trigram.ActivationPattern;

/**
 * Contrast scores of a dictionary's words as one would write them down: by a loop over all slots of a word, or by a sum
 * for each distinct trigram, an addition for each trigram of a word, and the slots that two of them share taken off. In
 * floats, on all cores, in the dictionary's order.
 */
final class PlainScores {
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    private final int vocabSize;
    private final int m;
    private final int[] slots; // of all words' inner and edge sets
    private final int[] slotStart; // [words + 1]
    private final int[] rowSlots; // [rows, m]
    private final int[] rows; // of all words
    private final int[] rowStart; // [words + 1]
    private final int[] repeatWord;
    private final int[] repeatSlot;
    private final float[] active;
    private final float[] rowSums;
    private final float[] scores;
    private double total;

    PlainScores(Dictionary dictionary) {
        vocabSize = dictionary.table().config().vocabSize();
        m = dictionary.table().config().vocabPopulation();
        int words = dictionary.size();
        slotStart = new int[words + 1];
        rowStart = new int[words + 1];
        for (int w = 0; w < words; w++) {
            ActivationPattern pattern = dictionary.pattern(w);
            slotStart[w + 1] = slotStart[w] + pattern.inner().length + pattern.edge().length;
            rowStart[w + 1] = rowStart[w] + pattern.trigramCount();
        }
        slots = new int[slotStart[words]];
        rows = new int[rowStart[words]];
        int repeats = m * rowStart[words] - slotStart[words];
        repeatWord = new int[repeats];
        repeatSlot = new int[repeats];
        Map<Integer, Integer> numbers = new HashMap<>();
        int[] table = new int[m * 1024];
        int repeat = 0;
        for (int w = 0; w < words; w++) {
            ActivationPattern pattern = dictionary.pattern(w);
            System.arraycopy(pattern.inner(), 0, slots, slotStart[w], pattern.inner().length);
            System.arraycopy(pattern.edge(), 0, slots, slotStart[w + 1] - pattern.edge().length,
                    pattern.edge().length);
            for (int i = 0; i < pattern.trigramCount(); i++) {
                int name = pattern.wholeWord() ? -w - 1 : pattern.trigrams()[i];
                int row = numbers.computeIfAbsent(name, _ -> numbers.size());
                if (table.length < (row + 1) * m) {
                    table = Arrays.copyOf(table, 2 * table.length);
                }
                System.arraycopy(pattern.slots(), i * m, table, row * m, m);
                rows[rowStart[w] + i] = row;
            }
            for (int slot : repeats(pattern, Arrays.copyOfRange(slots, slotStart[w], slotStart[w + 1]))) {
                repeatWord[repeat] = w;
                repeatSlot[repeat++] = slot;
            }
        }
        rowSlots = Arrays.copyOf(table, numbers.size() * m);
        active = new float[vocabSize];
        rowSums = new float[numbers.size()];
        scores = new float[words];
    }

    /** What the pattern's rows hold more often than its sets. */
    private static int[] repeats(ActivationPattern pattern, int[] sets) {
        int[] all = pattern.slots().clone();
        Arrays.sort(all);
        Arrays.sort(sets);
        int[] repeats = new int[all.length - sets.length];
        int count = 0;
        int at = 0;
        for (int slot : all) {
            if (at < sets.length && sets[at] == slot) {
                at++;
            } else {
                repeats[count++] = slot;
            }
        }
        return repeats;
    }

    /** A gather for each slot of each word. */
    float[] bySlots(float[] logits) {
        activate(logits);
        inParallel(scores.length, (from, to) -> {
            for (int w = from; w < to; w++) {
                float sum = 0;
                for (int i = slotStart[w]; i < slotStart[w + 1]; i++) {
                    sum += active[slots[i]];
                }
                scores[w] = contrast(sum, w);
            }
        });
        return scores;
    }

    /** A gather for each trigram of each word. */
    float[] byTrigrams(float[] logits) {
        activate(logits);
        inParallel(rowSums.length, (from, to) -> {
            for (int row = from; row < to; row++) {
                float sum = 0;
                for (int i = row * m; i < (row + 1) * m; i++) {
                    sum += active[rowSlots[i]];
                }
                rowSums[row] = sum;
            }
        });
        inParallel(scores.length, (from, to) -> {
            int repeat = Arrays.binarySearch(repeatWord, from);
            repeat = repeat < 0 ? -repeat - 1 : repeat;
            while (repeat > 0 && repeatWord[repeat - 1] == from) {
                repeat--;
            }
            for (int w = from; w < to; w++) {
                float sum = 0;
                for (int i = rowStart[w]; i < rowStart[w + 1]; i++) {
                    sum += rowSums[rows[i]];
                }
                for (; repeat < repeatWord.length && repeatWord[repeat] == w; repeat++) {
                    sum -= active[repeatSlot[repeat]];
                }
                scores[w] = contrast(sum, w);
            }
        });
        return scores;
    }

    private float contrast(float sum, int w) {
        float on = m * (rowStart[w + 1] - rowStart[w]);
        return sum / on + (float) ((sum - total) / (vocabSize - on));
    }

    private void activate(float[] logits) {
        total = 0;
        for (int slot = 0; slot < vocabSize; slot++) {
            active[slot] = (float) (1 / (1 + Math.exp(-logits[slot])));
            total += active[slot];
        }
    }

    private interface Range {
        void run(int from, int to);
    }

    private static void inParallel(int items, Range work) {
        IntStream.range(0, CORES).parallel().forEach(core -> work.run((int) ((long) items * core / CORES),
                (int) ((long) items * (core + 1) / CORES)));
    }
}
