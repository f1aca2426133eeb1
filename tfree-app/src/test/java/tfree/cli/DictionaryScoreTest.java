package tfree.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.golden.Golden;
import tfree.golden.NpyArray;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code tfree dictionary score} against the original's decoding. */
class DictionaryScoreTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final double TOLERANCE = 2e-5;

    @TempDir
    private Path folder;

    @Test
    void agreesWithTheGoldenTopWords() throws IOException {
        int cases = 0;
        for (JsonNode golden : Golden.jsonLines("E_decode/decode.jsonl")) {
            if (golden.has("degenerate_word_chars")) {
                continue;
            }
            JsonNode args = golden.get("args");
            boolean softmax = args.get("softmax").asBoolean();
            List<String> call = call(golden);
            call.addAll(List.of("--edge-weight", args.get("word_edge_weight").toString(), "--top", "25"));
            if (args.has("more_words")) {
                call.addAll(List.of("--more-words", args.get("more_words").asString()));
            }
            if (!softmax) {
                call.add("--no-softmax");
            }
            List<String> rows = Call.of(call.toArray(String[]::new)).lines();
            assertEquals(Golden.npy("E_decode/" + golden.get("logits").asString()).shape()[0], rows.size());
            assertTop(golden, softmax, JSON.readTree(rows.getFirst()).get("top"));
            cases++;
        }
        assertEquals(38, cases);
    }

    /** The original's fourth column is the logarithm of its probability, or of the score itself without a softmax. */
    private static void assertTop(JsonNode golden, boolean softmax, JsonNode top) {
        String at = "case " + golden.get("id");
        boolean repeats = golden.get("extra_words").toString().contains("zyzzyva"); // the original held one twice
        Map<String, JsonNode> ours = new HashMap<>();
        top.forEach(entry -> ours.put(entry.get(0).asString(), entry));
        JsonNode expected = golden.get("top20").get(0);
        double slack = TOLERANCE * Math.abs(expected.get(0).get(2).asDouble());
        for (int rank = 0; rank < 20; rank++) {
            JsonNode theirs = expected.get(rank);
            JsonNode found = ours.get(theirs.get(0).asString());
            if (found == null || (repeats && theirs.get(1).asInt() >= 5000)) {
                continue; // a near tie at the end of the list
            }
            assertEquals(theirs.get(1).asInt(), found.get(1).asInt(), at);
            double ourLog = found.get(3).asDouble();
            assertEquals(theirs.get(3).asDouble(), ourLog, repeats && softmax ? 4e-4 : 2e-4, at);
            if (!softmax) {
                assertEquals(theirs.get(2).asDouble(), found.get(2).asDouble(), slack, at);
            }
            boolean clear = rank == 0 || expected.get(rank - 1).get(2).asDouble() - theirs.get(2).asDouble() > slack;
            boolean clearAfter = rank < 19
                    && theirs.get(2).asDouble() - expected.get(rank + 1).get(2).asDouble() > slack;
            if (clear && clearAfter) {
                assertEquals(theirs.get(0), top.get(rank).get(0), at + " rank " + rank);
            }
        }
    }

    @Test
    void forbidsAndAllowsWordsWithoutRaisingTheOthers() throws IOException {
        JsonNode golden = Golden.jsonLines("E_decode/decode.jsonl").get(17);
        List<String> free = call(golden);
        List<String> denied = call(golden);
        denied.addAll(List.of("--deny", golden.get("args").get("blacklist_words").toString(), "--top", "1"));
        JsonNode best = JSON.readTree(Call.of(denied.toArray(String[]::new)).output()).get("top").get(0);
        assertEquals(golden.get("words").get(0), best.get(0));
        assertEquals(golden.get("log_probs").get(0).get(0).get(1).asDouble(), best.get(3).asDouble(), 2e-4);
        free.addAll(List.of("--allow", "[\"war\", \"gas\", \"no such word\"]", "--deny", "[\"gas\"]"));
        JsonNode allowed = JSON.readTree(Call.of(free.toArray(String[]::new)).output()).get("top");
        assertEquals(1, allowed.size());
        assertEquals(best, allowed.get(0));
    }

    @Test
    void scoresEveryRowByItself() throws IOException {
        JsonNode golden = Golden.jsonLines("E_decode/decode.jsonl").get(19);
        List<String> rows = Call.of(call(golden).toArray(String[]::new)).lines();
        assertEquals(golden.get("rowwise").size(), rows.size());
        for (int row = 0; row < rows.size(); row++) {
            assertEquals(golden.get("rowwise").get(row).get("word"),
                    JSON.readTree(rows.get(row)).get("top").get(0).get(0));
        }
    }

    @Test
    void likelihoodNeedsAPosWeightAndGivesProbabilities() throws IOException {
        List<String> call = call(Golden.jsonLines("E_decode/decode.jsonl").get(5));
        call.addAll(List.of("--rule", "likelihood", "--top", "6000"));
        Call without = Call.of(call.toArray(String[]::new));
        assertEquals(2, without.exitCode());
        assertTrue(without.err().startsWith("tfree: expected --pos-weight with --rule likelihood"), without.err());
        call.addAll(List.of("--pos-weight", "100"));
        JsonNode top = JSON.readTree(Call.of(call.toArray(String[]::new)).output()).get("top");
        assertEquals(5000, top.size());
        double sum = 0;
        for (JsonNode entry : top) {
            sum += Math.exp(entry.get(3).asDouble());
        }
        assertEquals(1, sum, 1e-9);
    }

    @Test
    void addsSpecialWordsThatTheDictionaryLacks() throws IOException {
        Path words = Files.writeString(folder.resolve("d.json"), "[[\"b\", 3], [\"<|ws|>\", 2], [\"a\", 1]]");
        Path logits = npy("<f8", "(8,)", 8 * 8);
        JsonNode top = JSON.readTree(Call.of("dictionary", "score", "--logits", logits.toString(), "--dictionary",
                words.toString(), "--vocab-size", "8", "--vocab-population", "1", "--top", "99", "--more-words", "b c")
                .output()).get("top");
        List<String> order = new ArrayList<>(List.of("b", "<|ws|>", "a", "<|\n|>", "<|endoftext|>", "<|no_ws|>",
                "<|2<-ws->|>", "<|4<-ws->|>", "<|6<-ws->|>", "<|8<-ws->|>", "<|2<-\n->|>", "<|4<-\n->|>",
                "<|6<-\n->|>", "<|8<-\n->|>", "c"));
        assertEquals(order.size(), top.size());
        top.forEach(entry -> assertEquals(order.get(entry.get(1).asInt()), entry.get(0).asString()));
    }

    @Test
    void namesWhatIsWrongWithTheLogits() throws IOException {
        assertWrong(npy("<f4", "(2, 9)", 72), "expected a logit for each of 8 slots (--vocab-size) but was 9");
        assertWrong(npy("<f4", "(2, 8)", 63), "expected 64 bytes for the shape [2, 8] but was 63 bytes");
        assertWrong(npy("<f2", "(2, 8)", 32), "expected float32 or float64 (<f4, <f8) but was <f2");
        assertWrong(npy("<f4", "(2, 2, 8)", 128), "expected the shape (rows, slots) or (slots,) but was (2, 2, 8)");
        assertWrong(npy("<f4", "(9999999999, 9999999999)", 4), "expected an array that fits into a file");
        assertWrong(Files.writeString(folder.resolve("text.npy"), "0.5 0.3 0.1"), "expected a NumPy file (.npy)");
        assertWrong(Files.writeString(folder.resolve("empty.npy"), ""), "cut short");
        Path nan = npy("<f4", "(8,)", 32);
        byte[] bytes = Files.readAllBytes(nan);
        Arrays.fill(bytes, bytes.length - 4, bytes.length, (byte) 0xff);
        Files.write(nan, bytes);
        assertWrong(nan, "row 0: expected numbers as logits but was NaN at slot 7");
    }

    private void assertWrong(Path logits, String message) throws IOException {
        Path words = Files.writeString(folder.resolve("words"), "a\nb\n");
        Call call = Call.of("dictionary", "score", "--logits", logits.toString(), "--dictionary", words.toString(),
                "--vocab-size", "8", "--vocab-population", "1");
        assertEquals(2, call.exitCode());
        assertEquals("", call.out());
        assertEquals(1, call.err().lines().count(), call.err());
        assertTrue(call.err().contains(message), call.err());
        assertTrue(call.err().startsWith("tfree: " + logits + ": "), call.err());
    }

    /** A file of zeros of that type and shape. */
    private Path npy(String type, String shape, int bytes) throws IOException {
        byte[] header = ("{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n")
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(10 + header.length + bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[]{(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) header.length).put(header);
        return Files.write(folder.resolve("logits.npy"), file.array());
    }

    private List<String> call(JsonNode golden) throws IOException {
        NpyArray logits = Golden.npy("E_decode/" + golden.get("logits").asString());
        Path file = npy("<f4", "(%d, %d)".formatted(logits.shape()[0], logits.shape()[1]), 4 * logits.values().length);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.capacity() - 4 * logits.values().length);
        for (float value : logits.floats()) {
            bytes.putFloat(value);
        }
        Files.write(file, bytes.array());
        Path dictionary = Files.write(folder.resolve("dictionary.json"), Golden.bytes("E_decode/dictionary.json"));
        return new ArrayList<>(List.of("dictionary", "score", "--logits", file.toString(), "--dictionary",
                dictionary.toString(), "--vocab-size", golden.get("vocab_size").toString(), "--vocab-population",
                golden.get("vocab_population").toString(), "--lowercase-overlap",
                golden.get("partial_lowercase").toString()));
    }
}
