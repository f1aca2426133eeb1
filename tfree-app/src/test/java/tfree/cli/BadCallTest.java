package tfree.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Calls that cannot be answered: one line on standard error, nothing on standard output, exit code 2. */
class BadCallTest {
    @Test
    void anUnknownCommandIsNamedAndTheNearestSuggested() {
        assertWrong("Unmatched argument at index 0: 'spilt'; did you mean split?", "spilt");
    }

    @Test
    void anUnknownOptionPointsToTheHelp() {
        assertWrong("Unknown option: '--nope' (see tfree split --help)", "split", "--nope");
        assertWrong("Unknown option: '--jsonlines'; did you mean --jsonl?", "split", "--jsonlines");
    }

    @Test
    void aMissingFileIsNamed() {
        assertWrong("/no/such/file: expected a file or folder but there is none", "split", "/no/such/file");
        assertWrong("/no/such/file: expected a file or folder but there is none", "split", "--jsonl", "/no/such/file");
        assertWrong("/no/such/file: expected a file or folder but there is none", "dictionary", "show",
                "/no/such/file");
        assertWrong("/no/such/store.meta.json: expected a file or folder but there is none", "data", "cat",
                "/no/such/store");
    }

    @Test
    void aFolderIsNoText() {
        assertWrong("/: expected a file but was a folder", "split", "/");
        assertWrong("/: expected a file but was a folder", "encode", "/", "--jsonl");
        assertWrong("/: expected a file but was a folder", "dictionary", "show", "/");
        assertWrong("/: expected a file but was a folder", "dictionary", "score", "--logits", "/", "--dictionary", "/");
    }

    @Test
    void aMissingSubcommandIsAskedFor() {
        assertWrong("Missing required subcommand (see tfree data --help)", "data");
        assertWrong("Missing required subcommand (see tfree dictionary --help)", "dictionary");
    }

    @Test
    void sparkIsTheScriptsToStart() {
        assertWrong("expected the call ./tfree spark prepare --input x, with spark as the first word", "spark",
                "prepare",
                "--input", "x");
    }

    @Test
    void aServerForEverybodyHasToBeMeant() {
        assertWrong(
                "--host: expected an address of this machine alone, such as 127.0.0.1, where there is no API key but"
                        + " was 0.0.0.0; give --api-key-file, or say --no-api-key if everybody who reaches it may use it",
                "serve", "--checkpoint", "/no/such", "--host", "0.0.0.0");
        assertWrong("--port: expected 0 to 65535 but was 70000", "serve", "--checkpoint", "/no/such", "--port",
                "70000");
        assertWrong("/no/such/key: expected a file or folder but there is none", "serve", "--checkpoint", "/no/such",
                "--api-key-file", "/no/such/key");
    }

    @Test
    void aWrongValueSaysWhatThereIs() {
        assertWrong("Invalid value for option '--mode': expected a splitting mode, reference or unicode, but was "
                + "\"x\" (see tfree split --help)", "split", "--mode", "X");
        assertWrong("expected a vocab population from 1 to the vocab size 32000 but was 0", "encode",
                "--vocab-population", "0");
        assertWrong("expected a lowercase overlap from 0 to the vocab population 10 but was 11", "encode",
                "--lowercase-overlap", "11");
    }

    @Test
    void invalidUtf8IsFoundAtItsOffset() {
        Call call = Call.withInput(new byte[]{'a', 'b', (byte) 0xff, 'c'}, "split");
        assertEquals(
                new Call(2, "", "tfree: standard input: expected UTF-8 but was the byte 0xff at offset 2; convert the "
                        + "text\n"),
                call);
        call = Call.withInput(new byte[]{'a', '\n', (byte) 0xff}, "join");
        assertEquals(
                "tfree: standard input: line 2: expected UTF-8 but was the byte 0xff at offset 0; convert the text\n",
                call.err());
        assertEquals(2, call.exitCode());
    }

    @Test
    void anUnknownEscapeIsFoundAtItsLine() {
        Call call = Call.withInput("a\nb\\x\n", "join");
        assertEquals(new Call(2, "",
                "tfree: standard input: line 2: expected one of \\\\ \\t \\n \\r at character 1 but was "
                        + "\"b\\x\"\n"),
                call);
    }

    @Test
    void debugAddsTheStackTrace() {
        Call call = Call.of("split", "--debug", "/no/such/file");
        assertEquals(2, call.exitCode());
        assertTrue(call.err().contains("NoSuchFileException"), call.err());
    }

    @Test
    void withoutACommandTheHelpIsShown() {
        assertEquals(Call.of("--help"), Call.of());
        assertEquals(0, Call.of().exitCode());
        assertTrue(Call.of().out().startsWith("Usage: tfree"));
    }

    private static void assertWrong(String message, String... args) {
        Call call = Call.of(args);
        assertEquals(2, call.exitCode(), call.err());
        assertEquals("", call.out());
        assertEquals(1, call.err().lines().count(), call.err());
        assertTrue(call.err().startsWith("tfree: "), call.err());
        assertTrue(call.err().contains(message), call.err());
    }
}
