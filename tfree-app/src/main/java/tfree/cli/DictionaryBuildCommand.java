package tfree.cli;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.PrimitiveIterator;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tfree.console.Progress;
import tfree.data.DocumentStore;
import tfree.data.Documents;
import tfree.dictionary.DictionaryFile;
import tfree.dictionary.WordCounter;
import tfree.dictionary.WordList;
import tfree.text.SplitMode;

/** {@code tfree dictionary build}: count the words of a corpus of any size. */
@Command(name = "build", description = {"Count the words of texts, however many there are.",
        "Special words come first, then the others by falling count, ties by their UTF-8 bytes."})
final class DictionaryBuildCommand implements Callable<Integer> {
    @Option(names = "--output", required = true, paramLabel = "FILE", description = DictionaryCommand.OUTPUT)
    private @Nullable Path output;

    @Option(names = "--data", arity = "1..*", paramLabel = "PREFIX", description = "Memory maps.")
    private List<Path> data = List.of();

    @Mixin
    private TextSource text = new TextSource();

    @Option(names = "--top", paramLabel = "N", description = "Keep the N most frequent and all special words.")
    private int top = Integer.MAX_VALUE;

    @Option(names = "--mode", paramLabel = "MODE", defaultValue = "reference", //
            description = "What counts as a word: reference or unicode (default ${DEFAULT-VALUE}).")
    private SplitMode mode = SplitMode.REFERENCE;

    @Option(names = "--lowercase", description = "Lower-case the texts first.")
    private boolean lowercase;

    @Option(names = "--threads", paramLabel = "N", description = "How many threads count (default: one a processor).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--memory", paramLabel = "SIZE", description = "What the tables may take, as 500m or 2g; beyond it "
            + "counts go to a nameless file beside the output (default: a third of the heap).")
    private ByteSize memory = new ByteSize(Runtime.getRuntime().maxMemory() / 3);

    @Override
    public Integer call() throws IOException {
        if (data.isEmpty() && !text.isGiven()) {
            throw new IllegalArgumentException("expected --from, --text or --data to say what to count, but was none");
        }
        Path file = OutputFile.requireFree(Objects.requireNonNull(output)).toAbsolutePath();
        Path folder = Objects.requireNonNull(file.getParent());
        try (WordCounter counter = new WordCounter(mode, lowercase, threads, memory.bytes(), folder)) {
            for (Path prefix : data) {
                countStore(prefix, counter);
            }
            if (text.isGiven()) {
                countText(counter);
            }
            if (counter.total() == 0) {
                throw new IllegalArgumentException("expected text to count but was none");
            }
            WordList words = counter.top(top);
            DictionaryFile.write(words, file);
            report(words, counter);
        }
        return 0;
    }

    private static void countStore(Path prefix, WordCounter counter) throws IOException {
        try (DocumentStore store = DocumentStore.open(prefix);
                Progress progress = new Progress("counting", store.totalBytes())) {
            PrimitiveIterator.OfLong documents = LongStream.range(0, store.size()).iterator();
            counter.count(() -> {
                if (!documents.hasNext()) {
                    return null;
                }
                long document = documents.nextLong();
                progress.add(store.length(document));
                return store.text(document);
            });
        }
    }

    private void countText(WordCounter counter) throws IOException {
        try (Documents documents = text.open(); Progress progress = new Progress("counting", Progress.UNKNOWN)) {
            counter.count(() -> {
                String document = documents.next();
                progress.add(document == null ? 0 : document.length());
                return document;
            });
        }
    }

    private static void report(WordList words, WordCounter counter) throws IOException {
        try (Writer out = StandardOutput.text()) {
            DictionarySummary.of(words).writeSize(out);
            if (counter.runs() > 0) {
                out.write(String.format(Locale.ROOT, "counts were set aside on disk %,d times\n", counter.runs()));
            }
        }
    }
}
