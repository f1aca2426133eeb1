package tfree.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tfree.text.SplitMode;
import tfree.trigram.SlotTable;
import tfree.trigram.TextEncoder;
import tfree.trigram.TokenizerConfig;
import tools.jackson.databind.JsonNode;

/** Compares samples with the encodings in the golden cases {@code C_encode}. */
final class GoldenEncoding {
    private GoldenEncoding() {}

    static TextEncoder encoder(JsonNode config) {
        return new TextEncoder(new SlotTable(new TokenizerConfig(config.get("vocab_size").asInt(),
                config.get("pop").asInt(), config.get("lower").asInt(), isTrue(config, "lowercase"),
                isTrue(config, "entire_words"), SplitMode.REFERENCE)));
    }

    /** Under padding some of the original's lists stop at the last target: only as much as they have is compared. */
    static void check(JsonNode expected, PackedSequence actual, int m) {
        JsonNode weights = expected.get("loss_weights");
        assertEquals(weights.size(), actual.positions());
        for (int p = 0; p < actual.positions(); p++) {
            assertEquals(weights.get(p).asDouble(), actual.lossWeights()[p]);
        }
        for (int p = 0; p < expected.get("position_ids").size(); p++) {
            assertEquals(expected.get("position_ids").get(p).asInt(), actual.positionIds()[p]);
        }
        for (int p = 0; p < expected.get("words_targets").size(); p++) {
            JsonNode word = expected.get("words_targets").get(p);
            assertEquals(word.isNull() ? null : word.asString(), actual.targetWord(p));
            assertEquals(expected.get("target_is_eot").get(p).asBoolean(), actual.endsText()[p]);
            assertEquals(expected.get("input_is_padding").get(p).asBoolean(), p >= actual.filled());
        }
        assertEquals(expected.get("n_input_rows").asInt(), actual.inputOffsets()[actual.positions()] / m);
        if (expected.has("input_rows")) {
            checkSlots(expected, actual, m);
        }
    }

    private static void checkSlots(JsonNode expected, PackedSequence actual, int m) {
        for (int p = 0; p < actual.positions(); p++) {
            JsonNode rows = expected.get("input_rows").get(String.valueOf(p));
            assertEquals(rows == null ? List.of() : ints2(rows), inputRows(actual, p, m), "input " + p);
            assertEquals(rows == null ? 0 : rows.size(), actual.trigramCounts()[p]);
            JsonNode target = p < expected.get("target_ids").size() ? expected.get("target_ids").get(p) : null;
            assertEquals(target == null ? List.of() : ints(target), Arrays.stream(actual.targetSlots(),
                    actual.targetOffsets()[p], actual.targetOffsets()[p + 1]).boxed().toList(), "target " + p);
        }
    }

    private static List<List<Integer>> inputRows(PackedSequence sample, int p, int m) {
        List<List<Integer>> rows = new ArrayList<>();
        for (int at = sample.inputOffsets()[p]; at < sample.inputOffsets()[p + 1]; at += m) {
            rows.add(Arrays.stream(sample.inputSlots(), at, at + m).boxed().toList());
        }
        rows.sort(Comparator.comparing(GoldenEncoding::asKey));
        return rows;
    }

    /** The rows in an order of their own: the golden cases have them as a multiset. */
    private static List<List<Integer>> ints2(JsonNode rows) {
        return rows.valueStream().map(GoldenEncoding::ints).sorted(Comparator.comparing(GoldenEncoding::asKey))
                .toList();
    }

    private static String asKey(List<Integer> row) {
        return row.toString();
    }

    static List<Integer> ints(JsonNode array) {
        return array.valueStream().map(JsonNode::asInt).toList();
    }

    private static boolean isTrue(JsonNode config, String field) {
        @Nullable
        JsonNode value = config.get(field);
        return value != null && value.asBoolean();
    }
}
