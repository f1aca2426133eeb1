package tfree.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Training in two processes over loopback, by the command, and what signals do to it. */
@EnabledOnOs(OS.LINUX) // where Gloo is
@TestInstance(Lifecycle.PER_CLASS)
class ProcessesTest {
    private static final long MINUTES = 5; // a loaded machine may stall; nothing here takes more than seconds
    private static final int FOREVER = 1_000_000;
    private static final String TEXT = """
            Rain, rain, go away, come again another day.

            Jack and Jill went up the hill.

            Row, row, row your boat, gently down the stream.

            Twinkle, twinkle, little star.
            """;
    private static final String CONFIG = """
            training: {iterations: 12, micro_batch_size: 2, gradient_accumulation_steps: 1, loss_pos_weight: 10,
              loss_scale: 10}
            optimizer: {zero: true, gradient_clipping: 1.0}
            """;

    private final List<Process> started = new ArrayList<>();
    private Path folder = Path.of("");
    private String config = "";

    @BeforeAll
    void importText(@TempDir Path temporary) throws IOException {
        folder = temporary;
        config = SmallRun.prepare(folder, TEXT, CONFIG);
    }

    @AfterEach
    void endWhatIsLeft() {
        started.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    @Test
    void trainLikeOneOnTheSameSamplesAndSayNothingOnStandardOutput() throws Exception {
        Process two = train("two", Map.of(), "--processes", "2", "--set", "training.micro_batch_size=1");
        assertEquals(0, exitCode(two), error("two"));
        assertEquals("", Files.readString(folder.resolve("two.out")));
        assertEquals("", Files.readString(folder.resolve("two/rank-1.log")));
        assertEquals(0, Call.of("train", "--config", config, "--set", "training.save_dir=" + folder.resolve("one"))
                .exitCode());
        List<Double> expected = losses("one");
        List<Double> actual = losses("two");
        assertEquals(12, actual.size());
        for (int i = 0; i < 12; i++) {
            assertEquals(expected.get(i), actual.get(i), 1e-5 * expected.get(i), "step " + (i + 1));
        }
        assertTrue(error("two").contains("2 processes"), error("two"));
    }

    @Test
    void findEachOtherByTheEnvironmentThatTorchrunSets() throws Exception {
        String port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = String.valueOf(socket.getLocalPort());
        }
        List<Process> ranks = new ArrayList<>();
        for (String rank : List.of("1", "0")) {
            ranks.add(start("rank" + rank, Map.of("WORLD_SIZE", "2", "RANK", rank, "LOCAL_RANK", rank, "MASTER_ADDR",
                    "localhost", "MASTER_PORT", port), "--set", "training.save_dir=" + folder.resolve("env")));
        }
        assertEquals(0, exitCode(ranks.get(1)), error("rank0"));
        assertEquals(0, exitCode(ranks.get(0)), error("rank1"));
        assertEquals(12, losses("env").size());
        assertEquals("", error("rank1"));
    }

    @Test
    void oneThatIsKilledEndsTheOthersAndTheRunGoesOn() throws Exception {
        Process run = train("killed", Map.of(), "--processes", "2", "--set", "training.iterations=" + FOREVER, "--set",
                "training.save_interval=5");
        awaitSteps("killed", 12);
        ranks(run).getLast().destroyForcibly();
        long killed = System.nanoTime();
        assertEquals(1, exitCode(run));
        System.err.printf("the others ended within %.1f s%n", (System.nanoTime() - killed) * 1e-9);
        String message = error("killed");
        assertTrue(message.contains("tfree: rank 0 of 2 lost another rank"), message);
        assertTrue(message.contains("tfree: rank 1 of 2 was ended by signal 9"), message);
        int saved = Integer.parseInt(Files.readString(folder.resolve("killed/latest")));
        assertTrue(saved >= 5 && saved % 5 == 0, "saved " + saved);
        Process resumed = train("killed", Map.of(), "--resume", "--processes", "2", "--set",
                "training.iterations=" + (saved + 3));
        assertEquals(0, exitCode(resumed), error("killed"));
        assertEquals(saved + 3, losses("killed").size());
    }

    @Test
    void aSignalToTheLauncherFinishesTheStepSavesAndExitsWithZero() throws Exception {
        Process run = train("stopped", Map.of(), "--processes", "2", "--set", "training.iterations=" + FOREVER);
        awaitSteps("stopped", 3);
        run.destroy(); // SIGTERM
        assertEquals(0, exitCode(run), error("stopped"));
        int saved = Integer.parseInt(Files.readString(folder.resolve("stopped/latest")));
        assertEquals(saved, losses("stopped").size());
        assertTrue(error("stopped").contains("stopped after step " + saved + "; go on with --resume"),
                error("stopped"));
        Process alone = train("stopped", Map.of(), "--resume", "--set", "training.iterations=" + FOREVER);
        awaitSteps("stopped", saved + 3);
        alone.destroy();
        assertEquals(0, exitCode(alone), error("stopped"));
        int more = Integer.parseInt(Files.readString(folder.resolve("stopped/latest")));
        assertTrue(more > saved);
        assertEquals(more, losses("stopped").size());
    }

    @Test
    void ranksStopByThemselvesWithoutTheirLauncher() throws Exception {
        Process run = train("orphans", Map.of(), "--processes", "2", "--set", "training.iterations=" + FOREVER);
        awaitSteps("orphans", 3);
        List<ProcessHandle> ranks = ranks(run);
        run.destroyForcibly();
        for (ProcessHandle rank : ranks) {
            rank.onExit().get(MINUTES, TimeUnit.MINUTES);
        }
        assertTrue(Files.exists(folder.resolve("orphans/latest")), error("orphans"));
    }

    @Test
    void aWrongCallSaysSoOnceBeforeAnythingStarts() {
        Call none = Call.of("train", "--config", config, "--processes", "0");
        assertEquals(2, none.exitCode());
        assertEquals("tfree: --processes: expected at least 1 but was 0\n", none.err());
        Call many = Call.of("train", "--config", config, "--processes", "2", "--set", "training.world_size=256",
                "--set",
                "training.save_dir=" + folder.resolve("many"));
        assertEquals(2, many.exitCode());
        assertTrue(many.err().startsWith("tfree: training.world_size: expected 256 processes but there are 2;"),
                many.err());
        assertFalse(Files.exists(folder.resolve("many")));
    }

    private Process train(String run, Map<String, String> environment, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(more));
        arguments.addAll(List.of("--set", "training.save_dir=" + folder.resolve(run)));
        return start(run, environment, arguments.toArray(String[]::new));
    }

    private Process start(String name, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow", "-cp",
                        System.getProperty("java.class.path"), Tfree.class.getName(), "train", "--config", config));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(file(name, ".out"))
                .redirectError(file(name, ".err"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private File file(String name, String kind) {
        return folder.resolve(name + kind).toFile();
    }

    private String error(String name) throws IOException {
        return Files.readString(folder.resolve(name + ".err"));
    }

    private static int exitCode(Process process) throws InterruptedException {
        assertTrue(process.waitFor(MINUTES, TimeUnit.MINUTES), "still running");
        return process.exitValue();
    }

    /** Those that the command has started, rank 0 first. */
    private static List<ProcessHandle> ranks(Process run) {
        return run.children().sorted(Comparator.comparingLong(ProcessHandle::pid)).toList();
    }

    private void awaitSteps(String run, int steps) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
        while (losses(run).size() < steps) {
            assertTrue(System.nanoTime() < deadline, () -> "no step " + steps + " of " + run);
            Thread.sleep(20);
        }
    }

    private List<Double> losses(String run) throws IOException {
        Path metrics = folder.resolve(run).resolve("metrics.jsonl");
        return Files.exists(metrics) ? Files.readAllLines(metrics).stream().filter(line -> line.endsWith("}"))
                .map(line -> JsonMapper.shared().readTree(line).get("loss").asDouble()).toList() : List.of();
    }
}
