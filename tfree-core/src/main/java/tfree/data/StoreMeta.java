package tfree.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tfree.file.CorruptFileException;
import tfree.file.JsonText;

/**
 * {@code .meta.json} of a memory map, written as Python's {@code json.dump} does. Fields that are not known here are
 * passed over.
 */
record StoreMeta(IntegerType dtype, IntegerType indexDtype, long documentCount) {
    private static final int MOST_BYTES = 1 << 12;

    String json() {
        return "{\"dtype\": \"%s\", \"index_dtype\": \"%s\", \"document_count\": %d}".formatted(dtype, indexDtype,
                documentCount);
    }

    static StoreMeta read(Path file) throws IOException {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new IllegalArgumentException("expected a small file but was " + Files.size(file) + " bytes");
            }
            JsonText json = new JsonText(Files.readString(file, StandardCharsets.ISO_8859_1));
            Fields fields = new Fields();
            json.object(name -> fields.read(name, json));
            json.end();
            return fields.meta();
        } catch (IllegalArgumentException e) {
            throw new CorruptFileException(file, String.valueOf(e.getMessage()));
        }
    }

    /** The fields while they are read. */
    private static final class Fields {
        private @Nullable IntegerType dtype;
        private @Nullable IntegerType indexDtype;
        private long documentCount = -1;

        void read(String name, JsonText json) {
            switch (name) {
                case "dtype" -> dtype = type(name, json.string());
                case "index_dtype" -> indexDtype = type(name, json.string());
                case "document_count" -> documentCount = json.integer();
                default -> json.skip();
            }
        }

        StoreMeta meta() {
            if (dtype == null || indexDtype == null || documentCount < 0) {
                throw new IllegalArgumentException("expected a dtype, an index_dtype and a document_count but was "
                        + dtype + ", " + indexDtype + " and " + (documentCount == -1 ? "none" : documentCount));
            }
            return new StoreMeta(dtype, indexDtype, documentCount);
        }

        private static IntegerType type(String name, String value) {
            IntegerType type = IntegerType.named(value);
            if (type == null) {
                throw new IllegalArgumentException("expected " + name + " to be one of "
                        + Arrays.toString(IntegerType.values()) + " but was " + value);
            }
            return type;
        }
    }
}
