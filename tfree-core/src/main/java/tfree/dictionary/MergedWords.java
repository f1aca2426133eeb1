package tfree.dictionary;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The words of several sorted runs as one, each once with the sum of its counts. */
final class MergedWords implements SortedWords {
    private final PriorityQueue<SortedWords> runs = new PriorityQueue<>(
            Comparator.comparing(SortedWords::word, Arrays::compareUnsigned));
    private byte[] word = new byte[0];
    private long count;

    MergedWords(List<SortedWords> runs) throws IOException {
        for (SortedWords run : runs) {
            add(run);
        }
    }

    @Override
    public boolean next() throws IOException {
        if (runs.isEmpty()) {
            return false;
        }
        word = runs.element().word();
        count = 0;
        while (!runs.isEmpty() && Arrays.equals(runs.element().word(), word)) {
            SortedWords run = runs.remove();
            count += run.count();
            add(run);
        }
        return true;
    }

    @Override
    public byte[] word() {
        return word;
    }

    @Override
    public long count() {
        return count;
    }

    private void add(SortedWords run) throws IOException {
        if (run.next()) {
            runs.add(run);
        }
    }
}
