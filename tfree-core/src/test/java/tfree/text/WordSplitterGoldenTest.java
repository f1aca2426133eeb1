package tfree.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import tfree.golden.Golden;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The golden cases {@code A_wordsplit}: the scanner, and the plain splitter that random texts are compared with. */
class WordSplitterGoldenTest {
    private final WordSplitter splitter = WordSplitter.of(SplitMode.REFERENCE);

    @Test
    void splitsAndJoinsAsTheOriginal() {
        checkSplits(Golden.jsonLines("A_wordsplit/wordsplit.jsonl"));
        checkSplits(Golden.jsonLines("A_wordsplit/roundtrip_failures.jsonl"));
    }

    @Test
    void splitsLocalCasesAsTheOriginal() throws Exception {
        String folder = System.getProperty("tfree.golden.local");
        Assumptions.assumeTrue(folder != null, "tfree.golden.local is not set");
        try (var lines = Files.lines(Path.of(folder, "A_wordsplit", "wordsplit.jsonl"))) {
            checkSplits(lines.map(JsonMapper.shared()::readTree).toList());
        }
    }

    @Test
    void joinsAnyWordsAsTheOriginal() {
        for (JsonNode c : Golden.jsonLines("A_wordsplit/words_to_text.jsonl")) {
            assertEquals(c.get("text").asString(), splitter.join(strings(c.get("words"))), () -> "case " + c.get("id"));
        }
    }

    @Test
    void splitsEveryShortStringAsTheOriginal() throws Exception {
        for (JsonNode set : Golden.json("A_wordsplit/exhaustive_digests.json")) {
            List<String> alphabet = strings(set.get("alphabet"));
            assertEquals(1, set.get("prefix_len").asInt());
            for (var digest : set.get("sha256_by_prefix").properties()) {
                MessageDigest sha = MessageDigest.getInstance("SHA-256");
                String prefix = digest.getKey();
                int rest = prefix.isEmpty() ? 0 : set.get("max_len").asInt() - 1;
                for (int length = 0; length <= rest; length++) {
                    digestAll(prefix, length, alphabet, sha);
                }
                assertEquals(digest.getValue().asString(), HexFormat.of().formatHex(sha.digest()),
                        () -> "prefix " + prefix);
            }
        }
    }

    private void digestAll(String text, int more, List<String> alphabet, MessageDigest sha) {
        if (more > 0) {
            alphabet.forEach(letter -> digestAll(text + letter, more - 1, alphabet, sha));
            return;
        }
        List<String> words = splitter.split(text);
        String line = String.join("\u001f", words) + "\u001e" + splitter.join(words) + "\u001e";
        sha.update(line.getBytes(StandardCharsets.UTF_8));
    }

    private void checkSplits(List<JsonNode> cases) {
        for (JsonNode c : cases) {
            String text = c.get("text").asString();
            List<String> words = strings(c.get("words"));
            assertEquals(words, splitter.split(text), () -> "case " + c.get("id"));
            assertEquals(words, PlainSplitter.split(text), () -> "plain splitter, case " + c.get("id"));
            assertEquals(c.has("text_back") ? c.get("text_back").asString() : text, splitter.join(words),
                    () -> "joining case " + c.get("id"));
        }
    }

    private static List<String> strings(JsonNode array) {
        return array.valueStream().map(JsonNode::asString).toList();
    }
}
