package tfree.trigram;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tfree.golden.Golden;
import tools.jackson.databind.JsonNode;

/** Rows and patterns against the original's, for five configurations. */
class PatternGoldenTest {
    private final Map<TokenizerConfig, SlotTable> tables = new HashMap<>();

    @Test
    void everyPatternAgrees() {
        List<JsonNode> cases = Golden.jsonLines("B_patterns/patterns.jsonl");
        assertEquals(891, cases.size());
        for (JsonNode expected : cases) {
            String word = expected.get("word").asString();
            ActivationPattern pattern = table(expected).pattern(word);
            boolean wholeWord = expected.has("hash_ids");
            assertEquals(wholeWord, pattern.wholeWord(), word);
            assertArrayEquals(wholeWord ? new int[0] : ints(expected.get("trigram_ids")), pattern.trigrams(), word);
            assertArrayEquals(wholeWord ? ints(expected.get("hash_ids")) : rows(expected.get("vocab_ids")),
                    pattern.slots(), word);
            assertArrayEquals(ints(expected.get("nonedge")), pattern.inner(), word);
            assertArrayEquals(ints(expected.get("edge")), pattern.edge(), word);
            assertArrayEquals(ints(expected.get("union")), pattern.targets(), word);
            assertEquals(expected.get("trigram_count").asInt(), pattern.trigramCount(), word);
            if (!wholeWord) {
                List<String> hex = stream(expected.get("trigrams")).map(JsonNode::asString).toList();
                assertEquals(hex, Arrays.stream(pattern.trigrams()).mapToObj(Trigrams::hex).toList(), word);
            }
        }
    }

    @Test
    void singleRowsAgree() {
        for (JsonNode config : Golden.json("B_patterns/table.json")) {
            SlotTable table = table(config);
            stream(config.get("rows")).forEach(row -> assertArrayEquals(ints(row.get(1)),
                    table.row(row.get(0).asInt()), () -> config.get("vocab_size") + " row " + row.get(0)));
            if (config.has("rows_with_duplicates_examples")) {
                stream(config.get("rows_with_duplicates_examples")).forEach(
                        row -> assertArrayEquals(ints(row.get(2)), table.row(row.get(0).asInt()), row::toString));
            }
        }
    }

    @Test
    void rangesOfRowsAgree() throws Exception {
        for (JsonNode config : Golden.json("B_patterns/table.json")) {
            for (JsonNode range : config.get("ranges")) {
                int start = range.get("start").asInt();
                IntStream ids = IntStream.range(start, start + range.get("count").asInt());
                assertEquals(range.get("sha256").asString(), digest(table(config), ids), () -> "range at " + start);
            }
        }
    }

    @Test
    void everyRowOfLettersAndSpacesAgrees() throws Exception {
        int configs = 0;
        for (JsonNode config : Golden.json("B_patterns/table.json")) {
            if (config.has("letter_space_cube")) {
                configs++;
                JsonNode cube = config.get("letter_space_cube");
                int[] ids = lettersAndSpaces();
                assertEquals(cube.get("count").asInt(), ids.length);
                assertEquals(cube.get("sha256").asString(), digest(table(config), IntStream.of(ids)));
            }
        }
        assertTrue(configs > 0);
    }

    private static int[] lettersAndSpaces() {
        int[] bytes = IntStream.range(0, 128).filter(b -> b == ' ' || Character.isLetter(b)).toArray();
        return IntStream.of(bytes).boxed()
                .flatMap(a -> IntStream.of(bytes).boxed()
                        .flatMap(b -> IntStream.of(bytes).mapToObj(c -> a + (b << 8) + (c << 16))))
                .mapToInt(Integer::intValue).filter(id -> id != 0x202020).sorted().toArray();
    }

    private static String digest(SlotTable table, IntStream ids) throws Exception {
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        ids.forEach(id -> {
            int[] row = table.row(id);
            ByteBuffer bytes = ByteBuffer.allocate(4 * row.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asIntBuffer().put(row);
            sha.update(bytes.array());
        });
        return HexFormat.of().formatHex(sha.digest());
    }

    private SlotTable table(JsonNode config) {
        return tables.computeIfAbsent(TokenizerConfig.of(config.get("vocab_size").asInt(),
                config.get("vocab_population").asInt(), config.get("partial_lowercase").asInt()), SlotTable::new);
    }

    private static int[] ints(JsonNode array) {
        return stream(array).mapToInt(JsonNode::asInt).toArray();
    }

    private static int[] rows(JsonNode rows) {
        return stream(rows).flatMapToInt(row -> stream(row).mapToInt(JsonNode::asInt)).toArray();
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
