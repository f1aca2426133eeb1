package tfree.dictionary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tfree.golden.Golden;
import tfree.golden.NpyArray;
import tfree.trigram.ActivationPattern;
import tools.jackson.databind.JsonNode;

/**
 * Contrast scores against the original's. It kept a word that was added twice as two words: the second one is left out
 * of the comparison, and its share of the softmax is put back.
 */
class DecodeGoldenTest {
    private static final double TOLERANCE = 2e-5;
    /** Cases whose scores are byte for byte those of another case, so that only their best words are kept. */
    private static final Set<Integer> SAME_SCORES_AS_ANOTHER = Set.of(16, 17, 18, 21, 22, 38, 39, 40, 41);

    private final Dictionary v8000 = GoldenDictionary.of(8000, 10, 0);
    private final Dictionary v32000 = GoldenDictionary.of(32_000, 10, 2);

    @Test
    void patternsOfAllWordsAgree() throws Exception {
        assertPatterns(v8000, "v8000");
        assertPatterns(v32000, "v32000");
    }

    @Test
    void scoresAgree() {
        int rows = 0;
        for (JsonNode golden : cases(false)) {
            JsonNode args = golden.get("args");
            boolean softmax = args.get("softmax").asBoolean();
            List<String> extra = strings(golden.get("extra_words"));
            Dictionary dictionary = dictionary(golden).plus(extra);
            DictionaryScorer scorer = new DictionaryScorer(dictionary,
                    Scoring.contrast(args.get("word_edge_weight").asDouble()));
            NpyArray logits = Golden.npy("E_decode/" + golden.get("logits").asString());
            for (int row = 0; row < logits.shape()[0]; row++) {
                double[] scores = scorer.scores(logits.row(row));
                double[] compared = softmax ? probabilities(scores, repeats(extra, dictionary)) : scores;
                String at = "case " + golden.get("id") + " row " + row;
                if (!SAME_SCORES_AS_ANOTHER.contains(golden.get("id").asInt())) {
                    assertClose(expectedScores(golden, row, extra), compared, at);
                }
                if (row == 0) {
                    assertTop(golden.get("top20").get(0), extra, scorer, logits.row(row), compared, at);
                }
                rows++;
            }
        }
        assertEquals(44, rows);
    }

    @Test
    void theChosenWordAgreesWithAndWithoutForbiddenWords() {
        for (JsonNode golden : cases(false)) {
            JsonNode args = golden.get("args");
            Dictionary dictionary = dictionary(golden).plus(strings(golden.get("extra_words")));
            DictionaryScorer scorer = new DictionaryScorer(dictionary,
                    Scoring.contrast(args.get("word_edge_weight").asDouble()));
            Set<Integer> denied = new LinkedHashSet<>();
            if (args.has("blacklist_words")) {
                strings(args.get("blacklist_words")).forEach(word -> denied.add(dictionary.indexOf(word)));
            }
            NpyArray logits = Golden.npy("E_decode/" + golden.get("logits").asString());
            for (int row = 0; row < logits.shape()[0]; row++) {
                ScoredWord best = scorer.top(logits.row(row), 1, w -> !denied.contains(w)).getFirst();
                JsonNode chosen = golden.has("rowwise") ? golden.get("rowwise").get(row).get("word")
                        : golden.get("words").get(row);
                assertEquals(chosen.asString(), best.word(), () -> "case " + golden.get("id"));
            }
        }
    }

    @Test
    void wordsThatFillAllSlotsAreLeftOutAndOthersScoreAsTheyShould() {
        int leftOut = 0;
        for (JsonNode golden : cases(true)) {
            String word = golden.get("args").get("more_words").asString().strip();
            Dictionary dictionary = v8000.plus(List.of(word));
            if (10 * golden.get("trigram_count").asInt() >= 8000) {
                leftOut++;
                assertEquals(List.of(word), dictionary.excluded());
                assertEquals(-1, dictionary.indexOf(word));
            } else {
                double[] scores = new DictionaryScorer(dictionary, Scoring.contrast(1))
                        .scores(Golden.npy("E_decode/" + golden.get("logits").asString()).row(0));
                double expected = golden.get("extra_word_score").asDouble();
                assertEquals(expected, scores[5000], TOLERANCE * Math.abs(expected));
                assertEquals(golden.get("trigram_count").asInt(), dictionary.trigramCount(5000));
            }
        }
        assertEquals(3, leftOut);
    }

    private static void assertTop(JsonNode top, List<String> extra, DictionaryScorer scorer, float[] logits,
            double[] compared, String at) {
        List<ScoredWord> best = scorer.top(logits, 20);
        for (int rank = 0; rank < 20; rank++) {
            JsonNode expected = top.get(rank);
            double score = expected.get(2).asDouble();
            double slack = TOLERANCE * Math.abs(top.get(0).get(2).asDouble());
            int place = scorer.dictionary().indexOf(expected.get(0).asString());
            assertEquals(score, compared[place], slack, at);
            boolean clear = (rank == 0 || top.get(rank - 1).get(2).asDouble() - score > slack)
                    && (rank == 19 || score - top.get(rank + 1).get(2).asDouble() > slack);
            if (clear && rank < 19) {
                assertEquals(expected.get(0).asString(), best.get(rank).word(), at);
            }
            if (extra.isEmpty()) {
                assertEquals(expected.get(1).asInt(), place, at);
            }
        }
    }

    private static double[] expectedScores(JsonNode golden, int row, List<String> extra) {
        String file = golden.get(golden.has("scores_rowwise") ? "scores_rowwise" : "scores").asString();
        float[] all = Golden.npy("E_decode/" + file).row(row);
        return IntStream.range(0, all.length)
                .filter(i -> i < 5000 || extra.indexOf(extra.get(i - 5000)) == i - 5000)
                .mapToDouble(i -> all[i]).toArray();
    }

    /** The places of the words that the original held twice. */
    private static List<Integer> repeats(List<String> extra, Dictionary dictionary) {
        List<Integer> repeats = new ArrayList<>();
        for (int i = 0; i < extra.size(); i++) {
            if (extra.indexOf(extra.get(i)) < i) {
                repeats.add(dictionary.indexOf(extra.get(i)));
            }
        }
        return repeats;
    }

    private static double[] probabilities(double[] scores, List<Integer> countedTwice) {
        double sum = Arrays.stream(scores).map(Math::exp).sum();
        for (int word : countedTwice) {
            sum += Math.exp(scores[word]);
        }
        double all = sum;
        return Arrays.stream(scores).map(score -> Math.exp(score) / all).toArray();
    }

    private static void assertClose(double[] expected, double[] actual, String at) {
        assertEquals(expected.length, actual.length, at);
        double slack = TOLERANCE * Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], slack, at + " word " + i);
        }
    }

    private static void assertPatterns(Dictionary dictionary, String name) throws Exception {
        JsonNode golden = Golden.json("E_decode/" + name + "_pattern_digests.json");
        double[] trigramCounts = Golden.npy("E_decode/" + name + "_trigram_counts.npy").values();
        long inner = 0;
        long edge = 0;
        for (JsonNode digest : golden.get("per_500_words")) {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            int first = digest.get(0).asInt();
            for (int i = first; i < Math.min(first + 500, dictionary.size()); i++) {
                ActivationPattern pattern = dictionary.pattern(i);
                update(sha, new int[]{pattern.inner().length});
                update(sha, pattern.inner());
                update(sha, new int[]{pattern.edge().length});
                update(sha, pattern.edge());
                update(sha, new int[]{dictionary.trigramCount(i)});
                assertEquals(trigramCounts[i], dictionary.trigramCount(i));
                inner += pattern.inner().length;
                edge += pattern.edge().length;
            }
            assertEquals(digest.get(1).asString(), HexFormat.of().formatHex(sha.digest()), name + " from " + first);
        }
        assertEquals(golden.get("n_nonedge").asLong(), inner);
        assertEquals(golden.get("n_edge").asLong(), edge);
    }

    private static void update(MessageDigest sha, int[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        sha.update(bytes.array());
    }

    private static List<JsonNode> cases(boolean degenerate) {
        List<JsonNode> cases = Golden.jsonLines("E_decode/decode.jsonl").stream()
                .filter(golden -> golden.has("degenerate_word_chars") == degenerate).toList();
        assertTrue(cases.size() > 3);
        return cases;
    }

    private Dictionary dictionary(JsonNode golden) {
        return golden.get("vocab_size").asInt() == 8000 ? v8000 : v32000;
    }

    private static List<String> strings(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asString).toList();
    }
}
