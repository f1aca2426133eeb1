package tfree.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.PrimitiveIterator;
import java.util.stream.LongStream;
import tfree.config.RunConfig;
import tfree.data.DocumentStore;
import tfree.dictionary.WordCounter;
import tfree.dictionary.WordCounts;
import tfree.dictionary.WordList;
import tfree.text.SpecialWords;

/**
 * The words of a run's training text, each as often as it is there to be predicted: those of the documents of
 * {@code data.prefix_paths}, and an end of text for each document.
 */
public final class CorpusWords {
    private CorpusWords() {}

    /** The dictionary of a run that names none: special words first, then the most frequent, up to a million. */
    public static WordList dictionary(RunConfig config) throws IOException {
        try (WordCounter counter = counter(config)) {
            return counter.top(WordList.JOINED_LIMIT);
        }
    }

    /** The counts of all words, in memory. */
    public static WordCounts count(RunConfig config) throws IOException {
        WordCounts counts = new WordCounts();
        try (WordCounter counter = counter(config)) {
            counter.forEach(counts::add);
        }
        return counts;
    }

    private static WordCounter counter(RunConfig config) throws IOException {
        WordCounter counter = new WordCounter(config.tfree().splitMode(), config.tokenizer().lowercase());
        try {
            for (String prefix : config.data().prefixPaths()) {
                try (DocumentStore store = DocumentStore.open(Path.of(prefix))) {
                    PrimitiveIterator.OfLong documents = LongStream.range(0, store.size()).iterator();
                    counter.count(() -> documents.hasNext() ? store.text(documents.nextLong()) : null);
                    counter.add(SpecialWords.END_OF_TEXT, store.size());
                }
            }
            return counter;
        } catch (IOException | RuntimeException e) {
            counter.close();
            throw e;
        }
    }
}
