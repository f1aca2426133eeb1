package tfree.generate;

import java.util.List;
import java.util.Locale;

/**
 * An answer.
 *
 * @param completion the words as text
 * @param words      with echo the prompt's first
 */
public record Generation(String completion, List<GeneratedWord> words, FinishReason finishReason) {

    public Generation {
        words = List.copyOf(words);
    }

    /** Why an answer is at its end: a stop word or the end of the text, or as many words as were asked for. */
    public enum FinishReason {
        STOP, LENGTH;

        /** As requests and answers spell it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
