package tfree.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tfree.checkpoint.Checkpoint;
import tfree.checkpoint.Units;
import tfree.config.ConfigException;
import tfree.config.RunConfig;
import tfree.dictionary.WordCounts;
import tfree.dictionary.WordList;
import tfree.token.TokenizerFile;

/** Which units a run's checkpoints say. */
public final class RunUnits {
    private RunUnits() {}

    /**
     * Of a run that begins: the words of {@link CorpusWords#dictionary}, or the tokens of
     * {@code tokenizer.prefix_path_tokenizer_file}.
     *
     * @param loaded the checkpoint of {@code training.load_dir}, whose tokenizer is then the only one that fits
     */
    public static Units begin(RunConfig config, @Nullable Checkpoint loaded) throws IOException {
        if (!config.tokenizer().doClassicTokenization()) {
            return new Units.Words(CorpusWords.dictionary(config, loaded));
        }
        return loaded == null ? new Units.Tokens(open(config)) : saved(config, loaded);
    }

    /** Of a run that goes on from its own checkpoint: those stored there, unless {@code tfree.dictionary} names a file. */
    public static Units resume(RunConfig config, Checkpoint own) throws IOException {
        return config.tfree().dictionary() == null ? saved(config, own) : begin(config, own);
    }

    /**
     * Of a rank of several, on which {@link #begin} or {@link #resume} would find the same: only rank 0 writes words
     * anywhere, so only it has to count them.
     */
    public static Units ofOtherRank(RunConfig config, @Nullable Checkpoint from) throws IOException {
        return config.tokenizer().doClassicTokenization() ? begin(config, from)
                : new Units.Words(WordList.ranked(new WordCounts()));
    }

    private static Units saved(RunConfig config, Checkpoint from) throws IOException {
        Units units = from.units();
        if (units instanceof Units.Tokens tokens) {
            Path named = Path.of(config.tokenizer().prefixPathTokenizerFile());
            if (Files.isRegularFile(named) && !Arrays.equals(Files.readAllBytes(named), tokens.tokenizer().json())) {
                tokens.tokenizer().close();
                throw new ConfigException(
                        "tokenizer.prefix_path_tokenizer_file: expected the tokenizer of the checkpoint "
                                + from.folder() + " but was another: " + named);
            }
        }
        return units;
    }

    private static TokenizerFile open(RunConfig config) throws IOException {
        Path file = Path.of(config.tokenizer().prefixPathTokenizerFile());
        if (!Files.isRegularFile(file)) {
            throw new ConfigException("tokenizer.prefix_path_tokenizer_file: expected a tokenizer.json, since"
                    + " do_classic_tokenization is true, but was \"" + file + "\"");
        }
        TokenizerFile tokenizer = TokenizerFile.open(file);
        if (tokenizer.size() > config.tokenizer().vocabSize()) {
            tokenizer.close();
            throw new ConfigException("tokenizer.vocab_size: expected at least %d, the tokens of %s, but was %d"
                    .formatted(tokenizer.size(), file, config.tokenizer().vocabSize()));
        }
        return tokenizer;
    }
}
