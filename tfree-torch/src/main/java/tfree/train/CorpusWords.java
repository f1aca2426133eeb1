package tfree.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.PrimitiveIterator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import tfree.checkpoint.Checkpoint;
import tfree.config.RunConfig;
import tfree.data.DocumentStore;
import tfree.dictionary.DictionaryFile;
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

    /**
     * The dictionary of a run that begins: the file that {@code tfree.dictionary} names, or the words that
     * {@code tfree.dictionary_from} says.
     *
     * @param loaded the checkpoint of {@code training.load_dir}
     */
    public static WordList dictionary(RunConfig config, @Nullable Checkpoint loaded) throws IOException {
        String file = config.tfree().dictionary();
        if (file != null) {
            return DictionaryFile.read(Path.of(file));
        }
        if (loaded == null) {
            return own(config);
        }
        return switch (config.tfree().dictionaryFrom()) {
            case DATA -> own(config);
            case CHECKPOINT -> loaded.dictionary();
            case BOTH -> own(config).takingTurns(loaded.dictionary(), WordList.JOINED_LIMIT);
        };
    }

    /** Special words first, then the most frequent of the data, up to a million. */
    private static WordList own(RunConfig config) throws IOException {
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
