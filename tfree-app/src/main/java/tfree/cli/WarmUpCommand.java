package tfree.cli;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * Walks through the commands that are called often and end quickly, so that the JVM can record what they load: the
 * launcher does so once after a build, and every later call starts from that record.
 */
@Command(name = "warm-up", hidden = true, description = "Record what the quick commands load.")
final class WarmUpCommand implements Callable<Integer> {
    private static final String TEXT = "\"Hello World! f(x) = 2 <|endoftext|> Äpfel\"\n";

    @Override
    public Integer call() {
        InputStream in = System.in;
        PrintStream out = System.out;
        PrintStream err = System.err;
        try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            System.setOut(nowhere);
            System.setErr(nowhere);
            run(TEXT, "split", "--jsonl");
            run(TEXT, "split", "--mode", "unicode");
            run("[\"Hello\", \"World\", \"!\"]\n5\n", "join", "--jsonl");
            run("Hello\nWorld\n", "join");
            run(TEXT, "encode", "--jsonl");
            run(TEXT, "encode", "--lowercase-overlap", "2", "--lowercase");
            run("", "--help");
            run("", "encode", "--help");
            run("", "no-such-command");
        } finally {
            System.setIn(in);
            System.setOut(out);
            System.setErr(err);
        }
        return 0;
    }

    private static void run(String input, String... args) {
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        Tfree.command().execute(args);
    }
}
