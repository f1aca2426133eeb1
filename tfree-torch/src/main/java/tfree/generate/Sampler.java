package tfree.generate;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Chooses one word by the words' scores: numbers that a softmax makes probabilities of. */
@FunctionalInterface
public interface Sampler {
    /**
     * @param scores [words], such as log-probabilities; −∞ for a word that is forbidden. Not changed.
     * @return the chosen word's index
     * @throws IllegalArgumentException if every word is forbidden
     */
    int choose(double[] scores);

    /** The most probable word, of equals the first. */
    static int mostProbable(double[] logProbs) {
        int best = 0;
        for (int w = 1; w < logProbs.length; w++) {
            if (logProbs[w] > logProbs[best]) {
                best = w;
            }
        }
        if (logProbs.length == 0 || logProbs[best] == Double.NEGATIVE_INFINITY) {
            throw new IllegalArgumentException("expected a word that may be said but all words are forbidden");
        }
        return best;
    }

    /** The sampler of these settings. One that draws keeps a random state: take one for each text. */
    static Sampler of(Sampling settings) {
        if (settings.temperature() == 0) {
            return Sampler::mostProbable;
        }
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(settings.seed());
        return logProbs -> draw(logProbs, settings, random);
    }

    private static int draw(double[] logProbs, Sampling settings, RandomGenerator random) {
        double best = logProbs[mostProbable(logProbs)];
        double[] weights = new double[logProbs.length];
        for (int w = 0; w < weights.length; w++) {
            weights[w] = Math.exp((logProbs[w] - best) / settings.temperature());
        }
        double least = Math.max(leastWeight(weights, settings), settings.minP());
        double total = 0;
        for (double weight : weights) {
            total += weight >= least ? weight : 0;
        }
        double point = random.nextDouble() * total;
        int last = 0;
        for (int w = 0; w < weights.length; w++) {
            if (weights[w] >= least && weights[w] > 0) {
                last = w;
                point -= weights[w];
                if (point < 0) {
                    break;
                }
            }
        }
        return last; // of all that pass: rounding may leave a rest behind the last word
    }

    /** The weight of the last word that top-k, and then top-p of these, let pass; equals of it pass too. */
    private static double leastWeight(double[] weights, Sampling settings) {
        if (settings.topK() == 0 && settings.topP() == 1) {
            return 0;
        }
        double[] rising = weights.clone();
        Arrays.sort(rising);
        int n = rising.length;
        int kept = settings.topK() == 0 ? n : Math.min(n, settings.topK());
        double wanted = settings.topP() * Arrays.stream(rising, n - kept, n).sum();
        double reached = 0;
        for (int i = 1; i <= kept; i++) {
            reached += rising[n - i];
            if (reached >= wanted) {
                return rising[n - i];
            }
        }
        return rising[n - kept];
    }
}
