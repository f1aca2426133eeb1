package tfree.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tfree.text.Spelling;
import tools.jackson.databind.JsonNode;

/** The fields of a JSON object that asks for something: one that is absent or null takes the default. */
record RequestFields(JsonNode json) {

    /** @throws IllegalArgumentException if it is no object, or has a field that is not known, with the nearest that is */
    static RequestFields of(JsonNode json, Set<String> known) {
        if (!json.isObject()) {
            throw new IllegalArgumentException("expected an object with a prompt but was " + json);
        }
        for (String name : json.propertyNames()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("%s: unknown field; the nearest known one is %s".formatted(name,
                        Spelling.nearest(name, known.stream().sorted().toList())));
            }
        }
        return new RequestFields(json);
    }

    private @Nullable JsonNode given(String name) {
        JsonNode value = json.get(name);
        return value == null || value.isNull() ? null : value;
    }

    boolean has(String name) {
        return given(name) != null;
    }

    @Nullable
    String text(String name, @Nullable String fallback) {
        JsonNode value = given(name);
        require(value == null || value.isString(), name, "a text", value);
        return value == null ? fallback : value.asString();
    }

    boolean flag(String name, boolean fallback) {
        JsonNode value = given(name);
        require(value == null || value.isBoolean(), name, "true or false", value);
        return value == null ? fallback : value.asBoolean();
    }

    int integer(String name, int fallback) {
        JsonNode value = given(name);
        require(value == null || (value.isIntegralNumber() && value.canConvertToInt()), name, "an integer", value);
        return value == null ? fallback : value.asInt();
    }

    long longInteger(String name, long fallback) {
        JsonNode value = given(name);
        require(value == null || (value.isIntegralNumber() && value.canConvertToLong()), name, "a 64-bit integer",
                value);
        return value == null ? fallback : value.asLong();
    }

    double number(String name, double fallback) {
        JsonNode value = given(name);
        require(value == null || value.isNumber(), name, "a number", value);
        return value == null ? fallback : value.asDouble();
    }

    List<String> texts(String name, List<String> fallback) {
        JsonNode value = given(name);
        if (value == null) {
            return fallback;
        }
        require(value.isArray(), name, "an array of texts", value);
        List<String> texts = new ArrayList<>();
        for (JsonNode text : value) {
            require(text.isString(), name, "an array of texts", value);
            texts.add(text.asString());
        }
        return texts;
    }

    /** As {@link #texts}; a single text stands for itself. */
    List<String> textOrTexts(String name, List<String> fallback) {
        JsonNode value = given(name);
        return value != null && value.isString() ? List.of(value.asString()) : texts(name, fallback);
    }

    Map<String, Double> numbers(String name, Map<String, Double> fallback) {
        JsonNode value = given(name);
        if (value == null) {
            return fallback;
        }
        require(value.isObject(), name, "an object of numbers", value);
        Map<String, Double> numbers = new LinkedHashMap<>();
        value.properties().forEach(field -> {
            require(field.getValue().isNumber(), name, "an object of numbers", value);
            numbers.put(field.getKey(), field.getValue().asDouble());
        });
        return numbers;
    }

    private static void require(boolean holds, String name, String expected, @Nullable Object actual) {
        if (!holds) {
            throw new IllegalArgumentException("%s: expected %s but was %s".formatted(name, expected, actual));
        }
    }
}
