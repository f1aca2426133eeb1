package tfree.token;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tfree.file.CorruptFileException;
import tfree.trigram.ActivationPattern;

/**
 * A Hugging Face {@code tokenizer.json} (BPE, Unigram, WordPiece, WordLevel), run by that project's own native library.
 *
 * <pre>{@code
 * try (TokenizerFile tokenizer = TokenizerFile.open(Path.of("tokenizer.json"))) {
 *     Tokens tokens = tokenizer.encode("Hello World!");
 *     tokenizer.decode(tokens.ids()); // Hello World!
 * }
 * }</pre>
 *
 * Nothing is fetched and nobody is told: the library comes with the jar. Threads may share a tokenizer.
 */
public final class TokenizerFile implements AutoCloseable {
    /** As the file says it, but whole texts only and no token that the text does not ask for. */
    private static final Map<String, String> PLAIN = Map.of("truncation", "false", "padding", "false",
            "addSpecialTokens", "false");

    static {
        // Else the library asks the network for a build that fits the graphics card, and reports its use.
        System.setProperty("ai.djl.offline", "true");
    }

    private final byte[] json;
    private final Vocabulary vocabulary;
    private final HuggingFaceTokenizer tokenizer;
    private final ActivationPattern[] patterns; // by id

    private TokenizerFile(byte[] json, Vocabulary vocabulary, HuggingFaceTokenizer tokenizer) {
        this.json = json;
        this.vocabulary = vocabulary;
        this.tokenizer = tokenizer;
        this.patterns = new ActivationPattern[vocabulary.size()];
        Arrays.setAll(patterns, ActivationPattern::ofSlot);
    }

    /**
     * A text's tokens.
     *
     * @param ids  in order
     * @param ends where each one ends in the text, in code points; one that is a part of a character ends with it
     */
    public record Tokens(int[] ids, int[] ends) {}

    /**
     * Reads a file.
     *
     * @throws CorruptFileException  if it is no {@code tokenizer.json}
     * @throws IllegalStateException if there is no native library for this system
     */
    public static TokenizerFile open(Path file) throws IOException {
        byte[] json = Files.readAllBytes(file);
        Vocabulary vocabulary = Vocabulary.parse(file, json);
        try {
            return new TokenizerFile(json, vocabulary,
                    HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), PLAIN));
        } catch (EngineException | UnsatisfiedLinkError e) {
            throw new IllegalStateException("expected Hugging Face's tokenizers for this system on the class path but"
                    + " found none: " + e.getMessage(), e);
        } catch (RuntimeException e) { // the native parser's complaint
            throw new CorruptFileException(file, "expected a Hugging Face tokenizer.json but was another file: "
                    + e.getMessage());
        }
    }

    /** One more than the largest id. */
    public int size() {
        return vocabulary.size();
    }

    /** The token of an id as the file writes it, {@code Ġthe} for example; empty if no token has that id. */
    public String token(int id) {
        return vocabulary.tokens()[id];
    }

    /** The id of a token as the file writes it, or −1. */
    public int id(String token) {
        return vocabulary.ids().getOrDefault(token, -1);
    }

    /** The slot of an id. */
    public ActivationPattern pattern(int id) {
        return patterns[id];
    }

    String[] tokens() {
        return vocabulary.tokens();
    }

    ActivationPattern[] patterns() {
        return patterns;
    }

    List<String> specialTokens() {
        return vocabulary.special();
    }

    /** Whether the id stands for what no token covers. */
    public boolean isUnknown(int id) {
        return id >= 0 && id == vocabulary.unknown();
    }

    /** A text's tokens; special ones are known by what they look like. */
    public Tokens encode(String text) {
        Encoding encoding = tokenizer.encode(text, false, false);
        int[] ids = Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray();
        int[] ends = new int[ids.length];
        CharSpan[] spans = encoding.getCharTokenSpans();
        for (int i = 0; i < ends.length; i++) {
            ends[i] = spans[i] == null ? (i == 0 ? 0 : ends[i - 1]) : spans[i].getEnd();
        }
        return new Tokens(ids, ends);
    }

    /** The text of tokens, special ones included. */
    public String decode(int... ids) {
        return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), false);
    }

    /** The file itself. */
    public byte[] json() {
        return json.clone();
    }

    /** Frees native memory. */
    @Override
    public void close() {
        tokenizer.close();
    }
}
