package tfree.generate;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tfree.dictionary.WordFilter;

/**
 * What to generate, and from what.
 *
 * @param prompt        at least one word
 * @param maxWords      words to generate at most; {@code max_tokens} in requests
 * @param echo          whether the prompt's words come first in the answer
 * @param logProbs      how many of the best words are reported for each word; 0: none
 * @param stopWord      ends the answer, as its last word
 * @param stopAtEnd     whether {@code <|endoftext|>} ends the answer ({@code abort_eot})
 * @param moreWords     a text whose words may be said beside the dictionary's; null: the prompt's
 * @param deniedWords   words that may not be said
 * @param sampling      how a word is drawn
 * @param filter        which words may be said at all; those that it allows by name need not be in the dictionary
 */
public record GenerationRequest(String prompt, int maxWords, boolean echo, int logProbs, @Nullable String stopWord,
        boolean stopAtEnd, @Nullable String moreWords, List<String> deniedWords, Sampling sampling,
        WordFilter filter) {

    /** @throws IllegalArgumentException naming the parameter, what was expected and what it was */
    public GenerationRequest {
        if (maxWords < 0) {
            throw new IllegalArgumentException("max_tokens: expected at least 0 but was " + maxWords);
        }
        if (logProbs < 0) {
            throw new IllegalArgumentException("log_probs: expected at least 0 but was " + logProbs);
        }
        deniedWords = List.copyOf(deniedWords);
    }

    /** A request under which every word may be said but the denied ones. */
    public GenerationRequest(String prompt, int maxWords, boolean echo, int logProbs, @Nullable String stopWord,
            boolean stopAtEnd, @Nullable String moreWords, List<String> deniedWords, Sampling sampling) {
        this(prompt, maxWords, echo, logProbs, stopWord, stopAtEnd, moreWords, deniedWords, sampling, WordFilter.ALL);
    }

    /** The same under another filter. */
    public GenerationRequest with(WordFilter other) {
        return new GenerationRequest(prompt, maxWords, echo, logProbs, stopWord, stopAtEnd, moreWords, deniedWords,
                sampling, other);
    }

    /** The usual request: stops at the end of the text, says the prompt's words too, reports no log-probs. */
    public static GenerationRequest of(String prompt, int maxWords, Sampling sampling) {
        return new GenerationRequest(prompt, maxWords, false, 0, null, true, null, List.of(), sampling);
    }
}
