package tfree.generate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What ends an answer before its number of words is reached.
 *
 * @param stopStrings texts: where one stands in the answer, across words too, the answer's text ends before it
 * @param stopWord    ends the answer, as its last word
 * @param atEndOfText whether {@code <|endoftext|>} ends the answer, as its last word ({@code abort_eot})
 */
public record Ending(List<String> stopStrings, @Nullable String stopWord, boolean atEndOfText) {
    /** The end of the text alone. */
    public static final Ending AT_END_OF_TEXT = new Ending(List.of(), null, true);

    /** @throws IllegalArgumentException for an empty stop string */
    public Ending {
        for (String stop : stopStrings) {
            Sampling.require(!stop.isEmpty(), "stop", "texts of at least one character", "an empty one");
        }
        stopStrings = List.copyOf(stopStrings);
    }

    /** The end of the text, or one of these texts. */
    public static Ending at(String... stopStrings) {
        return new Ending(List.of(stopStrings), null, true);
    }
}
