package tfree.generate;

import java.util.List;
import java.util.Locale;

/**
 * An answer.
 *
 * @param completion the words as text; without the stop string that ended it and what follows
 * @param words      with echo the prompt's first
 */
public record Generation(String completion, List<GeneratedWord> words, FinishReason finishReason, Usage usage) {

    public Generation {
        words = List.copyOf(words);
    }

    /**
     * Why an answer is at its end: a stop word or a stop string, as many words as were asked for, the word that ends a
     * text, or somebody who did not want more.
     */
    public enum FinishReason {
        STOP, LENGTH, END_OF_TEXT, CANCELLED;

        /** As requests and answers spell it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
