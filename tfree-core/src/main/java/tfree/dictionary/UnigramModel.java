package tfree.dictionary;

/**
 * The model that knows how often words occur and nothing of their neighbours: what any language model has to beat. A
 * dictionary's word that was seen c times among N has the probability {@code (c + ½) / (N + ½·words)}; unknown words go
 * by the same {@link EscapeRule} as in the model that it is compared with.
 */
public final class UnigramModel {
    private static final double SMOOTHING = 0.5;

    private final Dictionary dictionary;
    private final WordCounts training;
    private final EscapeRule escape;
    private final double total;

    /** The model of these training counts, over the words of the dictionary. */
    public UnigramModel(Dictionary dictionary, WordCounts training, EscapeRule escape) {
        this.dictionary = dictionary;
        this.training = training;
        this.escape = escape;
        double seen = 0;
        for (int i = 0; i < dictionary.size(); i++) {
            seen += training.count(dictionary.word(i));
        }
        this.total = seen + SMOOTHING * dictionary.size();
    }

    /** The cost of one word. */
    public double bits(String word) {
        if (dictionary.indexOf(word) < 0) {
            return escape.unknownBits(word);
        }
        return escape.knownBits(Math.log((training.count(word) + SMOOTHING) / total));
    }

    /** The cost of a text's words for each of its bytes. */
    public double bitsPerByte(Iterable<String> words, long bytes) {
        double bits = 0;
        for (String word : words) {
            bits += bits(word);
        }
        return bits / bytes;
    }
}
