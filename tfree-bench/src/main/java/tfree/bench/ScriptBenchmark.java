package tfree.bench;

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
import tfree.text.SplitMode;
import tfree.trigram.SlotTable;
import tfree.trigram.TextEncoder;
import tfree.trigram.TokenizerConfig;

/** Ten megabytes in other scripts to word numbers in a table of patterns, on one core, in both splitting modes. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH sets it up
public class ScriptBenchmark {
    /** Which text. */
    @Param({"english", "greek", "bulgarian", "europarl", "devanagari", "han"})
    public String text;

    /** How it is split. */
    @Param({"reference", "unicode"})
    public String mode;

    private BenchmarkText documents;
    private TextEncoder encoder;

    /** Makes the text. */
    @Setup
    public void open() {
        documents = BenchmarkText.of(text);
        encoder = new TextEncoder(
                new SlotTable(new TokenizerConfig(32_000, 10, 2, false, false, SplitMode.ofName(mode))));
    }

    /** UTF-8 to word numbers. */
    @Benchmark
    public long encode() {
        long words = 0;
        for (int i = 0; i < documents.ends().length; i++) {
            words += encoder.encode(documents.utf8(), documents.start(i), documents.ends()[i]).size();
        }
        return words;
    }
}
