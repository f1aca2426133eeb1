package tfree.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tfree.file.Escapes;
import tfree.server.EncodedTextJson;
import tfree.text.PythonText;
import tfree.trigram.ActivationPattern;
import tfree.trigram.EncodedText;
import tfree.trigram.SlotTable;
import tfree.trigram.TextEncoder;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** {@code tfree encode}: text → words, each with its trigrams and their slots. */
@Command(name = "encode", description = {"Text into words with their trigrams and slots.",
        "Prints a line for each trigram: word, trigram, its bytes in hex, slots. With --jsonl: a string or {\"text\": …} "
                + "a line in, {\"words\": […], \"patterns\": [[{\"trigram\": \"206865\", \"slots\": […]}, …], …]} a line "
                + "out; the trigram is null for a word hashed as a whole."})
final class EncodeCommand implements Callable<Integer> {
    @Mixin
    private TextInput input = new TextInput();

    @Mixin
    private TokenizerOptions tokenizer = new TokenizerOptions();

    @Option(names = "--strip", description = "Drop whitespace around the text first.")
    private boolean strip;

    @Override
    public Integer call() throws IOException {
        TextEncoder encoder = new TextEncoder(new SlotTable(tokenizer.config()));
        if (input.isJsonLines()) {
            return jsonLines(encoder);
        }
        EncodedText text = encoder.encode(stripped(input.text()));
        try (Writer out = StandardOutput.text()) {
            for (int i = 0; i < text.size(); i++) {
                writeRows(text.word(i), text.pattern(i), out);
            }
        }
        return 0;
    }

    private String stripped(String text) {
        return strip ? PythonText.strip(text) : text;
    }

    private int jsonLines(TextEncoder encoder) throws IOException {
        try (InputStream in = input.open(); OutputStream out = StandardOutput.open()) {
            JsonLines lines = new JsonLines(out);
            lines.answerAll(in,
                    (question, answer) -> EncodedTextJson.write(encoder.encode(stripped(text(question))), answer));
            return lines.exitCode();
        }
    }

    /** A string, or the field {@code text} of an object; other fields are passed over. */
    private static String text(JsonParser question) {
        if (question.currentToken() != JsonToken.START_OBJECT) {
            return JsonLines.string(question);
        }
        String text = null;
        while (question.nextToken() != JsonToken.END_OBJECT) {
            boolean wanted = "text".equals(question.currentName());
            question.nextToken();
            if (wanted) {
                text = JsonLines.string(question);
            } else {
                question.skipChildren();
            }
        }
        if (text == null) {
            throw new IllegalArgumentException("expected a string or an object with the field \"text\"");
        }
        return text;
    }

    /** {@code Hello   " He"   204865   611 1833 …}, the word on its first row only. */
    private static void writeRows(String word, ActivationPattern pattern, Writer out) throws IOException {
        int rows = pattern.trigramCount();
        int m = pattern.slots().length / rows;
        for (int row = 0; row < rows; row++) {
            String name = row == 0 ? Escapes.escape(word) : "";
            String hex = EncodedTextJson.trigram(pattern, row);
            String shown = hex == null ? "whole word" : quoted(pattern.trigrams()[row]);
            out.append(String.format("%-16s  %-10s  %-6s ", name, shown, hex == null ? "" : hex));
            for (int slot : Arrays.copyOfRange(pattern.slots(), row * m, (row + 1) * m)) {
                out.append(' ').append(Integer.toString(slot));
            }
            out.append('\n');
        }
    }

    /** The trigram as characters; a part of a character is a replacement character. */
    private static String quoted(int trigram) {
        byte[] bytes = {(byte) trigram, (byte) (trigram >>> 8), (byte) (trigram >>> 16)};
        return '"' + Escapes.escape(new String(bytes, StandardCharsets.UTF_8)) + '"';
    }
}
