package tfree.token;

import tfree.text.Utf8;
import tfree.trigram.ActivationPattern;
import tfree.trigram.EncodedText;
import tfree.trigram.UnitEncoder;

/** Text → the tokens of a tokenizer, each with the one slot of its id. One thread at a time; threads may share the file. */
public final class TokenEncoder implements UnitEncoder {
    private final TokenizerFile tokenizer;
    private final String endOfText;
    private final int endOfTextId;
    private EncodedText text;
    private boolean read;

    /**
     * @param endOfText the token that ends a text, as it is written in one: {@code <|endoftext|>}, {@code </s>}
     * @throws IllegalArgumentException if the tokenizer has no such token
     */
    public TokenEncoder(TokenizerFile tokenizer, String endOfText) {
        this.tokenizer = tokenizer;
        this.endOfText = endOfText;
        this.endOfTextId = tokenizer.id(endOfText);
        if (endOfTextId < 0) {
            throw new IllegalArgumentException("tokenizer.end_of_text: expected a token of the tokenizer, such as one"
                    + " of " + tokenizer.specialTokens() + ", but was " + endOfText);
        }
        this.text = encode("");
    }

    @Override
    public EncodedText encode(String text) {
        return EncodedText.of(tokenizer.encode(text).ids(), tokenizer.tokens(), tokenizer.patterns(), endOfTextId);
    }

    @Override
    public void start(String text) {
        this.text = encode(text);
        read = false;
    }

    @Override
    public void start(byte[] utf8, int from, int to) {
        start(Utf8.decode(utf8, from, to));
    }

    /** The whole text at once: a tokenizer looks at all of it anyway. */
    @Override
    public int next() {
        int count = read ? 0 : text.size();
        read = true;
        return count;
    }

    @Override
    public String word(int i) {
        return text.word(i);
    }

    @Override
    public ActivationPattern pattern(int i) {
        return text.pattern(i);
    }

    @Override
    public boolean endsText(int i) {
        return text.endsText(i);
    }

    @Override
    public String endOfText() {
        return endOfText;
    }
}
