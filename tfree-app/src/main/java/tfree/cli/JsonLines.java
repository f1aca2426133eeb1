package tfree.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import tfree.file.CorruptFileException;
import tfree.text.Utf8;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What {@code --jsonl} means: one JSON value a line in, one value a line out, in order, UTF-8. A line that cannot be
 * answered is answered {@code {"error": …}} in its place, and the exit code is 1 at the end.
 *
 * <p>Only Jackson's streaming layer is used here: it starts in a tenth of the time that data binding takes. A command
 * that wants trees may read them from the parser that it is handed. Not thread-safe.
 */
final class JsonLines {
    private static final JsonFactory JSON = new JsonFactory();

    private final OutputStream out;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(1 << 12);
    private long number;
    private boolean failed;

    JsonLines(OutputStream out) {
        this.out = out;
    }

    /** Answers one line. */
    @FunctionalInterface
    interface Answer {
        /**
         * Reads one value, whose first token is the parser's current one, and writes one.
         *
         * @throws IllegalArgumentException when the value cannot be answered; what was written is dropped
         */
        void give(JsonParser question, JsonGenerator answer) throws IOException;
    }

    /** Writes one value. */
    @FunctionalInterface
    interface Value {
        void write(JsonGenerator out) throws IOException;
    }

    /** Answers every line of the input. */
    void answerAll(InputStream in, Answer answer) throws IOException {
        ByteLines lines = new ByteLines(in, out);
        while (lines.next()) {
            int from = lines.from() + (number == 0 ? byteOrderMark(lines) : 0);
            write(generator -> answer(lines.bytes(), from, lines.to(), answer, generator));
        }
        out.flush();
    }

    /** Writes one line. */
    void write(Value value) throws IOException {
        number++;
        line.reset();
        try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), line)) {
            value.write(generator);
        } catch (IllegalArgumentException | CorruptFileException e) {
            error(String.valueOf(e.getMessage()));
        }
        line.write('\n');
        line.writeTo(out);
    }

    /** 0, or 1 if a line was answered by an error. */
    int exitCode() {
        return failed ? 1 : 0;
    }

    /** Reads one value, whose first token is the parser's current one. */
    @FunctionalInterface
    interface Reader<T> {
        T read(JsonParser in) throws IOException;
    }

    /**
     * The one value that the text holds.
     *
     * @throws IllegalArgumentException when it is none, or more than one
     */
    static <T> T parse(String text, Reader<T> reader) throws IOException {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == null) {
                throw new IllegalArgumentException("expected a JSON value but was nothing");
            }
            T value = reader.read(parser);
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("expected one JSON value but was more");
            }
            return value;
        } catch (JacksonException e) {
            throw new IllegalArgumentException("expected JSON but was " + e.getOriginalMessage(), e);
        }
    }

    /** The array of strings that the parser stands at. */
    static List<String> strings(JsonParser in) {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw new IllegalArgumentException("expected an array of words but was " + kind(in.currentToken()));
        }
        List<String> strings = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            if (in.currentToken() != JsonToken.VALUE_STRING) {
                throw new IllegalArgumentException(
                        "expected a word at index " + strings.size() + " but was " + kind(in.currentToken()));
            }
            strings.add(in.getString());
        }
        return strings;
    }

    /** The string that the parser stands at. */
    static String string(JsonParser in) {
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            throw new IllegalArgumentException("expected a string but was " + kind(in.currentToken()));
        }
        return in.getString();
    }

    /** What a token begins, for errors. */
    static String kind(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            default -> token.asString() == null ? token.toString() : token.asString();
        };
    }

    private static void answer(byte[] bytes, int from, int to, Answer answer, JsonGenerator generator)
            throws IOException {
        parse(Utf8.decode(bytes, from, to), question -> {
            answer.give(question, generator);
            return generator;
        });
    }

    private void error(String message) {
        failed = true;
        line.reset();
        try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), line)) {
            generator.writeStartObject();
            generator.writeStringProperty("error", "line " + number + ": " + message);
            generator.writeEndObject();
        }
    }

    static int byteOrderMark(ByteLines lines) {
        byte[] bytes = lines.bytes();
        int from = lines.from();
        boolean there = lines.to() - from >= 3 && bytes[from] == (byte) 0xef && bytes[from + 1] == (byte) 0xbb
                && bytes[from + 2] == (byte) 0xbf;
        return there ? 3 : 0;
    }
}
