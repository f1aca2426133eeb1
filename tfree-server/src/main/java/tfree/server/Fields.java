package tfree.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tfree.text.Spelling;
import tools.jackson.databind.JsonNode;

/**
 * The parameters of a request, read strictly: each that is asked for is known, and {@link #end} refuses all others by
 * name. A parameter that is null is absent.
 *
 * <pre>{@code
 * Fields fields = Fields.of(body);
 * String prompt = fields.requiredText("prompt");
 * int words = fields.integer("max_tokens", 16, 0, 4096);
 * fields.end();    // 400: max_token: unknown parameter; did you mean max_tokens?
 * }</pre>
 *
 * Every method throws an {@link ApiError} that names the parameter, what was expected and what it was.
 */
final class Fields {
    private static final int LONGEST_SHOWN = 60;

    private final JsonNode json;
    private final String path; // of the object: empty, or as messages[0].
    private final Set<String> known = new LinkedHashSet<>();
    private @Nullable ApiError missing; // told after unknown names, which may be what was meant

    private Fields(JsonNode json, String path) {
        this.json = json;
        this.path = path;
    }

    /** The parameters in a request's body. */
    static Fields of(byte[] body) {
        JsonNode json = Json.read(body);
        if (!json.isObject()) {
            throw ApiError.invalid(null, "invalid_json",
                    "the body: expected a JSON object with parameters but was " + shown(json));
        }
        return new Fields(json, "");
    }

    /** Refuses every parameter that nobody asked for, then what is missing. */
    void end() {
        for (String name : json.propertyNames()) {
            if (!known.contains(name)) {
                String shown = path + (name.length() > LONGEST_SHOWN ? name.substring(0, LONGEST_SHOWN) + "…" : name);
                String near = name.length() > LONGEST_SHOWN ? "" : "; did you mean "
                        + Spelling.nearest(name, known) + "?";
                throw ApiError.invalid(shown, "unknown_parameter", "%s: unknown parameter%s Known are %s".formatted(
                        shown, near, String.join(", ", known.stream().sorted().toList())));
            }
        }
        if (missing != null) {
            throw missing;
        }
    }

    /** The name as errors have it. */
    String name(String field) {
        return path + field;
    }

    /** The value, or null where it is absent. */
    @Nullable
    JsonNode any(String name) {
        known.add(name);
        JsonNode value = json.get(name);
        return value == null || value.isNull() ? null : value;
    }

    /** Whether there is a value. */
    boolean has(String name) {
        return any(name) != null;
    }

    @Nullable
    String text(String name) {
        JsonNode value = any(name);
        return value == null ? null : text(path + name, value, "a text");
    }

    /** The text; where there is none, the empty one until {@link #end}. */
    String requiredText(String name) {
        String text = text(name);
        if (text == null) {
            missing(name, "a text");
            return "";
        }
        return text;
    }

    /** A value is needed and absent: {@link #end} says so. */
    void missing(String name, String expected) {
        if (missing == null) {
            missing = ApiError.invalid(path + name, "missing_parameter",
                    "%s: expected %s but it is missing".formatted(path + name, expected));
        }
    }

    boolean flag(String name, boolean fallback) {
        JsonNode value = any(name);
        if (value != null && !value.isBoolean()) {
            throw wrong(name, "true or false", value);
        }
        return value == null ? fallback : value.asBoolean();
    }

    int integer(String name, int fallback, int least, int most) {
        JsonNode value = any(name);
        if (value == null) {
            return fallback;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < least || value.asInt() > most) {
            throw wrong(name, "an integer from %d to %d".formatted(least, most), value);
        }
        return value.asInt();
    }

    long seed(String name, long fallback) {
        JsonNode value = any(name);
        if (value != null && !(value.isIntegralNumber() && value.canConvertToLong())) {
            throw wrong(name, "a 64-bit integer", value);
        }
        return value == null ? fallback : value.asLong();
    }

    double number(String name, double fallback, double least, double most) {
        JsonNode value = any(name);
        if (value == null) {
            return fallback;
        }
        if (!value.isNumber() || !(value.asDouble() >= least && value.asDouble() <= most)) {
            throw wrong(name, "a number from %s to %s".formatted(plain(least), plain(most)), value);
        }
        return value.asDouble();
    }

    /** A list of texts; where there is none, the empty one until {@link #end}. */
    List<String> requiredTexts(String name, int most) {
        List<String> texts = texts(name, most);
        if (texts == null) {
            missing(name, "an array of texts");
            return List.of();
        }
        return texts;
    }

    /** A list of texts; null where it is absent. */
    @Nullable
    List<String> texts(String name, int most) {
        JsonNode value = any(name);
        return value == null ? null : texts(name, value, most, "an array of texts");
    }

    /** A list of texts, or one text alone. */
    @Nullable
    List<String> textOrTexts(String name, int most) {
        JsonNode value = any(name);
        if (value == null) {
            return null;
        }
        return value.isString() ? List.of(text(path + name, value, ""))
                : texts(name, value, most, "a text or an array of texts");
    }

    private List<String> texts(String name, JsonNode value, int most, String expected) {
        if (!value.isArray()) {
            throw wrong(name, expected, value);
        }
        limit(name, value.size(), most);
        List<String> texts = new ArrayList<>(value.size());
        for (JsonNode text : value) {
            texts.add(text("%s[%d]".formatted(path + name, texts.size()), text, "a text"));
        }
        return texts;
    }

    /** An array of objects, each to be read and ended; null where it is absent. */
    @Nullable
    List<Fields> objects(String name, int most) {
        JsonNode value = any(name);
        if (value == null) {
            return null;
        }
        if (!value.isArray()) {
            throw wrong(name, "an array of objects", value);
        }
        limit(name, value.size(), most);
        List<Fields> objects = new ArrayList<>(value.size());
        for (JsonNode element : value) {
            String at = "%s[%d]".formatted(path + name, objects.size());
            if (!element.isObject()) {
                throw ApiError.value(at, "an object", shown(element));
            }
            objects.add(new Fields(element, at + "."));
        }
        return objects;
    }

    /** An object to be read and ended; null where it is absent. */
    @Nullable
    Fields object(String name) {
        JsonNode value = any(name);
        if (value != null && !value.isObject()) {
            throw wrong(name, "an object", value);
        }
        return value == null ? null : new Fields(value, path + name + ".");
    }

    /** An object of numbers by name; empty where it is absent. */
    Map<String, Double> numbers(String name, int most, double from, double to) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        JsonNode value = any(name);
        if (value == null) {
            return numbers;
        }
        if (!value.isObject()) {
            throw wrong(name, "an object of numbers", value);
        }
        limit(name, value.size(), most);
        value.properties().forEach(entry -> {
            JsonNode number = entry.getValue();
            String at = "%s.%s".formatted(path + name, entry.getKey());
            if (!number.isNumber() || !(number.asDouble() >= from && number.asDouble() <= to)) {
                throw ApiError.value(at, "a number from %s to %s".formatted(plain(from), plain(to)), shown(number));
            }
            requireWhole(at, entry.getKey());
            numbers.put(entry.getKey(), number.asDouble());
        });
        return numbers;
    }

    /** @throws ApiError if a list is longer than the server takes */
    void limit(String name, int size, int most) {
        if (size > most) {
            throw ApiError.invalid(path + name, "list_too_long", "%s: expected at most %d entries but was %d".formatted(
                    path + name, most, size));
        }
    }

    ApiError wrong(String name, String expected, JsonNode value) {
        return ApiError.value(path + name, expected, shown(value));
    }

    /** A text of which every character is one: no half of a pair of surrogates. */
    static String text(String at, JsonNode value, String expected) {
        if (!value.isString()) {
            throw ApiError.value(at, expected, shown(value));
        }
        return requireWhole(at, value.asString());
    }

    private static String requireWhole(String at, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                boolean pair = Character.isHighSurrogate(text.charAt(i)) && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    throw ApiError.value(at, "text of whole characters",
                            "half of a surrogate pair at index " + i);
                }
                i++;
            }
        }
        return text;
    }

    static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
    }

    private static String plain(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15 ? Long.toString((long) number)
                : Double.toString(number);
    }
}
