package tfree.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tfree data import} from what is not plain text, and from many files. */
class DataImportTest {
    @TempDir
    private Path folder;
    private String prefix;
    private String corpus;

    @BeforeEach
    void writeCorpus() throws IOException {
        prefix = folder.resolve("my store").toString();
        corpus = folder.resolve("corpus").toString();
        Path deep = Files.createDirectories(folder.resolve("corpus/ü b"));
        Files.writeString(deep.resolve("東京.jsonl"),
                "{\"text\":\"two\",\"title\":\"zwei\"}\n{\"text\":null,\"title\":\"\"}\n");
        Files.writeString(folder.resolve("corpus/a.txt"), "one\n---\none more\n");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(deep.resolve("last.ndjson.gz")))) {
            out.write("{\"title\":\"drei\",\"text\":\"three\"}".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void importsAFolderByTheNamesOfItsFiles() {
        String summary = Call.of("data", "import", prefix, "--from", corpus).output();
        assertTrue(summary.matches("3 documents, 24 bytes from 3 files in \\d+\\.\\d s \\(\\d+\\.\\d MB/s\\), "
                + "1 record without text was passed over\n"), summary);
        assertEquals(List.of("\"one\\n---\\none more\"", "\"three\"", "\"two\""),
                Call.of("data", "cat", prefix).lines());
    }

    @Test
    void makesTheFolderOfTheMap() {
        String inFolders = prefix + "/of/maps/train";
        Call.of("data", "import", inFolders, "--from", corpus).output();
        assertEquals(3, Call.of("data", "cat", inFolders).lines().size());
    }

    @Test
    void importsAGlobAFieldAndBetweenSeparators() {
        Call.of("data", "import", prefix, "--from", corpus + "/**/*json*", corpus + "/a.txt", "--field", "title",
                "--separator", "---").output();
        assertEquals(List.of("\"drei\"", "\"zwei\"", "\"one\"", "\"one more\""),
                Call.of("data", "cat", prefix).lines());
    }

    @Test
    void importsJsonLinesFromStandardInput() {
        Call.withInput("{\"text\":\"é\"}\n{\"text\":\"b\"}\n", "data", "import", prefix, "--from", "-", "--format",
                "jsonl")
                .output();
        assertEquals(List.of("\"é\"", "\"b\""), Call.of("data", "cat", prefix).lines());
    }

    @Test
    void plainTextIsWhatItIsToldToBe() {
        Call.of("data", "import", prefix, "--text", corpus + "/*/*.jsonl").output();
        assertEquals(
                List.of("\"{\\\"text\\\":\\\"two\\\",\\\"title\\\":\\\"zwei\\\"}\\n{\\\"text\\\":null,\\\"title\\\":"
                        + "\\\"\\\"}\""),
                Call.of("data", "cat", prefix).lines());
    }

    @Test
    void theMapDoesNotDependOnTheWorkers() throws IOException {
        Call.of("data", "import", prefix, "--from", corpus, "--workers", "1", "--quiet").output();
        Call.of("data", "import", prefix + "-2", "--from", corpus, "--workers", "7", "--quiet").output();
        for (String ending : List.of(".bin", ".idx", ".meta.json")) {
            assertArrayEquals(Files.readAllBytes(Path.of(prefix + ending)),
                    Files.readAllBytes(Path.of(prefix + "-2" + ending)));
        }
    }

    @Test
    void quietSaysNothing() {
        assertEquals(new Call(0, "", ""), Call.of("data", "import", prefix, "--from", corpus, "--quiet"));
    }

    @Test
    void alignsOnRequest() {
        Call.of("data", "import", prefix, "--from", corpus, "--align", "--keep-tails").output();
        assertEquals(List.of("[\"one\\n---\\none more\",\"three\",\"two\"]"),
                Call.of("data", "cat", prefix, "--aligned").lines());
    }

    @Test
    void makesAMapAFileAndGoesOn() throws IOException {
        String maps = folder.resolve("maps").toString();
        Call.of("data", "import", "--per-file", maps, "--from", corpus).output();
        Files.writeString(folder.resolve("corpus/b.jsonl"), "{\"text\":\"new\"}\n");
        String again = Call.of("data", "import", "--per-file", maps, "--from", corpus).output();
        assertTrue(again.startsWith("1 document, 3 bytes from 4 files in "), again);
        assertTrue(again.endsWith("; 4 maps, 3 of them from before\n"), again);
        assertEquals(List.of("\"three\""), Call.of("data", "cat", maps + "/ü b/last").lines());
        assertTrue(Files.readString(Path.of(maps, "manifest.json")).contains("\"ü b/東京\""));
    }

    @Test
    void aDamagedFileFailsTheCallButNotTheOthers() throws IOException {
        String maps = folder.resolve("maps").toString();
        Path damaged = Files.writeString(folder.resolve("corpus/b.parquet"), "This is not Parquet.");
        Call call = Call.of("data", "import", "--per-file", maps, "--from", corpus);
        assertEquals(2, call.exitCode());
        assertEquals(
                "tfree: " + damaged + ": expected Parquet's mark PAR1 at the end but there is none; the file is cut "
                        + "short, or no Parquet file\n",
                call.err());
        assertEquals(List.of("\"three\""), Call.of("data", "cat", maps + "/ü b/last").lines());
        assertFalse(Files.exists(Path.of(maps, "manifest.json")));
    }

    @Test
    void aCallThatContradictsItselfIsRefused() {
        assertRefused("expected --from, or --text, to name files, folders or - but was neither", prefix);
        assertRefused("expected --from, or --text, to name files, folders or - but was both", prefix, "--from", corpus,
                "--text", corpus);
        assertRefused("expected --from with --format but was --text, which is plain text", prefix, "--text", corpus,
                "--format", "jsonl");
        assertRefused("expected - alone but was - " + corpus, prefix, "--from", "-", corpus);
        assertRefused("expected a PREFIX or --per-file DIR but was neither", "--from", corpus);
        assertRefused("expected a PREFIX or --per-file DIR but was both", prefix, "--per-file", "x", "--from", corpus);
        assertRefused("expected files with --per-file but was standard input", "--per-file", "x", "--from", "-");
        assertRefused("expected --align with --keep-tails but it is missing", prefix, "--from", corpus, "--keep-tails");
        assertRefused("expected at least 1 worker but was 0", prefix, "--from", corpus, "--workers", "0");
        assertRefused("standard input: expected plain text or JSON lines in a stream, but Parquet needs a file", prefix,
                "--from", "-", "--format", "parquet");
        assertRefused(corpus + "/*.none: expected a file or folder but there is none", prefix, "--from",
                corpus + "/*.none");
    }

    private static void assertRefused(String message, String... args) {
        Call call = Call.of(Stream.concat(Stream.of("data", "import"),
                Arrays.stream(args)).toArray(String[]::new));
        assertEquals(new Call(2, "", "tfree: " + message + "\n"), call);
    }
}
