package tfree.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import tfree.checkpoint.TorchDictionary;
import tfree.dictionary.DictionaryFile;
import tfree.dictionary.PatternFile;
import tfree.dictionary.WordCounts;
import tfree.dictionary.WordList;
import tfree.file.CorruptFileException;
import tfree.pickle.CounterPickle;
import tfree.text.Utf8;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A dictionary of any format, told apart by how the file begins: the project's own, a pickled Counter, the original's
 * {@code .pt} files, a JSON array of {@code [word, count]}, TSV of word and count, or one word a line. All keep the file's order, except for the Counter,
 * whose order is by falling count.
 */
final class DictionarySource {
    static final String FORMATS = "a dictionary file, a compiled one, a pickled Counter, a .pt file, TSV of word and count, "
            + "a JSON array of [word, count], or a word list";

    private static final String OWN = "TFWORDS\n";
    private static final String COMPILED = "TFPARTS\n";
    private static final Pattern JSON_ARRAY = Pattern.compile("\\[\\s*(\\[.*|\\]\\s*)", Pattern.DOTALL);
    /** Protocol 2 to 5; protocol 0 and 1, of a Counter or a dict. */
    private static final Pattern PICKLE = Pattern.compile("(\\x80[\\x02-\\x05]|ccollections\nCounter\n|\\(dp0\n).*",
            Pattern.DOTALL);
    private static final String ZIP = "PK\003\004";
    private static final int BEGINNING = 1 << 12;

    private DictionarySource() {}

    /** Whether it is a dictionary with the patterns of one kind of model: {@link PatternFile}. */
    static boolean isCompiled(Path file) throws IOException {
        return beginning(file).startsWith(COMPILED);
    }

    /** @throws CorruptFileException when the file is none of them, or damaged */
    static WordList read(Path file) throws IOException {
        String beginning = beginning(file);
        if (beginning.startsWith(COMPILED)) {
            throw new CorruptFileException(file, "expected " + FORMATS.replace("a compiled one, ", "")
                    + " but was a compiled one, which serves generate and eval alone");
        }
        if (beginning.startsWith(OWN)) {
            return DictionaryFile.read(file);
        }
        if (PICKLE.matcher(beginning).matches()) {
            return WordList.mostCommon(CounterPickle.read(file));
        }
        if (beginning.startsWith(ZIP)) {
            return TorchDictionary.read(file);
        }
        if (beginning.isBlank() || beginning.indexOf('\0') >= 0) {
            throw new CorruptFileException(file, "expected " + FORMATS + " but was "
                    + (beginning.isBlank() ? "empty" : "binary data"));
        }
        if (JSON_ARRAY.matcher(beginning).matches()) {
            return readJson(file);
        }
        boolean table = beginning.lines().findFirst().orElse("").indexOf('\t') > 0;
        return table ? DictionaryFile.readTsv(file) : DictionaryFile.readWords(file);
    }

    private static String beginning(Path file) throws IOException {
        try (InputStream in = TextInput.open(file)) {
            return new String(in.readNBytes(BEGINNING), StandardCharsets.ISO_8859_1);
        }
    }

    private static WordList readJson(Path file) throws IOException {
        byte[] utf8 = Files.readAllBytes(file);
        WordCounts words = new WordCounts();
        try {
            JsonLines.parse(Utf8.decode(utf8, 0, utf8.length), json -> {
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    readEntry(json, words);
                }
                return words;
            });
        } catch (IllegalArgumentException e) {
            throw new CorruptFileException(file, e.getMessage() + " (after " + words.size() + " words)");
        }
        return WordList.inOrder(words);
    }

    private static void readEntry(JsonParser json, WordCounts words) {
        if (json.currentToken() == JsonToken.START_ARRAY && json.nextToken() == JsonToken.VALUE_STRING) {
            String word = json.getString();
            if (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
                words.add(word, json.getLongValue());
                if (json.nextToken() == JsonToken.END_ARRAY) {
                    return;
                }
            }
        }
        throw new IllegalArgumentException("expected [word, count] but was " + JsonLines.kind(json.currentToken()));
    }
}
