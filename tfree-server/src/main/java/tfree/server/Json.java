package tfree.server;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON as requests have it and as answers are written: the one reader and the one writer. */
final class Json {
    private static final int DEEPEST = 32;
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /** Writes one value. */
    @FunctionalInterface
    interface Value {
        void write(JsonGenerator out);
    }

    /**
     * The one value that the bytes are.
     *
     * @throws ApiError 400, saying what is wrong and where
     */
    static JsonNode read(byte[] utf8) {
        try {
            return MAPPER.readTree(utf8);
        } catch (JacksonException e) {
            String place = e.getLocation() == null ? ""
                    : " at line %d, column %d".formatted(e.getLocation().getLineNr(),
                            e.getLocation().getColumnNr());
            throw ApiError.invalid(null, "invalid_json",
                    "the body: expected JSON but was " + firstLine(e.getOriginalMessage()) + place);
        }
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("not");
    }

    /** Writes a value; the stream stays open. */
    static void write(OutputStream out, Value value) {
        try (JsonGenerator generator = MAPPER.createGenerator(out)) {
            value.write(generator);
        }
    }

    /** A value as bytes. */
    static byte[] bytes(Value value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        write(out, value);
        return out.toByteArray();
    }
}
