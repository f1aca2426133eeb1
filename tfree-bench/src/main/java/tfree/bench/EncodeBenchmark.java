package tfree.bench;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import tfree.trigram.SlotTable;
import tfree.trigram.TextEncoder;
import tfree.trigram.TokenizerConfig;

/**
 * Ten megabytes of English prose to what a model reads, on one core: T-Free, subword tokenizers of the JVM, and a bare
 * scan that does nothing but count words. All read the same documents; each method returns how many units it made.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
@Fork(1)
public class EncodeBenchmark {
    /** The text, the same for all. */
    @State(Scope.Benchmark)
    public static class English {
        final BenchmarkText text = BenchmarkText.of("english");
        final List<String> documents = text.documents();
    }

    /** Ours, with the published models' configuration. */
    @State(Scope.Benchmark)
    public static class TFree {
        final TextEncoder encoder = new TextEncoder(new SlotTable(TokenizerConfig.of(32_000, 10, 2)));
    }

    /** OpenAI's encodings. */
    @State(Scope.Benchmark)
    public static class Jtokkit {
        final Encoding o200k = Encodings.newDefaultEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
        final Encoding cl100k = Encodings.newDefaultEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);
    }

    /** Hugging Face's tokenizers, a native library. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH sets it up
    public static class HuggingFace {
        /** A tokenizer.json. */
        @Param("")
        public String tokenizerFile;

        HuggingFaceTokenizer tokenizer;

        /** Reads the file. */
        @Setup
        public void open() throws IOException {
            tokenizer = HuggingFaceTokenizer.newInstance(Path.of(tokenizerFile),
                    Map.of("truncation", "false", "addSpecialTokens", "false"));
        }

        /** Frees native memory. */
        @TearDown
        public void close() {
            tokenizer.close();
        }
    }

    /** UTF-8 to word numbers in a table of patterns. */
    @Benchmark
    public long tfree(English english, TFree ours) {
        BenchmarkText text = english.text;
        long words = 0;
        for (int i = 0; i < text.ends().length; i++) {
            words += ours.encoder.encode(text.utf8(), text.start(i), text.ends()[i]).size();
        }
        return words;
    }

    /** The same from strings. */
    @Benchmark
    public long tfreeFromStrings(English english, TFree ours) {
        long words = 0;
        for (String document : english.documents) {
            words += ours.encoder.encode(document).size();
        }
        return words;
    }

    /** OpenAI's o200k_base. */
    @Benchmark
    public long jtokkitO200k(English english, Jtokkit jtokkit) {
        return tokens(english, jtokkit.o200k);
    }

    /** OpenAI's cl100k_base. */
    @Benchmark
    public long jtokkitCl100k(English english, Jtokkit jtokkit) {
        return tokens(english, jtokkit.cl100k);
    }

    /** The tokenizer.json that was given. */
    @Benchmark
    public long huggingFaceThroughDjl(English english, HuggingFace huggingFace) {
        long tokens = 0;
        for (String document : english.documents) {
            tokens += huggingFace.tokenizer.encode(document).getIds().length;
        }
        return tokens;
    }

    /** Counts the bytes that begin a run of letters. */
    @Benchmark
    public long bareScan(English english) {
        byte[] utf8 = english.text.utf8();
        long words = 0;
        boolean inWord = false;
        for (int i = 0; i < english.text.length(); i++) {
            int letter = (utf8[i] | 0x20) - 'a';
            boolean isLetter = letter >= 0 && letter < 26;
            if (isLetter && !inWord) {
                words++;
            }
            inWord = isLetter;
        }
        return words;
    }

    private static long tokens(English english, Encoding encoding) {
        long tokens = 0;
        for (String document : english.documents) {
            tokens += encoding.encodeOrdinary(document).size();
        }
        return tokens;
    }
}
