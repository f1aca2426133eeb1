package tfree.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tfree.file.CorruptFileException;
import tfree.file.Utf8Lines;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * One field of JSON Lines: every line holds one object, whose field is a string. Blank lines are passed over, and so are
 * null and the empty string, which are counted; of a field that occurs twice the last counts, as in other readers.
 */
final class JsonLinesDocuments implements SourceDocuments {
    private static final int NAMED_FIELDS = 20;
    private static final JsonFactory JSON = JsonFactory.builder().streamReadConstraints(StreamReadConstraints.builder()
            .maxStringLength(Integer.MAX_VALUE).maxNameLength(Integer.MAX_VALUE).build()).build();

    private final Utf8Lines lines;
    private final CountedInput packed;
    private final String field;
    private volatile long passedOver;

    JsonLinesDocuments(Utf8Lines lines, CountedInput packed, String field) {
        this.lines = lines;
        this.packed = packed;
        this.field = field;
    }

    @Override
    public @Nullable String next() throws IOException {
        while (lines.advance()) {
            if (!isBlank()) {
                String text = text();
                if (!text.isEmpty()) {
                    return text;
                }
                passOver();
            }
        }
        return null;
    }

    @Override
    public long bytesRead() {
        return packed.bytes();
    }

    @Override
    public long passedOver() {
        return passedOver;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }

    private boolean isBlank() {
        for (int i = lines.from(); i < lines.to(); i++) {
            if (!Character.isWhitespace(lines.bytes()[i])) {
                return false;
            }
        }
        return true;
    }

    /** The field's text; empty for null. */
    private String text() throws IOException {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), lines.bytes(), lines.from(),
                lines.to() - lines.from())) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw wrong("expected a JSON object but was " + kind(json.currentToken()));
            }
            String text = null;
            List<String> others = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (!name.equals(field)) {
                    others.add(name);
                    json.skipChildren();
                } else if (value == JsonToken.VALUE_STRING) {
                    text = json.getString();
                } else if (value == JsonToken.VALUE_NULL) {
                    text = "";
                } else {
                    throw wrong("expected a string in field \"" + field + "\" but was " + kind(value));
                }
            }
            if (json.nextToken() != null) {
                throw wrong("expected one JSON object but was more");
            }
            if (text == null) {
                throw wrong("expected a field \"" + field + "\" but the object has: " + listed(others)
                        + "; name one with --field");
            }
            requireWholeCharacters(text);
            return text;
        } catch (JacksonException e) {
            throw wrong("expected JSON but was: " + e.getOriginalMessage());
        }
    }

    /** Escapes may spell a surrogate without its other half, which has no UTF-8. */
    private void requireWholeCharacters(String text) throws CorruptFileException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c) || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw wrong("expected whole characters in field \"%s\" but was the lone surrogate \\u%04x"
                            .formatted(field, (int) c));
                }
                i++;
            }
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only the reader writes
    private void passOver() {
        passedOver++;
    }

    private CorruptFileException wrong(String what) {
        return new CorruptFileException(lines.source(), "line " + lines.number() + ": " + what);
    }

    private static String listed(List<String> names) {
        String first = String.join(", ", names.subList(0, Math.min(NAMED_FIELDS, names.size())));
        return names.isEmpty() ? "none" : first + (names.size() > NAMED_FIELDS ? ", …" : "");
    }

    private static String kind(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            default -> String.valueOf(token.asString());
        };
    }
}
