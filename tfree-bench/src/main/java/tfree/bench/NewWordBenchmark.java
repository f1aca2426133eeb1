package tfree.bench;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tfree.trigram.SlotTable;
import tfree.trigram.TextEncoder;
import tfree.trigram.TokenizerConfig;

/** What a word costs that was not seen before, ten slots a trigram. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class NewWordBenchmark {
    /** Every invocation encodes so many distinct words. */
    static final int WORDS = 10_000;

    private final SlotTable known = new SlotTable(TokenizerConfig.of(32_000, 10, 2));
    private final byte[] utf8 = distinctWords().getBytes(StandardCharsets.UTF_8);

    /** An encoder that has seen no word yet, over a table that knows all of their trigrams. */
    @Benchmark
    public long trigramsKnown() {
        return new TextEncoder(known).encode(utf8, 0, utf8.length).size();
    }

    /** Nothing is known: the trigrams' rows are hashed too. */
    @Benchmark
    public long nothingKnown() {
        return new TextEncoder(new SlotTable(known.config())).encode(utf8, 0, utf8.length).size();
    }

    private static String distinctWords() {
        Set<String> words = new LinkedHashSet<>();
        for (String document : BenchmarkText.of("english").documents()) {
            for (String word : document.split("[^A-Za-z]+")) {
                if (!word.isEmpty() && words.size() < WORDS) {
                    words.add(word);
                }
            }
        }
        return String.join(" ", words);
    }
}
