package tfree.checkpoint;

import tfree.dictionary.WordList;
import tfree.token.TokenizerFile;

/** What a model says, as it is stored beside its weights: the words of a dictionary, or the tokens of a tokenizer. */
public sealed interface Units {
    /** T-Free: any words, since their patterns follow from how they are written. */
    record Words(WordList dictionary) implements Units {}

    /** Classic tokenization: exactly these, by their ids. */
    record Tokens(TokenizerFile tokenizer) implements Units {}
}
