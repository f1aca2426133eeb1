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
    @Option(names = "--choices", paramLabel = "WORD", split = ",", description = "Only these words may be said.")
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

    /** The words that pass all of them. */
    WordFilter filter() throws IOException {
        List<WordFilter> filters = new ArrayList<>();
        if (!choices.isEmpty()) {
            filters.add(WordFilter.allowing(choices));
        }
        if (allowWords != null) {
            filters.add(WordFilter.allowing(DictionarySource.read(allowWords).words()));
        }
        if (denyWords != null) {
            filters.add(WordFilter.denying(DictionarySource.read(denyWords).words()));
        }
        if (regex != null) {
            filters.add(WordFilter.matching(expression(regex)));
        }
        if (prefix != null) {
            filters.add(WordFilter.startingWith(prefix));
        }
        return filters.stream().reduce(WordFilter::and).orElse(WordFilter.ALL);
    }

    private static Pattern expression(String regex) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("--regex: expected a regular expression but was " + regex + ": "
                    + e.getDescription(), e);
        }
    }
}
