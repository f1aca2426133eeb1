package tfree.generate;

/**
 * How the next word is drawn from the words' scores. The steps follow one another in the usual order: {@link Penalties},
 * temperature, top-k, top-p of what is left, min-p.
 *
 * @param temperature 0 takes the most probable word; 1 draws by the model's probabilities; between, they are sharpened
 * @param topK        only the k most probable words; 0: no limit
 * @param topP        only the most probable words that together reach this probability; 1: no limit
 * @param minP        only words at least this share as probable as the best; 0: no limit
 * @param penalties   what was said before counts against a word, and single words may be favoured
 * @param seed        the same seed draws the same words
 */
public record Sampling(double temperature, int topK, double topP, double minP, Penalties penalties, long seed) {
    /** Always the most probable word. */
    public static final Sampling GREEDY = new Sampling(0, 0, 1, 0, 0);

    /** @throws IllegalArgumentException naming the parameter, what was expected and what it was */
    public Sampling {
        require(temperature >= 0 && Double.isFinite(temperature), "temperature", "a number of at least 0", temperature);
        require(topK >= 0, "top_k", "at least 0", topK);
        require(topP > 0 && topP <= 1, "top_p", "a probability above 0 and up to 1", topP);
        require(minP >= 0 && minP <= 1, "min_p", "a share from 0 to 1", minP);
    }

    /** The same without penalties. */
    public Sampling(double temperature, int topK, double topP, double minP, long seed) {
        this(temperature, topK, topP, minP, Penalties.NONE, seed);
    }

    /** The same settings with the seed of sample {@code i} of several; the first has the seed as it is. */
    Sampling ofSample(int i) {
        return i == 0 ? this
                : new Sampling(temperature, topK, topP, minP, penalties, seed ^ i * 0x9E3779B97F4A7C15L);
    }

    static void require(boolean holds, String name, String expected, Object actual) {
        if (!holds) {
            throw new IllegalArgumentException("%s: expected %s but was %s".formatted(name, expected, actual));
        }
    }
}
