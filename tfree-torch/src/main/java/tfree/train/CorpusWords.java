package tfree.train;

import java.io.IOException;
import java.nio.file.Path;
import tfree.config.RunConfig;
import tfree.data.DocumentStore;
import tfree.dictionary.WordCounts;
import tfree.text.PythonText;
import tfree.text.SpecialWords;
import tfree.text.WordSplitter;

/** The words of a run's training text, each as often as it is there to be predicted. */
public final class CorpusWords {
    private CorpusWords() {}

    /** Counts the documents of {@code data.prefix_paths}, each with its end of text. */
    public static WordCounts count(RunConfig config) throws IOException {
        WordSplitter splitter = WordSplitter.of(config.tfree().splitMode());
        WordCounts counts = new WordCounts();
        for (String prefix : config.data().prefixPaths()) {
            try (DocumentStore store = DocumentStore.open(Path.of(prefix))) {
                for (long d = 0; d < store.size(); d++) {
                    String text = store.text(d);
                    splitter.split(config.tokenizer().lowercase() ? PythonText.lower(text) : text)
                            .forEach(counts::add);
                    counts.add(SpecialWords.END_OF_TEXT);
                }
            }
        }
        return counts;
    }
}
