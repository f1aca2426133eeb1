package tfree.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tfree.dictionary.WordCounter;
import tfree.dictionary.WordCounts;
import tfree.dictionary.WordList;
import tfree.text.SplitMode;
import tfree.text.Utf8;
import tfree.text.WordScanner;
import tfree.text.WordSplitter;

/**
 * A hundred megabytes of text, from strings, to the dictionary of its 50 000 most frequent words: the counter on one and
 * on two threads and with too little memory, a hash map of strings, and a scan that finds the words and keeps none.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgs = "-Xmx2g")
@State(Scope.Benchmark)
public class CountBenchmark {
    /** The ten megabytes are counted so often. */
    static final int ROUNDS = 10;

    private static final int TOP = 50_000;
    private static final long ENOUGH = 1L << 30;
    private static final long TOO_LITTLE = 1L << 22;

    /** About 10 000 distinct words, or 150 000. */
    @Param({"english", "europarl"})
    public String text = "english";

    private List<String> documents = List.of();

    /** Makes the text. */
    @org.openjdk.jmh.annotations.Setup
    public void setUp() {
        documents = BenchmarkText.of(text).documents();
    }

    /** Finds the words and keeps none: the floor. Returns their number. */
    @Benchmark
    public long scan() {
        WordScanner scanner = new WordScanner(SplitMode.REFERENCE);
        long words = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (String document : documents) {
                byte[] utf8 = Utf8.withSlack(document);
                scanner.start(utf8, 0, utf8.length - Utf8.SLACK);
                for (int n = scanner.next(); n > 0; n = scanner.next()) {
                    words += n;
                }
            }
        }
        return words;
    }

    /** A string a word, in a hash map. */
    @Benchmark
    public WordList hashMap() {
        WordSplitter splitter = WordSplitter.of(SplitMode.REFERENCE);
        WordCounts counts = new WordCounts();
        for (int round = 0; round < ROUNDS; round++) {
            for (String document : documents) {
                splitter.split(document).forEach(counts::add);
            }
        }
        return WordList.ranked(counts).specialWordsFirst().top(TOP);
    }

    @Benchmark
    public WordList oneThread() throws IOException {
        return count(1, ENOUGH);
    }

    @Benchmark
    public WordList twoThreads() throws IOException {
        return count(2, ENOUGH);
    }

    @Benchmark
    public WordList oneThreadOnDisk() throws IOException {
        return count(1, TOO_LITTLE);
    }

    private WordList count(int threads, long memory) throws IOException {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        try (WordCounter counter = new WordCounter(SplitMode.REFERENCE, false, threads, memory, folder)) {
            Iterator<String> texts = Collections.nCopies(ROUNDS, documents).stream().flatMap(List::stream).iterator();
            counter.count(() -> texts.hasNext() ? texts.next() : null);
            return counter.top(TOP);
        }
    }
}
