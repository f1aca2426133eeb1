package tfree.generate;

/**
 * How wide a beam search goes, and what it holds for the best answer: the sum of the words' log-probabilities, divided by
 * their number to the power of the length penalty (Wu et al. 2016, arXiv 1609.08144, without its constants).
 *
 * @param width         how many beginnings are followed side by side
 * @param lengthPenalty 0: the most probable answer; 1: the mean a word; above, longer answers
 */
public record Beams(int width, double lengthPenalty) {

    /** @throws IllegalArgumentException naming the parameter, what was expected and what it was */
    public Beams {
        Sampling.require(width >= 1, "num_beams", "at least 1", width);
        Sampling.require(Double.isFinite(lengthPenalty), "length_penalty", "a number", lengthPenalty);
    }

    /** @throws IllegalArgumentException if the request draws words, or wants more answers than are followed */
    void check(GenerationRequest request) {
        Sampling.require(request.samples() <= width, "n", "at most num_beams (" + width + ")", request.samples());
        Sampling sampling = request.sampling();
        Sampling.require(sampling.temperature() == 0 && sampling.penalties().equals(Penalties.NONE), "num_beams",
                "temperature 0 and no penalties beside it", sampling);
    }

    double score(double logProb, int words) {
        return logProb / Math.pow(words, lengthPenalty);
    }

    /** What an answer may reach at most that goes on from so many words, up to a number of words. */
    double bound(double logProb, int words, int most) {
        return Math.max(score(logProb, words), score(logProb, most)); // more words only lower logProb, which is at most 0
    }
}
