package tfree.bench;

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
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tfree.dictionary.Dictionary;
import tfree.dictionary.WordCounts;
import tfree.dictionary.WordList;
import tfree.trigram.SlotTable;
import tfree.trigram.TokenizerConfig;

/** A million words to a dictionary with their patterns, from a table that knows no trigram yet. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 5)
@Fork(value = 1, jvmArgs = "-Xmx4g")
@State(Scope.Benchmark)
public class DictionaryBenchmark {
    private static final int WORDS = 1_000_000;

    /** After which language the words are made. */
    @Param({"english", "europarl"})
    public String language = "english";

    private List<String> words = List.of();
    private WordList list = WordList.inOrder(new WordCounts());

    @Setup
    public void setUp() {
        words = BenchmarkWords.like(language, WORDS);
        WordCounts counts = new WordCounts();
        words.forEach(counts::add);
        list = WordList.inOrder(counts);
    }

    /** Each word's pattern, one after another, and nothing kept of it. */
    @Benchmark
    public long patternsOneByOne() {
        SlotTable table = newTable();
        long trigrams = 0;
        for (String word : words) {
            trigrams += table.pattern(word).trigramCount();
        }
        return trigrams;
    }

    @Benchmark
    public Dictionary dictionary() {
        return Dictionary.of(list, newTable());
    }

    private static SlotTable newTable() {
        return new SlotTable(TokenizerConfig.of(32_000, 10, 2));
    }
}
