package tfree.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tfree.hub.DatasetCard.Config;

/** Which files a configuration has: cards, patterns, splits by convention, names. */
class CardTest {
    @Test
    void readsTheFormsOfDataFiles() throws Exception {
        List<Config> configs = DatasetCard.configs("""
                ---
                language: [en, no]
                configs:
                - config_name: one
                  data_files: a.jsonl
                - config_name: several
                  data_files: ["./a/*.parquet", b.parquet]
                  default: true
                - config_name: 2020
                  data_files:
                    train: x/*
                    dev: [y, z]
                - config_name: splits
                  data_dir: sub/
                  data_files:
                  - split: train
                    path: t-*.parquet
                - config_name: folder
                  data_dir: ./deep/er
                - old-style
                ---
                # Text with --- in it
                ---
                """, "card");
        assertEquals(List.of(new Config("one", false, "", Map.of("train", List.of("a.jsonl"))),
                new Config("several", true, "", Map.of("train", List.of("a/*.parquet", "b.parquet"))),
                new Config("2020", false, "", Map.of("train", List.of("x/*"), "dev", List.of("y", "z"))),
                new Config("splits", false, "sub", Map.of("train", List.of("sub/t-*.parquet"))),
                new Config("folder", false, "deep/er", Map.of())), configs);
    }

    @Test
    void findsNoConfigsWhereThereAreNone() throws Exception {
        assertEquals(List.of(), DatasetCard.configs("# Corpus\n---\nconfigs: []\n---\n", "card"));
        assertEquals(List.of(), DatasetCard.configs("---\nlicense: mit\n---", "card"));
        assertEquals(List.of(), DatasetCard.configs("---\nconfigs: [sst2, cola]\n---\n", "card"));
        assertEquals(List.of(), DatasetCard.configs("", "card"));
    }

    @Test
    void refusesACardThatIsNoYamlOrCreatesObjects() {
        assertThrows(HubException.class, () -> DatasetCard.configs("---\na: [\n---\n", "card"));
        assertThrows(HubException.class,
                () -> DatasetCard.configs("---\na: !!java.net.URL [\"http://127.0.0.1\"]\n---\n", "card"));
        assertEquals("card: config a: expected paths in data_files but was [{split=train}, 3]",
                assertThrows(HubException.class,
                        () -> DatasetCard.configs(
                                "---\nconfigs:\n- config_name: a\n  data_files: [{split: train}, 3]\n---\n", "card"))
                        .getMessage());
    }

    @Test
    void matchesPatternsAsTheHubDoes() {
        assertMatches("data/*", "data/a.parquet", "data/sub/a.parquet");
        assertMatches("data/**", "data/sub/a.parquet", "other/a.parquet");
        assertMatches("data/**/*.parquet", "data/a.parquet", "data/a.jsonl");
        assertMatches("**/a.parquet", "a.parquet", "ba.parquet");
        assertMatches("en/c4-train.0000?-of-*.json.gz", "en/c4-train.00007-of-01024.json.gz",
                "en/c4-train.00017-of-01024.json.gz");
        assertMatches("d[0-3]/x", "d2/x", "d4/x");
        assertMatches("d[!0-3]/x", "d4/x", "d2/x");
        assertMatches("a+(b)/{x}.parquet", "a+(b)/{x}.parquet", "aab/x.parquet");
        assertMatches("**", "a/b", "a/.hidden");
        assertMatches("**", "a/b", "__cache__/b");
        assertMatches(".hidden/*", ".hidden/b", ".other/b");
    }

    @Test
    void knowsTheFolderThatAPatternIsIn() {
        assertEquals("data/CC-MAIN-2019-04", new FilePattern("data/CC-MAIN-2019-04/*").folder());
        assertEquals("data", new FilePattern("data/CC-*/x/*.parquet").folder());
        assertEquals("data", new FilePattern("data/x.parquet").folder());
        assertEquals("", new FilePattern("*.parquet").folder());
        assertEquals("", new FilePattern("x.parquet").folder());
        assertEquals("", new FilePattern("**").folder());
    }

    @Test
    void splitsByTheHubsConventions() {
        assertEquals(
                Map.of("train", List.of("data/train-00000-of-00002-ab12.parquet", "data/train-00001-of-00002.parquet"),
                        "random", List.of("data/random-00000-of-00001.parquet")),
                SplitNames.of(List.of("data/random-00000-of-00001.parquet", "data/train-00000-of-00002-ab12.parquet",
                        "data/train-00001-of-00002.parquet", "other.parquet")));
        assertEquals(Map.of("train", List.of("x/training/1.parquet"), "validation", List.of("x/my_dev.2/2.parquet")),
                SplitNames.of(List.of("x/training/1.parquet", "x/my_dev.2/2.parquet", "3.parquet")));
        assertEquals(
                Map.of("train", List.of("my_train_file_00001.jsonl", "train1.jsonl"), "test", List.of("eval.jsonl")),
                SplitNames.of(List.of("eval.jsonl", "my_train_file_00001.jsonl", "train1.jsonl", "testfile.jsonl")));
        assertEquals(Map.of("train", List.of("a.jsonl", "testfile.jsonl")),
                SplitNames.of(List.of("a.jsonl", "testfile.jsonl")));
    }

    @Test
    void namesShardsBelowTheFolderThatAllAreIn() throws Exception {
        assertEquals(Map.of("data/x/000_00000.parquet", "000_00000", "data/x/000_00001.parquet", "000_00001"),
                names("data/x/000_00000.parquet", "data/x/000_00001.parquet"));
        assertEquals(Map.of("data/x/0.parquet", "x/0", "data/y/0.parquet", "y/0"),
                names("data/x/0.parquet", "data/y/0.parquet"));
        assertEquals(Map.of("a.jsonl.gz", "a", "a.parquet", "a.parquet"), names("a.jsonl.gz", "a.parquet"));
        assertEquals(Map.of("en/c4.00000.json.gz", "c4.00000"), names("en/c4.00000.json.gz"));
    }

    @Test
    void refusesNamesThatLeadOutOfTheFolder() {
        for (String path : List.of("x/../../y.parquet", "../y.parquet", "/y.parquet", "x//y.parquet", "x/\\y.parquet",
                "x/..", "x/\u0000.parquet", "C:y.parquet")) {
            String message = String.valueOf(
                    assertThrows(HubException.class, () -> names("x/a.parquet", path), path).getMessage());
            assertTrue(message.startsWith(path + ": expected a name that can be a file's but was "), message);
        }
        assertThrows(HubException.class, () -> ShardNames.requireSafe("..", "config"));
        assertThrows(HubException.class, () -> ShardNames.requireSafe("a/b", "config"));
    }

    private static Map<String, String> names(String... paths) throws HubException {
        return ShardNames.of(List.of(paths).stream()
                .map(path -> new HubFile(path, 1, ContentHash.git("0".repeat(40)))).toList());
    }

    private static void assertMatches(String pattern, String matching, String other) {
        assertTrue(new FilePattern(pattern).matches(matching), pattern + " should match " + matching);
        assertFalse(new FilePattern(pattern).matches(other), pattern + " should not match " + other);
    }
}
