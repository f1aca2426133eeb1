package tfree.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.checkpoint.Units;
import tfree.config.RunConfig;
import tfree.tiny.TinyRun;
import tfree.token.SmallTokenizer;
import tfree.token.TokenizerFile;
import tfree.trigram.UnitEncoder;

class ObjectiveTest {
    @TempDir
    private Path folder = Path.of("");

    /** Encoders remember the text they are in, and the threads that fill batches are in different ones. */
    @Test
    void givesEachThreadATokenEncoderOfItsOwn() throws IOException {
        RunConfig config = TinyRun.config(folder, "tokenizer.end_of_text=<|endoftext|>");
        try (TokenizerFile tokenizer = TokenizerFile.open(SmallTokenizer.BYTE_BPE.file())) {
            Objective objective = Objective.of(config, new Units.Tokens(tokenizer));
            UnitEncoder one = objective.encoders().get();
            UnitEncoder other = objective.encoders().get();
            one.start("Twinkle, twinkle");
            int last = one.next() - 1;
            String token = one.word(last);
            other.start("A");
            assertEquals(1, other.next());
            assertEquals(token, one.word(last));
        }
    }
}
