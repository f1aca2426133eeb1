package tfree.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tfree.dictionary.WordFilter;

/** The options that say which words may come up at all; several work together. */
final class FilterOptions {
    @Option(names = "--choices", paramLabel = "TEXT", split = ",", //
            description = "The answer is one of these texts, of one or more words each.")
    private List<String> choices = new ArrayList<>();

    @Option(names = "--allow-words", paramLabel = "FILE", //
            description = "Only the words of this list may be said: " + DictionarySource.FORMATS + ".")
    private @Nullable Path allowWords;

    @Option(names = "--deny-words", paramLabel = "FILE", description = "The words of this list may not be said.")
    private @Nullable Path denyWords;

    @Option(names = "--regex", paramLabel = "EXPRESSION", //
            description = "Only words may be said that this regular expression matches as a whole.")
    private @Nullable String regex;

    @Option(names = "--prefix", paramLabel = "TEXT", description = "Only words may be said that begin so.")
    private @Nullable String prefix;

    /** The words that pass all of them but the choices. */
    WordFilter filter() throws IOException {
        List<WordFilter> filters = new ArrayList<>();
        if (allowWords != null) {
            filters.add(WordFilter.allowing(DictionarySource.read(allowWords).words()));
        }
        if (denyWords != null) {
            filters.add(WordFilter.denying(DictionarySource.read(denyWords).words()));
        }
        if (regex != null) {
            filters.add(matching("--regex", regex));
        }
        if (prefix != null) {
            filters.add(WordFilter.startingWith(prefix));
        }
        return filters.stream().reduce(WordFilter::and).orElse(WordFilter.ALL);
    }

    /** The texts one of which the answer is; none: anything. */
    List<String> choices() {
        return choices.stream().map(String::strip).toList();
    }

    /** The words that an expression matches, which somebody gave under that name. */
    static WordFilter matching(String name, String regex) {
        try {
            return WordFilter.matching(Pattern.compile(regex));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(name + ": expected a regular expression but was " + regex + ": "
                    + e.getDescription(), e);
        }
    }
}
