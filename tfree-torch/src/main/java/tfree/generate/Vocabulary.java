package tfree.generate;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tfree.dictionary.WordFilter;
import tfree.trigram.UnitEncoder;

/**
 * Which words an answer may have.
 *
 * @param moreWords   a text whose words may be said beside the dictionary's; null: the prompt's
 * @param deniedWords words that may not be said
 * @param filter      which words may be said at all; those that it allows by name need not be in the dictionary
 * @param choices     texts of one or more words, one of which the answer is; none: anything. Their words need not be in
 *                    the dictionary.
 */
public record Vocabulary(@Nullable String moreWords, List<String> deniedWords, WordFilter filter,
        List<String> choices) {
    /** The dictionary's words and the prompt's. */
    public static final Vocabulary OPEN = new Vocabulary(null, List.of(), WordFilter.ALL, List.of());

    public Vocabulary {
        deniedWords = List.copyOf(deniedWords);
        choices = List.copyOf(choices);
    }

    /** The dictionary's words and the prompt's, as far as a filter lets them pass. */
    public static Vocabulary of(WordFilter filter) {
        return new Vocabulary(null, List.of(), filter, List.of());
    }

    /** The words of each of the choices. */
    List<List<String>> choicesIn(UnitEncoder encoder) {
        return choices.stream().map(text -> encoder.encode(text).words()).toList();
    }

    /** One of these texts and nothing else. */
    public static Vocabulary ofChoices(List<String> texts) {
        return new Vocabulary(null, List.of(), WordFilter.ALL, texts);
    }
}
