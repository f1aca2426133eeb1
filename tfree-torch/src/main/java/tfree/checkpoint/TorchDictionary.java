package tfree.checkpoint;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tfree.dictionary.WordCounts;
import tfree.dictionary.WordList;
import tfree.file.CorruptFileException;
import tfree.pickle.CounterPickle;

/** The dictionaries in the original's {@code .pt} files. */
public final class TorchDictionary {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);

    private TorchDictionary() {}

    /**
     * The words of a {@code tokenizer.pt}, in its order, or of a Counter such as {@code words_target_rank_0.pt}, by falling
     * count.
     *
     * @throws CorruptFileException when the file is neither, or damaged
     */
    public static WordList read(Path path) throws IOException {
        try (TorchFile file = TorchFile.open(path)) {
            return of(path, file.value());
        }
    }

    /** The same of a file's value. */
    static WordList of(Path path, @Nullable Object value) throws CorruptFileException {
        if (!(value instanceof Map<?, ?> map) || !map.containsKey("words") || map.get("words") instanceof Number) {
            return WordList.mostCommon(CounterPickle.counts(value, path.toString()));
        }
        if (!(map.get("words") instanceof List<?> words) || !(map.get("word_counts") instanceof StoredTensor counts)
                || counts.type() != ElementType.I64 || counts.sizes().size() != 1 || !counts.isContiguous()
                || counts.count() != words.size()) {
            throw new CorruptFileException(path,
                    "expected a list of words and their word_counts, as a tokenizer.pt with"
                            + " a dictionary has them, but was neither");
        }
        return words(path, words, counts.bytes().toArray(LONG));
    }

    private static WordList words(Path path, List<?> words, long[] counts) throws CorruptFileException {
        WordCounts read = new WordCounts();
        for (int i = 0; i < counts.length; i++) {
            if (!(words.get(i) instanceof String word) || counts[i] < 0) {
                throw new CorruptFileException(path, "expected words with counts but was another value at word " + i);
            }
            read.add(word, counts[i]);
        }
        return WordList.inOrder(read);
    }
}
