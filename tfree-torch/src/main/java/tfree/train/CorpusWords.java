package tfree.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import tfree.checkpoint.Checkpoint;
import tfree.config.RunConfig;
import tfree.data.Corpus;
import tfree.data.Instruction;
import tfree.data.ItemText;
import tfree.data.TextPiece;
import tfree.dictionary.DictionaryFile;
import tfree.dictionary.WordCounter;
import tfree.dictionary.WordCounts;
import tfree.dictionary.WordList;
import tfree.file.CorruptFileException;
import tfree.text.SpecialWords;

/**
 * The words of a run's training text, each as often as it is there to be predicted: those of the documents of
 * {@code data.prefix_paths}, and an end of text for each document; or those of the answers of instruction data.
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
            case BOTH -> loaded.hasDictionary() ? own(config).takingTurns(loaded.dictionary(), WordList.JOINED_LIMIT)
                    : own(config);
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
        try (Corpus documents = Corpus.openDocuments(config.data().prefixPaths().stream().map(Path::of).toList())) {
            counter.count(new Predicted(documents, config.data().pretraining()));
            if (config.data().pretraining()) {
                counter.add(SpecialWords.END_OF_TEXT, documents.size());
            }
            return counter;
        } catch (IOException | RuntimeException e) {
            counter.close();
            throw e;
        }
    }

    /** Documents as they are, of instructions the pieces that are to be learned. */
    private static final class Predicted implements WordCounter.Texts {
        private final Corpus documents;
        private final boolean pretraining;
        private final ItemText item = new ItemText();
        private final Deque<String> texts = new ArrayDeque<>();
        private long next;

        Predicted(Corpus documents, boolean pretraining) {
            this.documents = documents;
            this.pretraining = pretraining;
        }

        @Override
        public @Nullable String next() throws IOException {
            while (texts.isEmpty() && next < documents.size()) {
                documents.read(next, item);
                try {
                    add(item.text(0));
                } catch (IllegalArgumentException e) {
                    throw new CorruptFileException(documents.name(next), String.valueOf(e.getMessage()));
                }
                next++;
            }
            return texts.poll();
        }

        private void add(String document) {
            if (pretraining) {
                texts.add(document);
            } else {
                Instruction.parse(document).stream().filter(piece -> piece.weight() > 0).map(TextPiece::text)
                        .forEach(texts::add);
            }
        }
    }
}
