package tfree.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tfree.checkpoint.Checkpoint;
import tfree.config.ConfigException;
import tfree.dictionary.Dictionary;
import tfree.dictionary.DictionaryFile;
import tfree.dictionary.PatternFile;
import tfree.dictionary.WordList;
import tfree.file.AtomicFile;
import tfree.pickle.CounterPickle;
import tfree.trigram.SlotTable;

/** {@code tfree dictionary}: the words that a model may say, counted, looked at, exchanged. */
@Command(name = "dictionary", synopsisSubcommandLabel = "COMMAND", //
        subcommands = {DictionaryBuildCommand.class, DictionaryScoreCommand.class}, //
        description = {"The words that a model may say.",
                "Wherever a DICTIONARY is read it may be a dictionary file, a pickled Counter, the original's "
                        + "tokenizer.pt or words_target .pt, TSV of word and count, "
                        + "a JSON array of [word, count], or a list of one word a line."})
final class DictionaryCommand {
    private static final String ANY = "A dictionary of any format.";
    static final String OUTPUT = "The dictionary file to write; there must be none of that name.";

    @Command(name = "show", description = "How many words, which ones come first, and how much of the text they cover.")
    int show(@Parameters(paramLabel = "DICTIONARY", description = ANY) Path dictionary,
            @Option(names = "--top", paramLabel = "N", defaultValue = "20", //
                    description = "Words to list (default ${DEFAULT-VALUE}).") int top)
            throws IOException {
        WordList words = DictionarySource.read(dictionary);
        try (Writer out = StandardOutput.text()) {
            DictionarySummary.of(words).write(words, top, out);
        }
        return 0;
    }

    @Command(name = "top", description = "Cut a dictionary to its first N words and all special words.")
    int top(@Parameters(paramLabel = "DICTIONARY", description = ANY) Path dictionary,
            @Parameters(paramLabel = "N", description = "How many words.") int n,
            @Option(names = "--output", required = true, paramLabel = "FILE", description = OUTPUT) Path output)
            throws IOException {
        return write(DictionarySource.read(dictionary), n, OutputFile.requireFree(output));
    }

    @Command(name = "merge", description = {"Join two dictionaries by taking turns.",
            "The first word of A, the first of B, the second of A …, without repeats; counts are summed."})
    int merge(@Parameters(paramLabel = "A", description = ANY) Path a,
            @Parameters(paramLabel = "B", description = ANY) Path b,
            @Option(names = "--top", paramLabel = "N", defaultValue = "" + WordList.JOINED_LIMIT, //
                    description = "Keep the first N and all special words (default ${DEFAULT-VALUE}).") int top,
            @Option(names = "--output", required = true, paramLabel = "FILE", description = OUTPUT) Path output)
            throws IOException {
        OutputFile.requireFree(output);
        return write(DictionarySource.read(a).takingTurns(DictionarySource.read(b), top), null, output);
    }

    @Command(name = "import", description = {"Write a dictionary of any format as a dictionary file.",
            "The order stays; special words that it lacks follow at the end with count 0."})
    int importWords(@Parameters(paramLabel = "DICTIONARY", description = ANY) Path source,
            @Option(names = "--output", required = true, paramLabel = "FILE", description = OUTPUT) Path output)
            throws IOException {
        OutputFile.requireFree(output);
        return write(DictionarySource.read(source).specialWordsAdded(), null, output);
    }

    @Command(name = "compile", description = {
            "Write a dictionary with its patterns, ready to score, for models like one.",
            "generate and eval take it as --dictionary: a million words are there in a moment instead of a second. It fits "
                    + "models whose words become the same slots; others refuse it."})
    int compile(@Parameters(paramLabel = "DICTIONARY", description = ANY) Path dictionary,
            @Option(names = "--checkpoint", required = true, paramLabel = "DIR", //
                    description = "A model whose words become slots in this way.") Path checkpoint,
            @Option(names = "--output", required = true, paramLabel = "FILE", //
                    description = "The file to write; there must be none of that name.") Path output)
            throws IOException {
        OutputFile.requireFree(output);
        Checkpoint saved = Checkpoint.open(checkpoint);
        if (saved.config().tokenizer().doClassicTokenization()) {
            throw new ConfigException(checkpoint + ": expected a model that says words but it says tokens");
        }
        WordList words = DictionarySource.read(dictionary).specialWordsAdded();
        PatternFile.write(Dictionary.of(words, new SlotTable(saved.config().encoding())), output);
        try (Writer out = StandardOutput.text()) {
            DictionarySummary.of(words).writeSize(out);
        }
        return 0;
    }

    /** What {@code dictionary export} writes. */
    enum ExportFormat {
        TSV, WORDS, PICKLE
    }

    @Command(name = "export", description = {"Write a dictionary for other programs.",
            "TSV holds everything, with \\n, \\r, \\t and \\\\ for what would break a line. A word list leaves out special "
                    + "words, which an import adds again, and words that are line breaks. A pickle is the "
                    + "collections.Counter in which the original keeps dictionaries."})
    int export(@Parameters(paramLabel = "DICTIONARY", description = ANY) Path dictionary,
            @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "tsv", //
                    description = "tsv, words or pickle (default ${DEFAULT-VALUE}).") ExportFormat format,
            @Option(names = "--output", paramLabel = "FILE", //
                    description = "Where to; without it standard output.") @Nullable Path output)
            throws IOException {
        WordList words = DictionarySource.read(dictionary);
        if (output == null) {
            try (OutputStream out = StandardOutput.open()) {
                export(words, format, out);
            }
            return 0;
        }
        try (AtomicFile file = new AtomicFile(OutputFile.requireFree(output))) {
            export(words, format, file.out());
            file.commit();
        }
        return 0;
    }

    private static void export(WordList words, ExportFormat format, OutputStream out) throws IOException {
        Writer text = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        switch (format) {
            case TSV -> DictionaryFile.writeTsv(words, text);
            case WORDS -> DictionaryFile.writeWords(words, text);
            case PICKLE -> CounterPickle.write(words, out);
        }
        text.flush();
    }

    private static int write(WordList words, @Nullable Integer top, Path output) throws IOException {
        WordList kept = top == null ? words : words.top(top);
        DictionaryFile.write(kept, output);
        try (Writer out = StandardOutput.text()) {
            DictionarySummary.of(kept).writeSize(out);
        }
        return 0;
    }
}
