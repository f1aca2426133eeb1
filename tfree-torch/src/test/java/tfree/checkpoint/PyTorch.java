package tfree.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real PyTorch, Debian's {@code python3-torch}, to check files against; tests that need it are skipped where it is absent. */
final class PyTorch {
    private static final Path PYTHON = Path.of("/usr/bin/python3");

    private PyTorch() {}

    /** Runs a program whose asserts hold; its arguments are paths. */
    static void run(String program, Path... files) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(PYTHON) && output("import torch").isEmpty(), "there is no python3 with torch");
        assertEquals("", output(program, files));
    }

    private static String output(String program, Path... files) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(PYTHON.toString(), "-c", program));
        Arrays.stream(files).map(Path::toString).forEach(command::add);
        Process python = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(python.waitFor(5, TimeUnit.MINUTES));
        return output;
    }
}
