package tfree.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class JsonTextTest {
    private static final JsonMapper JACKSON = JsonMapper.shared();

    @Test
    void readsWhatALibraryWritesInWhateverSpacing() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 1000; i++) {
            Map<String, List<String>> value = randomValue(random);
            assertEquals(value, read(JACKSON.writeValueAsString(value)), "seed " + seed);
            assertEquals(value, read(JACKSON.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n"),
                    "seed " + seed);
        }
    }

    @Test
    void acceptsAndRefusesTheSameTextsAsALibrary() {
        for (String json : List.of("0", "-1", "1.5e-3", "true", "null", "[]", "{}",
                "[1, [2, {\"a\": [\"\\u00e9\\/\"]}]]", "01", "+1", ".5", "1.", "1e", "--1", "tru", "[1,]", "[,1]",
                "[1 2]",
                "{\"a\" 1}", "{\"a\":}", "{a: 1}", "{\"a\": 1,}", "[", "{", "]", "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"",
                "\"\\u12g4\"", "\"\\u+123\"", "\"\t\"", "\"\u0000\"", "1 2", "[] x", "'a'", "NaN")) {
            assertEquals(isValid(() -> JACKSON.readTree(json)), isValid(() -> {
                JsonText ours = new JsonText(json);
                ours.skip();
                ours.end();
            }), json);
        }
    }

    @Test
    void readsNumbersAndTruthValues() {
        JsonText json = new JsonText("[0, -12, 999999999999999999, true, false]");
        List<Object> values = new ArrayList<>();
        json.array(() -> values.add(values.size() < 3 ? (Object) json.integer() : (Object) json.bool()));
        assertEquals(List.of(0L, -12L, 999999999999999999L, true, false), values);
        for (String other : List.of("1.0", "1e3", "01", "-", "9999999999999999999", "\"1\"", "")) {
            assertThrows(IllegalArgumentException.class, () -> new JsonText(other).integer(), other);
        }
    }

    @Test
    void saysWhatItExpectedWhere() {
        assertEquals("expected a colon at character 5 but was 1}",
                error("{\"a\" 1}", json -> json.object(_ -> json.skip())));
        assertEquals("expected a comma or ] at character 3 but was the end",
                error("[1 ", json -> json.array(json::skip)));
        assertEquals("expected true or false at character 0 but was 12345678901234567890…",
                error("123456789012345678901", JsonText::bool));
        assertEquals("expected at most 100 levels at character 101 but was [[[[[[[[[[[[[[[[[[[[…",
                error("[".repeat(100_000), JsonText::skip));
    }

    private static String error(String json, Consumer<JsonText> reading) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> reading.accept(new JsonText(json))).getMessage());
    }

    private static boolean isValid(Runnable reading) {
        try {
            reading.run();
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static Map<String, List<String>> read(String text) {
        JsonText json = new JsonText(text);
        Map<String, List<String>> value = new LinkedHashMap<>();
        json.object(name -> {
            List<String> elements = new ArrayList<>();
            json.array(() -> elements.add(json.string()));
            value.put(name, elements);
        });
        json.end();
        return value;
    }

    private static Map<String, List<String>> randomValue(SplittableRandom random) {
        Map<String, List<String>> value = new LinkedHashMap<>();
        for (int n = random.nextInt(4); n > 0; n--) {
            List<String> elements = new ArrayList<>();
            for (int m = random.nextInt(4); m > 0; m--) {
                elements.add(randomString(random));
            }
            value.put(randomString(random), elements);
        }
        return value;
    }

    private static String randomString(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(8); n > 0; n--) {
            text.appendCodePoint(random.nextBoolean() ? random.nextInt(0x60) : random.nextInt(0x10000, 0x110000));
        }
        return text.toString();
    }
}
