package tfree.checkpoint;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tfree.file.CorruptFileException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON header of a safetensors file.
 *
 * <pre>{@code
 * {"__metadata__": {"format": "pt"}, "norm.weight": {"dtype": "F32", "shape": [64], "data_offsets": [0, 256]}}
 * }</pre>
 *
 * Offsets count from the end of the header; together the tensors fill the rest of the file without gap or overlap.
 */
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
    private static final String METADATA = "__metadata__";
    private static final JsonMapper JSON = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Where a tensor stands: {@code [from, to)} behind the header. */
    record Entry(ElementType type, List<Long> shape, long from, long to) {
        long[] sizes() {
            return shape.stream().mapToLong(Long::longValue).toArray();
        }
    }

    /** @param dataBytes the length of the rest of the file */
    static SafetensorsHeader parse(Path file, byte[] json, long dataBytes) throws CorruptFileException {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JacksonException e) {
            throw corrupt(file, "expected a JSON header but was none: " + e.getOriginalMessage());
        }
        if (!root.isObject()) {
            throw corrupt(file, "expected a JSON object as header but was " + root.getNodeType());
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : root.properties()) {
            if (field.getKey().equals(METADATA)) {
                for (Map.Entry<String, JsonNode> value : field.getValue().properties()) {
                    metadata.put(value.getKey(), text(file, value.getValue(), METADATA));
                }
            } else {
                entries.put(field.getKey(), entry(file, field.getKey(), field.getValue()));
            }
        }
        checkCover(file, entries, dataBytes);
        return new SafetensorsHeader(entries, metadata);
    }

    /** The header's bytes, filled up with spaces to a multiple of 8. */
    byte[] toJson() {
        ObjectNode root = JSON.createObjectNode();
        if (!metadata.isEmpty()) {
            metadata.forEach(root.putObject(METADATA)::put);
        }
        entries.forEach((name, entry) -> {
            ObjectNode node = root.putObject(name);
            node.put("dtype", entry.type().name());
            entry.shape().forEach(node.putArray("shape")::add);
            node.putArray("data_offsets").add(entry.from()).add(entry.to());
        });
        String json = JSON.writeValueAsString(root);
        int length = json.getBytes(StandardCharsets.UTF_8).length;
        return (json + " ".repeat(-length & 7)).getBytes(StandardCharsets.UTF_8);
    }

    private static Entry entry(Path file, String name, JsonNode node) throws CorruptFileException {
        String typeName = text(file, node.path("dtype"), "dtype of " + name);
        ElementType type = ElementType.named(typeName)
                .orElseThrow(() -> corrupt(file, "expected a known dtype but was " + typeName + " at tensor " + name));
        List<Long> shape = numbers(file, node.path("shape"), "shape of " + name);
        List<Long> offsets = numbers(file, node.path("data_offsets"), "data_offsets of " + name);
        if (offsets.size() != 2 || offsets.get(1) < offsets.get(0)) {
            throw corrupt(file, "expected two rising data_offsets but was " + offsets + " at tensor " + name);
        }
        long bytes = type.bytes();
        try {
            for (long size : shape) {
                bytes = Math.multiplyExact(bytes, size);
            }
        } catch (ArithmeticException e) {
            bytes = -1;
        }
        if (offsets.get(1) - offsets.get(0) != bytes) {
            throw corrupt(file, "expected the bytes of shape " + shape + " " + type + " but was "
                    + (offsets.get(1) - offsets.get(0)) + " at tensor " + name);
        }
        return new Entry(type, shape, offsets.get(0), offsets.get(1));
    }

    private static void checkCover(Path file, Map<String, Entry> entries, long dataBytes) throws CorruptFileException {
        List<Map.Entry<String, Entry>> byPlace = new ArrayList<>(entries.entrySet());
        byPlace.sort(Comparator.comparingLong((Map.Entry<String, Entry> e) -> e.getValue().from())
                .thenComparingLong(e -> e.getValue().to()));
        long end = 0;
        for (Map.Entry<String, Entry> e : byPlace) {
            if (e.getValue().from() != end) {
                throw corrupt(file, "expected tensor " + e.getKey() + " to start at byte " + end
                        + " behind the header but was " + e.getValue().from());
            }
            end = e.getValue().to();
        }
        if (end != dataBytes) {
            throw corrupt(file, "expected " + end + " bytes of tensors but was " + dataBytes
                    + (dataBytes < end ? ": the file is cut short" : ""));
        }
    }

    private static String text(Path file, JsonNode node, String what) throws CorruptFileException {
        if (!node.isString()) {
            throw corrupt(file, "expected a string but was " + node + " as " + what);
        }
        return node.stringValue();
    }

    private static List<Long> numbers(Path file, JsonNode node, String what) throws CorruptFileException {
        List<Long> numbers = new ArrayList<>();
        for (JsonNode number : node) {
            if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
                throw corrupt(file, "expected numbers of at least 0 but was " + node + " as " + what);
            }
            numbers.add(number.longValue());
        }
        if (!node.isArray()) {
            throw corrupt(file, "expected an array of numbers but was " + node + " as " + what);
        }
        return List.copyOf(numbers);
    }

    private static CorruptFileException corrupt(Path file, String what) {
        return new CorruptFileException(file, what);
    }
}
