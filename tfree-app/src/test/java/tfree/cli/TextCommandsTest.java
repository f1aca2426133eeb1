package tfree.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.golden.Golden;
import tfree.text.SplitMode;
import tfree.text.WordSplitter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code tfree split}, {@code join} and {@code encode}. */
class TextCommandsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void splitsTheWorkedExample() {
        assertEquals("[\"Hello\",\"World\",\"!\"]\n",
                Call.withInput("\"Hello World!\"\n", "split", "--jsonl").output());
    }

    @Test
    void joinsTheWorkedExample() {
        assertEquals("\"Hello World!\"\n",
                Call.withInput("[\"Hello\", \"World\", \"!\"]\n", "join", "--jsonl").output());
    }

    @Test
    void encodesTheWorkedExample() {
        assertEquals("{\"words\":[\"he\",\"<|ws|>\"],\"patterns\":[["
                + "{\"trigram\":\"206865\",\"slots\":[0,3]},{\"trigram\":\"686520\",\"slots\":[0,2]}],"
                + "[{\"trigram\":null,\"slots\":[0,2]}]]}\n",
                Call.withInput("\"he \"", "encode", "--jsonl", "--vocab-size", "8", "--vocab-population", "2")
                        .output());
    }

    @Test
    void splitsGoldenTextsALineEach() {
        List<JsonNode> cases = Golden.jsonLines("A_wordsplit/wordsplit.jsonl").stream()
                .filter(golden -> !golden.has("error")).toList();
        StringBuilder input = new StringBuilder();
        cases.forEach(golden -> input.append(golden.get("text")).append('\n'));
        List<String> lines = Call.withInput(input.toString(), "split", "--jsonl").lines();
        assertEquals(cases.size(), lines.size());
        for (int i = 0; i < lines.size(); i++) {
            assertEquals(cases.get(i).get("words"), JSON.readTree(lines.get(i)));
        }
    }

    @Test
    void joinsGoldenWordsALineEach() {
        List<JsonNode> cases = Golden.jsonLines("A_wordsplit/words_to_text.jsonl").stream()
                .filter(golden -> golden.has("text")).toList();
        StringBuilder input = new StringBuilder();
        cases.forEach(golden -> input.append(golden.get("words")).append('\n'));
        List<String> lines = Call.withInput(input.toString(), "join", "--jsonl").lines();
        assertEquals(cases.size(), lines.size());
        for (int i = 0; i < lines.size(); i++) {
            assertEquals(cases.get(i).get("text"), JSON.readTree(lines.get(i)));
        }
    }

    @Test
    void encodesGoldenWordsUnderEveryConfiguration() {
        Map<List<String>, List<JsonNode>> byOptions = new LinkedHashMap<>();
        WordSplitter splitter = WordSplitter.of(SplitMode.REFERENCE);
        int words = 0;
        for (JsonNode golden : Golden.jsonLines("B_patterns/patterns.jsonl")) {
            String word = golden.get("word").asString();
            if (splitter.split(word).equals(List.of(word))) {
                byOptions.computeIfAbsent(List.of("encode", "--jsonl", //
                        "--vocab-size", golden.get("vocab_size").toString(), //
                        "--vocab-population", golden.get("vocab_population").toString(), //
                        "--lowercase-overlap", golden.get("partial_lowercase").toString()), _ -> new ArrayList<>())
                        .add(golden);
                words++;
            }
        }
        byOptions.forEach((options, cases) -> {
            StringBuilder input = new StringBuilder();
            cases.forEach(golden -> input.append("{\"text\":").append(golden.get("word")).append("}\n"));
            Iterator<String> lines = Call.withInput(input.toString(), options.toArray(String[]::new)).lines()
                    .iterator();
            cases.forEach(golden -> assertPattern(golden, JSON.readTree(lines.next())));
        });
        assertEquals(5, byOptions.size());
        assertTrue(words > 500, () -> "only some cases are one word each");
    }

    private static void assertPattern(JsonNode golden, JsonNode encoded) {
        assertEquals(1, encoded.get("words").size());
        assertEquals(golden.get("word"), encoded.get("words").get(0));
        JsonNode pattern = encoded.get("patterns").get(0);
        if (golden.has("hash_ids")) {
            assertEquals(1, pattern.size());
            assertTrue(pattern.get(0).get("trigram").isNull());
            assertEquals(golden.get("hash_ids"), pattern.get(0).get("slots"));
            return;
        }
        assertEquals(golden.get("trigrams").size(), pattern.size());
        for (int i = 0; i < pattern.size(); i++) {
            assertEquals(golden.get("trigrams").get(i), pattern.get(i).get("trigram"));
            assertEquals(golden.get("vocab_ids").get(i), pattern.get(i).get("slots"));
        }
    }

    @Test
    void answersABadLineInItsPlaceAndFailsAtTheEnd() {
        Call call = Call.withInput("\"a\"\nnonsense\n\n5\n\"b\" \"c\"\n\"\\ud800\"\n\"d\"", "split", "--jsonl");
        List<String> lines = call.out().lines().toList();
        assertEquals(1, call.exitCode());
        assertEquals("", call.err());
        assertEquals(7, lines.size());
        assertEquals("[\"a\"]", lines.get(0));
        assertEquals("[\"d\"]", lines.get(6));
        assertEquals("{\"error\":\"line 4: expected a string but was a number\"}", lines.get(3));
        lines.subList(1, 6).forEach(line -> assertTrue(JSON.readTree(line).get("error").isString(), line));
    }

    @Test
    void aLineThatIsNoUtf8IsABadLine() {
        byte[] input = "\"a\"\n\"b_\"\n\"c\"\n".getBytes(StandardCharsets.UTF_8);
        input[6] = (byte) 0xff;
        Call call = Call.withInput(input, "split", "--jsonl");
        assertEquals(1, call.exitCode());
        assertEquals("""
                ["a"]
                {"error":"line 2: expected UTF-8 but was the byte 0xff at offset 2; convert the text"}
                ["c"]
                """, call.out());
    }

    @Test
    void encodeWantsAStringOrAText() {
        Call call = Call.withInput("{\"text\": 5}\n{}\n[\"a\"]\n{\"id\": [1, {}], \"text\": \"a\"}\n", "encode",
                "--jsonl",
                "--vocab-size", "9", "--vocab-population", "1");
        List<String> lines = call.out().lines().toList();
        assertEquals(1, call.exitCode());
        assertEquals("{\"error\":\"line 1: expected a string but was a number\"}", lines.get(0));
        assertTrue(lines.get(1).startsWith("{\"error\":\"line 2: expected a string or an object"), lines.get(1));
        assertEquals("{\"error\":\"line 3: expected a string but was an array\"}", lines.get(2));
        assertTrue(lines.get(3).startsWith("{\"words\":[\"a\"],"), lines.get(3));
    }

    @Test
    void skipsAByteOrderMarkBeforeJson() {
        assertEquals("[\"a\"]\n", Call.withInput("\ufeff\"a\"\r\n", "split", "--jsonl").output());
    }

    @Test
    void readsLinesLongerThanItsBuffer() {
        String text = "ab ".repeat(100_000);
        List<String> lines = Call.withInput("\"x\"\n\"" + text + "\"\n\"y\"\n", "split", "--jsonl").lines();
        assertEquals(List.of("[\"x\"]", "[\"y\"]"), List.of(lines.get(0), lines.get(2)));
        assertEquals(100_001, JSON.readTree(lines.get(1)).size());
    }

    @Test
    void printsAWordALineThatJoinReadsBack(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("text"), "a\\b\r\n\n\n\t<|endoftext|>  É");
        String words = Call.of("split", file.toString()).output();
        assertEquals("a\n\\\\\nb\n<|no_ws|>\n\\r\n", words.substring(0, words.indexOf("<|2")));
        assertEquals(Files.readString(file), Call.withInput(words, "join").output());
    }

    @Test
    void joiningWhatWasSplitGivesTheSameBytes() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String alphabet = "ab Z.,\\\n\r\t\ufeff'9_<|>é中\u0300 \u00a0";
        for (String mode : List.of("reference", "unicode")) {
            for (int round = 0; round < 50; round++) {
                StringBuilder text = new StringBuilder();
                IntStream.range(0, random.nextInt(200))
                        .forEach(_ -> text.append(alphabet.charAt(random.nextInt(alphabet.length()))));
                String words = Call.withInput(text.toString(), "split", "--mode", mode).output();
                assertEquals(text.toString(), Call.withInput(words, "join", "--mode", mode).output(),
                        () -> "seed " + seed);
            }
        }
    }

    @Test
    void knowsTheUnicodeMode() {
        String hindi = "\"\u0939\u093f\u0928\u094d\u0926\u0940\"";
        assertEquals("[" + hindi + "]\n", Call.withInput(hindi, "split", "--jsonl", "--mode", "unicode").output());
    }

    @Test
    void encodesATextAsATable() {
        assertEquals("""
                he                " he"       206865  0 3
                                  "he "       686520  0 2
                <|\\n|>            whole word          3 4
                """, Call.withInput(" HE\n", "encode", "--strip", "--lowercase", "--vocab-size", "8",
                "--vocab-population", "2").output() + Call
                        .withInput("\n", "encode", "--vocab-size", "8",
                                "--vocab-population", "2")
                        .output());
    }

    @Test
    void hashesEntireWordsWhenAsked() {
        JsonNode encoded = JSON.readTree(Call.withInput("\"Hello\"", "encode", "--jsonl", "--entire-words").output());
        assertEquals(1, encoded.get("patterns").get(0).size());
        assertTrue(encoded.get("patterns").get(0).get(0).get("trigram").isNull());
        assertEquals(10, encoded.get("patterns").get(0).get(0).get("slots").size());
    }

    @Test
    void anEmptyTextHasNoWords() {
        assertEquals("", Call.withInput("", "split").output());
        assertEquals("", Call.withInput("", "join").output());
        assertEquals("", Call.withInput("", "split", "--jsonl").output());
        assertEquals("[]\n", Call.withInput("\"\"\n", "split", "--jsonl").output());
        assertEquals("{\"words\":[],\"patterns\":[]}\n", Call.withInput("\"\"", "encode", "--jsonl").output());
    }
}
