package tfree.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tfree.file.CorruptFileException;
import tfree.file.Utf8Lines;
import tfree.generate.MultipleChoice.Question;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads questions with choices, one JSON object a line:
 *
 * <pre>{@code
 * {"question": "Rain is", "choices": ["wet", "dry"], "answer": 0}
 * {"question": "Rain is", "choices": {"text": ["wet", "dry"], "label": ["A", "B"]}, "answerKey": "A"}   as ARC
 * {"ctx": "Rain is", "endings": ["wet", "dry"], "label": "0"}                                          as HellaSwag
 * }</pre>
 */
final class Choices {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> TEXT = List.of("question", "ctx", "context", "query");
    private static final List<String> CHOICES = List.of("choices", "endings");
    private static final List<String> ANSWER = List.of("answer", "answerKey", "label", "gold");

    private Choices() {}

    /** @throws CorruptFileException naming the line, what was expected there and what it was */
    static List<Question> read(Path file) throws IOException {
        List<Question> questions = new ArrayList<>();
        try (Utf8Lines lines = Utf8Lines.of(TextInput.requireFile(file))) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                if (!line.isBlank()) {
                    try {
                        questions.add(question(JSON.readTree(line)));
                    } catch (JacksonException e) {
                        throw wrong(file, lines, "expected a JSON object but was " + e.getOriginalMessage());
                    } catch (IllegalArgumentException e) {
                        throw wrong(file, lines, String.valueOf(e.getMessage()));
                    }
                }
            }
        }
        if (questions.isEmpty()) {
            throw new CorruptFileException(file, "expected questions, one JSON object a line, but was empty");
        }
        return questions;
    }

    private static CorruptFileException wrong(Path file, Utf8Lines lines, String what) {
        return new CorruptFileException(file, "line " + lines.number() + ": " + what);
    }

    private static Question question(JsonNode json) {
        JsonNode choices = field(json, CHOICES);
        JsonNode labels = choices.get("label");
        return new Question(string(field(json, TEXT), "question"),
                strings(choices.isObject() ? choices.get("text") : choices),
                answer(field(json, ANSWER), labels == null ? null : strings(labels)));
    }

    private static JsonNode field(JsonNode json, List<String> names) {
        for (String name : names) {
            JsonNode value = json.isObject() ? json.get(name) : null;
            if (value != null && !value.isNull()) {
                return value;
            }
        }
        throw new IllegalArgumentException("expected an object with %s but was %s".formatted(
                String.join(" or ", names), json.isObject() ? String.join(", ", json.propertyNames()) : json));
    }

    private static List<String> strings(@Nullable JsonNode array) {
        if (array == null || !array.isArray()) {
            throw new IllegalArgumentException("choices: expected an array of texts but was " + array);
        }
        List<String> strings = new ArrayList<>();
        array.forEach(text -> strings.add(string(text, "choices")));
        return strings;
    }

    private static String string(JsonNode text, String name) {
        if (!text.isString()) {
            throw new IllegalArgumentException(name + ": expected a text but was " + text);
        }
        return text.asString();
    }

    /** A number from 0 on, or a label: one of the given ones, or a letter from A on. */
    private static int answer(JsonNode answer, @Nullable List<String> labels) {
        if (answer.isIntegralNumber()) {
            return answer.asInt();
        }
        String label = string(answer, "answer");
        if (labels != null) {
            return labels.indexOf(label);
        }
        return label.matches("\\d{1,4}") ? Integer.parseInt(label) : label.length() == 1 ? label.charAt(0) - 'A' : -1;
    }
}
