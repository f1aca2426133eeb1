package tfree.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Writer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tfree.file.Escapes;
import tfree.text.SplitMode;
import tfree.text.WordSplitter;

/** {@code tfree split}: text → words. */
@Command(name = "split", description = {"Text into words.",
        "Prints one word a line, with \\n, \\r, \\t and \\\\ for what would break it: tfree join makes the same text of "
                + "it, byte for byte. With --jsonl: a string a line in, an array of words a line out."})
final class SplitCommand implements Callable<Integer> {
    @Mixin
    private TextInput input = new TextInput();

    @Option(names = "--mode", paramLabel = "MODE", defaultValue = "reference", //
            description = "What counts as a word: reference or unicode (default ${DEFAULT-VALUE}).")
    private SplitMode mode = SplitMode.REFERENCE;

    @Override
    public Integer call() throws IOException {
        WordSplitter splitter = WordSplitter.of(mode);
        if (input.isJsonLines()) {
            return jsonLines(splitter);
        }
        String text = input.text();
        try (Writer out = StandardOutput.text()) {
            for (String word : splitter.split(text)) {
                out.append(Escapes.escape(word)).append('\n');
            }
        }
        return 0;
    }

    private int jsonLines(WordSplitter splitter) throws IOException {
        try (InputStream in = input.open(); OutputStream out = StandardOutput.open()) {
            JsonLines lines = new JsonLines(out);
            lines.answerAll(in, (question, answer) -> {
                answer.writeStartArray();
                for (String word : splitter.split(JsonLines.string(question))) {
                    answer.writeString(word);
                }
                answer.writeEndArray();
            });
            return lines.exitCode();
        }
    }
}
