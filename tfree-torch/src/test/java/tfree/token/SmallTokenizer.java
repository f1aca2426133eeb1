package tfree.token;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;

/** Tokenizers of a few hundred tokens, trained on some rhymes. */
public enum SmallTokenizer {
    /** Covers every text by its bytes; 377 tokens, the last {@code <|endoftext|>}. */
    BYTE_BPE,
    /** Covers the letters of English; 309 tokens, {@code <unk>} and {@code </s>} first. */
    UNIGRAM;

    /** The {@code tokenizer.json}. */
    public Path file() {
        String name = name().toLowerCase(Locale.ROOT).replace('_', '-') + ".json";
        try {
            return Path.of(Objects.requireNonNull(SmallTokenizer.class.getResource(name)).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
