package tfree.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tfree.file.CorruptFileException;
import tfree.file.Escapes;
import tfree.text.SplitMode;
import tfree.text.Utf8;
import tfree.text.WordSplitter;

/** {@code tfree join}: words → text. */
@Command(name = "join", description = {"Words into text, the inverse of split.",
        "Reads one word a line, as tfree split prints them. With --jsonl: an array of words a line in, a string a line "
                + "out."})
final class JoinCommand implements Callable<Integer> {
    @Mixin
    private TextInput input = new TextInput();

    @Option(names = "--mode", paramLabel = "MODE", defaultValue = "reference", //
            description = "How the words were split: reference or unicode (default ${DEFAULT-VALUE}).")
    private SplitMode mode = SplitMode.REFERENCE;

    @Override
    public Integer call() throws IOException {
        WordSplitter splitter = WordSplitter.of(mode);
        try (InputStream in = input.open(); OutputStream out = StandardOutput.open()) {
            if (!input.isJsonLines()) {
                out.write(splitter.join(words(in)).getBytes(StandardCharsets.UTF_8));
                return 0;
            }
            JsonLines lines = new JsonLines(out);
            lines.answerAll(in, (question, answer) -> answer.writeString(splitter.join(JsonLines.strings(question))));
            return lines.exitCode();
        }
    }

    private List<String> words(InputStream in) throws IOException {
        List<String> words = new ArrayList<>();
        ByteLines lines = new ByteLines(in, () -> {});
        for (long number = 1; lines.next(); number++) {
            try {
                words.add(Escapes.unescape(Utf8.decode(lines.bytes(), lines.from(), lines.to())));
            } catch (IllegalArgumentException e) {
                throw new CorruptFileException(input.name(), "line " + number + ": " + e.getMessage());
            }
        }
        return words;
    }
}
