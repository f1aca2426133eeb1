package tfree.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;
import tfree.generate.Penalties;
import tfree.generate.Sampling;

/** The options that say how a word is drawn, in the order in which they take effect. */
final class SamplingOptions {
    @Option(names = "--logit-bias", paramLabel = "WORD=NUMBER", split = ",", //
            description = "Is added to the word's score.")
    private Map<String, Double> bias = new LinkedHashMap<>();

    @Option(names = "--repetition-penalty", paramLabel = "P", defaultValue = "1", //
            description = "Divides positive scores of words of the prompt and of the answer, multiplies negative ones.")
    private double repetition = 1;

    @Option(names = "--frequency-penalty", paramLabel = "P", defaultValue = "0", //
            description = "Is subtracted from a word's score for each time that it stands in the answer.")
    private double frequency;

    @Option(names = "--presence-penalty", paramLabel = "P", defaultValue = "0", //
            description = "Is subtracted once if it stands there.")
    private double presence;

    @Option(names = "--temperature", paramLabel = "T", defaultValue = "0", //
            description = "0 is greedy, 1 draws by the model's probabilities (default ${DEFAULT-VALUE}).")
    private double temperature;

    @Option(names = "--top-k", paramLabel = "K", defaultValue = "0", description = "Only the K best words; 0: all.")
    private int topK;

    @Option(names = "--top-p", paramLabel = "P", defaultValue = "1", //
            description = "Only the best words that together reach this probability.")
    private double topP = 1;

    @Option(names = "--min-p", paramLabel = "P", defaultValue = "0", //
            description = "Only words at least this share as probable as the best.")
    private double minP;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "The same seed draws the same words.")
    private long seed;

    /** @throws IllegalArgumentException naming the option that is out of range */
    Sampling sampling() {
        return new Sampling(temperature, topK, topP, minP, new Penalties(repetition, presence, frequency, bias), seed);
    }
}
