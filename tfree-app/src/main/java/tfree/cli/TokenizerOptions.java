package tfree.cli;

import picocli.CommandLine.Option;
import tfree.text.SplitMode;
import tfree.trigram.TokenizerConfig;

/** The options that say how words become slots. */
final class TokenizerOptions {
    @Option(names = "--vocab-size", paramLabel = "V", defaultValue = "32000", //
            description = "Slots in all (default ${DEFAULT-VALUE}).")
    private int vocabSize;

    @Option(names = "--vocab-population", paramLabel = "M", defaultValue = "10", //
            description = "Slots that a trigram switches on (default ${DEFAULT-VALUE}).")
    private int vocabPopulation;

    @Option(names = "--lowercase-overlap", paramLabel = "K", defaultValue = "0", //
            description = "How many of the M a trigram shares with its lower-cased form (default ${DEFAULT-VALUE}).")
    private int lowercaseOverlap;

    @Option(names = "--lowercase", description = "Lower-case the text before it is split.")
    private boolean lowercase;

    @Option(names = "--entire-words", description = "Hash every word as a whole instead of by its trigrams.")
    private boolean entireWords;

    @Option(names = "--mode", paramLabel = "MODE", defaultValue = "reference", //
            description = "What counts as a word: reference or unicode (default ${DEFAULT-VALUE}).")
    private SplitMode mode = SplitMode.REFERENCE;

    /** @throws IllegalArgumentException when the numbers do not fit each other */
    TokenizerConfig config() {
        return new TokenizerConfig(vocabSize, vocabPopulation, lowercaseOverlap, lowercase, entireWords, mode);
    }
}
