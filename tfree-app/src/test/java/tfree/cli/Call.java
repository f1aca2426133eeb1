package tfree.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One call of the command in this process: its exit code and what it printed. */
record Call(int exitCode, String out, String err) {

    /** {@code tfree <args>} with nothing on standard input. */
    static Call of(String... args) {
        return withInput(new byte[0], args);
    }

    /** {@code tfree <args>} with this text on standard input. */
    static Call withInput(String input, String... args) {
        return withInput(input.getBytes(StandardCharsets.UTF_8), args);
    }

    /** {@code tfree <args>} with these bytes on standard input. */
    static Call withInput(byte[] input, String... args) {
        InputStream in = System.in;
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        try {
            System.setIn(new ByteArrayInputStream(input));
            System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
            int exitCode = Tfree.command().execute(args);
            return new Call(exitCode, outBytes.toString(StandardCharsets.UTF_8),
                    errBytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setIn(in);
            System.setOut(out);
            System.setErr(err);
        }
    }

    /** What was printed, when all went well; fails the test otherwise. */
    String output() {
        assertEquals(0, exitCode, err);
        return out;
    }

    /** The lines that were printed, when all went well. */
    List<String> lines() {
        return output().lines().toList();
    }
}
