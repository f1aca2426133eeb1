package tfree.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.golden.Golden;

/** {@code tfree data align}, {@code cat}, {@code info} and {@code verify} on the original's files and on broken ones. */
class DataFormatsTest {
    private static final List<String> STORE = List.of("bin", "idx", "meta.json");
    private static final List<String> ALIGNED = List.of("indices.bin", "lengths.bin", "offsets.bin");

    @TempDir
    private Path folder;

    @Test
    void alignWritesTheOriginalsFiles() throws IOException {
        String prefix = golden("multilingual");
        assertEquals(List.of(prefix + ": 14 items, 216,454 bytes; 29,786 bytes left out"),
                Call.of("data", "align", prefix).lines());
        for (String ending : ALIGNED) {
            assertArrayEquals(Golden.bytes("D_mmap/multilingual." + ending),
                    Files.readAllBytes(Path.of(prefix + "." + ending)), ending);
        }
    }

    @Test
    void alignKeepsTailsOnRequest() throws IOException {
        String prefix = golden("two_items");
        assertEquals("{\"prefix\":\"" + prefix + "\",\"items\":3,\"bytes\":41002,\"left_out\":0}\n",
                Call.of("data", "align", "--keep-tails", "--jsonl", prefix).output());
        assertEquals(3, Call.of("data", "cat", "--aligned", prefix).lines().size());
    }

    @Test
    void alignSaysWhyThereIsNothingToAlign() throws IOException {
        String prefix = golden("all_too_small");
        Call call = Call.of("data", "align", prefix);
        assertEquals(new Call(2, "", "tfree: " + prefix
                + ": expected documents of more than 100 bytes for two items of about"
                + " 20000, the last of which is left out, but was 138 bytes in 3 documents; to leave nothing out, keep the"
                + " tails (--keep-tails)\n"), call);
        Call.of("data", "align", "--keep-tails", prefix).output();
        assertEquals(2, Call.of("data", "align", "--keep-tails", prefix).exitCode());
    }

    @Test
    void catPrintsItemsAsArraysOfTheirTexts() throws IOException {
        String prefix = folder.resolve("store").toString();
        Call.withInput("one\n\ntwo \"é\"\n", "data", "import", prefix, "--text", "-", "--separator", "").output();
        assertEquals(2, Call.of("data", "cat", prefix, "--aligned").exitCode());
        Call.of("data", "align", prefix, "--keep-tails").output();
        assertEquals(List.of("[\"one\",\"two \\\"é\\\"\"]"),
                Call.of("data", "cat", prefix, "--aligned", "--jsonl").lines());
    }

    @Test
    void catPrintsIntegersAsArrays() throws IOException {
        List<String> lines = Call.of("data", "cat", golden("ints_i64_u64")).lines();
        assertEquals(List.of("[1,2,3,4,5]", "[1,2,5]", "[45,1,20,303,30203]", "[]"), lines.subList(0, 4));
        assertTrue(Call.of("data", "info", folder.resolve("ints_i64_u64").toString()).output().contains("int64"));
        Call align = Call.of("data", "align", folder.resolve("ints_i64_u64").toString());
        assertEquals(2, align.exitCode());
        assertTrue(align.err().endsWith(".meta.json: expected dtype uint8, the bytes of text, but was int64\n"));
    }

    @Test
    void infoAlsoTellsOfItemsAndOfSeveralMapsTogether() throws IOException {
        String one = golden("one_item");
        String two = golden("two_items");
        Call.of("data", "align", two).output();
        assertEquals(
                "{\"documents\":1,\"bytes\":41002,\"shortest\":41002,\"longest\":41002,\"dtype\":\"uint8\",\"items\":2,"
                        + "\"bytes_in_items\":39992}\n",
                Call.of("data", "info", two, "--jsonl").output());
        Files.writeString(folder.resolve("manifest.json"),
                "{\"version\": 1, \"prefixes\": [\"one_item\", \"two_items\"]}");
        assertEquals("""
                maps                     2
                documents                2
                bytes               67,001
                shortest            25,999 bytes
                longest             41,002 bytes
                type                 uint8
                items                    2 in 1 maps
                in items            39,992 bytes
                """, Call.of("data", "info", folder.toString()).output());
        assertEquals(List.of(one + ": 1 documents, 25,999 bytes, 0 items: sound",
                two + ": 1 documents, 41,002 bytes, 2 items: sound"),
                Call.of("data", "verify", folder.toString()).lines());
    }

    @Test
    void verifyNamesEveryDamageAndCountsThem() throws IOException {
        String prefix = golden("tiny");
        Call.of("data", "align", prefix, "--keep-tails").output();
        byte[] index = Files.readAllBytes(Path.of(prefix + ".idx"));
        index[16 * 7]++;
        Files.write(Path.of(prefix + ".idx"), index);
        Call call = Call.of("data", "verify", prefix, "--jsonl");
        assertEquals(1, call.exitCode());
        assertEquals("", call.err());
        List<String> lines = call.out().lines().filter(line -> line.contains(".idx\"")).toList();
        assertEquals(2, lines.size());
        assertTrue(
                lines.getFirst()
                        .startsWith("{\"file\":\"" + prefix + ".idx\",\"damage\":\"expected document 7 to begin"),
                lines.getFirst());
        String counts = call.out().lines().toList().getLast();
        assertTrue(counts.startsWith("{\"prefix\":\"" + prefix + "\",\"documents\":380,\"bytes\":52333,\"items\":"),
                counts);
        assertTrue(counts.endsWith(",\"damages\":" + (call.out().lines().count() - 1) + "}"), counts);
    }

    @Test
    void verifyShowsTheFirstOfVeryManyDamages() throws IOException {
        String prefix = golden("tiny");
        byte[] text = Files.readAllBytes(Path.of(prefix + ".bin"));
        Arrays.fill(text, (byte) 0xff);
        Files.write(Path.of(prefix + ".bin"), text);
        List<String> lines = Call.of("data", "verify", prefix).out().lines().toList();
        assertEquals(22, lines.size());
        assertTrue(lines.get(20).matches(".*tiny\\.bin: and \\d+ more"), lines.get(20));
        assertTrue(lines.get(21).matches(".*tiny: 380 documents, 52,333 bytes, 0 items: \\d+ damages"), lines.get(21));
    }

    @Test
    void verifyWantsAStore() {
        Call call = Call.of("data", "verify", "/no/such/store");
        assertEquals(new Call(2, "",
                "tfree: /no/such/store.meta.json: expected a file or folder but there is none\n"), call);
        assertEquals(2, Call.of("data", "verify").exitCode());
    }

    private String golden(String name) throws IOException {
        for (String ending : STORE) {
            Files.write(folder.resolve(name + "." + ending), Golden.bytes("D_mmap/" + name + "." + ending));
        }
        return folder.resolve(name).toString();
    }
}
