package tfree.generate;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tfree.dictionary.WordFilter;

/**
 * Which words an answer may have.
 *
 * @param moreWords   a text whose words may be said beside the dictionary's; null: the prompt's
 * @param deniedWords words that may not be said
 * @param filter      which words may be said at all; those that it allows by name need not be in the dictionary
 */
public record Vocabulary(@Nullable String moreWords, List<String> deniedWords, WordFilter filter) {
    /** The dictionary's words and the prompt's. */
    public static final Vocabulary OPEN = new Vocabulary(null, List.of(), WordFilter.ALL);

    public Vocabulary {
        deniedWords = List.copyOf(deniedWords);
    }

    /** The dictionary's words and the prompt's, as far as a filter lets them pass. */
    public static Vocabulary of(WordFilter filter) {
        return new Vocabulary(null, List.of(), filter);
    }
}
