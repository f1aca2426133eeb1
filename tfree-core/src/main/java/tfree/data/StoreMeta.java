package tfree.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tfree.file.CorruptFileException;

/**
 * {@code .meta.json} of a memory map: a flat JSON object of strings and whole numbers, written as Python's
 * {@code json.dump} does. Fields that are not known here are passed over.
 */
record StoreMeta(IntegerType dtype, IntegerType indexDtype, long documentCount) {
    private static final int MOST_BYTES = 1 << 12;
    private static final String VALUE = "\"[^\"\\\\]*\"|-?\\d+|true|false|null";
    private static final Pattern FIELD = Pattern.compile("\\s*\"([^\"\\\\]*)\"\\s*:\\s*(" + VALUE + ")\\s*");
    private static final Pattern OBJECT = Pattern.compile("\\s*\\{(" + FIELD + "(,(?!\\s*\\})|(?=\\})))*+\\}\\s*");

    String json() {
        return "{\"dtype\": \"%s\", \"index_dtype\": \"%s\", \"document_count\": %d}".formatted(dtype, indexDtype,
                documentCount);
    }

    static StoreMeta read(Path file) throws IOException {
        String json = Files.size(file) > MOST_BYTES ? "" : Files.readString(file, StandardCharsets.ISO_8859_1);
        if (!OBJECT.matcher(json).matches()) {
            throw new CorruptFileException(file,
                    "expected {\"dtype\": …, \"index_dtype\": …, \"document_count\": …} but was other text");
        }
        Map<String, String> fields = new HashMap<>();
        for (Matcher field = FIELD.matcher(json); field.find();) {
            fields.put(field.group(1), field.group(2));
        }
        String count = field(file, fields, "document_count", fields.get("document_count"), "\\d{1,18}");
        return new StoreMeta(type(file, fields, "dtype"), type(file, fields, "index_dtype"), Long.parseLong(count));
    }

    private static IntegerType type(Path file, Map<String, String> fields, String name) throws CorruptFileException {
        String value = field(file, fields, name, fields.get(name), "\"\\w+\"").replace("\"", "");
        IntegerType type = IntegerType.named(value);
        if (type == null) {
            throw new CorruptFileException(file, "expected " + name + " to be one of "
                    + Arrays.toString(IntegerType.values()) + " but was " + value);
        }
        return type;
    }

    private static String field(Path file, Map<String, String> fields, String name, @Nullable String value,
            String pattern) throws CorruptFileException {
        if (value == null || !value.matches(pattern)) {
            throw new CorruptFileException(file, "expected a value of " + name + " but was " + value + " in "
                    + fields.keySet());
        }
        return value;
    }
}
