package tfree.pickle;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tfree.dictionary.WordCounts;
import tfree.dictionary.WordList;
import tfree.file.CorruptFileException;

/**
 * Word counts as a pickled {@code collections.Counter}, in which the original keeps its dictionaries. Python's
 * {@code pickle.load} reads what is written here; any dict of words and counts is read.
 */
public final class CounterPickle {
    /** Picklers write so many items at a time, which keeps their reader's stack short. */
    private static final int BATCH = 1000;

    private CounterPickle() {}

    /**
     * Reads a pickle as data.
     *
     * @throws CorruptFileException when it is no Counter, or needs anything but data to be read
     */
    public static WordCounts read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw new CorruptFileException(file, "expected a pickle of at most 2 GB but was " + channel.size()
                        + " bytes");
            }
            ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            return counts(new PickleReader().read(bytes, file.toString()), file.toString());
        }
    }

    /**
     * The counts of an unpickled Counter in its order.
     *
     * @param source what it is called in errors
     * @throws CorruptFileException when the value is none
     */
    public static WordCounts counts(@Nullable Object counter, String source) throws CorruptFileException {
        if (!(counter instanceof Map<?, ?> map)) {
            throw new CorruptFileException(source, "expected a Counter of words but was " + PickleReader.kind(counter));
        }
        WordCounts counts = new WordCounts();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            long count = switch (entry.getValue()) {
                case Integer i -> i;
                case Long l -> l;
                case null, default -> -1;
            };
            if (!(entry.getKey() instanceof String word) || count < 0) {
                throw new CorruptFileException(source, "expected words with counts but was "
                        + PickleReader.kind(entry.getKey()) + " with "
                        + (entry.getValue() instanceof Number number ? number : PickleReader.kind(entry.getValue()))
                        + " after " + counts.size() + " words");
            }
            counts.add(word, count);
        }
        return counts;
    }

    /** Writes a Counter in the words' order; the stream stays the caller's. */
    public static void write(WordList words, OutputStream out) throws IOException {
        PickleWriter pickle = new PickleWriter(out);
        write(words, pickle);
        pickle.stop();
    }

    /** Writes a Counter as a part of a larger pickle. */
    public static void write(WordList words, PickleWriter pickle) throws IOException {
        pickle.global("collections", "Counter").dict();
        for (int from = 0; from < words.size(); from += BATCH) {
            pickle.mark();
            for (int i = from; i < Math.min(from + BATCH, words.size()); i++) {
                pickle.text(words.word(i)).number(words.count(i));
            }
            pickle.setItems();
        }
        pickle.tuple(1).call();
    }
}
