package tfree.generate;

import tfree.dictionary.WordFilter;

/**
 * What to generate, and from what.
 *
 * <pre>{@code
 * GenerationRequest.of("The colour of the sky is", 1, Sampling.GREEDY)
 *         .with(WordFilter.allowing(List.of("red", "green", "blue")));
 * }</pre>
 *
 * @param prompt     at least one word
 * @param maxWords   words to generate at most; {@code max_tokens} in requests
 * @param samples    how many answers; {@code n} in requests
 * @param echo       whether the prompt's words come first in the answer
 * @param logProbs   how many of the best words are reported for each word; 0: none
 * @param ending     what else ends an answer
 * @param vocabulary which words may be said
 * @param sampling   how a word is drawn
 */
public record GenerationRequest(String prompt, int maxWords, int samples, boolean echo, int logProbs, Ending ending,
        Vocabulary vocabulary, Sampling sampling) {

    /** @throws IllegalArgumentException naming the parameter, what was expected and what it was */
    public GenerationRequest {
        Sampling.require(maxWords >= 0, "max_tokens", "at least 0", maxWords);
        Sampling.require(samples >= 1, "n", "at least 1", samples);
        Sampling.require(logProbs >= 0, "log_probs", "at least 0", logProbs);
    }

    /** The usual request: one answer, up to the end of the text, with the prompt's words too, no log-probs. */
    public static GenerationRequest of(String prompt, int maxWords, Sampling sampling) {
        return new GenerationRequest(prompt, maxWords, 1, false, 0, Ending.AT_END_OF_TEXT, Vocabulary.OPEN, sampling);
    }

    /** The same with so many answers. */
    public GenerationRequest withSamples(int n) {
        return new GenerationRequest(prompt, maxWords, n, echo, logProbs, ending, vocabulary, sampling);
    }

    /** The same, the prompt's words first in the answer. */
    public GenerationRequest echoing() {
        return new GenerationRequest(prompt, maxWords, samples, true, logProbs, ending, vocabulary, sampling);
    }

    /** The same, the n best words reported for each word. */
    public GenerationRequest withLogProbs(int n) {
        return new GenerationRequest(prompt, maxWords, samples, echo, n, ending, vocabulary, sampling);
    }

    /** The same with another ending. */
    public GenerationRequest with(Ending other) {
        return new GenerationRequest(prompt, maxWords, samples, echo, logProbs, other, vocabulary, sampling);
    }

    /** The same with other words. */
    public GenerationRequest with(Vocabulary other) {
        return new GenerationRequest(prompt, maxWords, samples, echo, logProbs, ending, other, sampling);
    }

    /** The same under another filter. */
    public GenerationRequest with(WordFilter other) {
        return with(new Vocabulary(vocabulary.moreWords(), vocabulary.deniedWords(), other,
                vocabulary.choices()));
    }
}
