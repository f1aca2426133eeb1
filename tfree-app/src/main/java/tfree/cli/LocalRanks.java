package tfree.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tfree.console.Interrupt;

/**
 * Several ranks on this machine: the command itself, started so many times with torchrun's environment. What rank 0 shows
 * is shown; the others write to {@code rank-1.log} … in the run's folder. If one ends badly, so do all.
 */
final class LocalRanks {
    /** Whose pid it is: a rank whose launcher is gone stops by itself. */
    private static final String LAUNCHER = "TFREE_LAUNCHER";
    /** How long the others may take to notice that one is gone; c10d takes milliseconds. */
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final int SHOWN_LINES = 20;
    private static final int SIGNALLED = 128;

    private final Path folder;
    private final List<Process> ranks = new ArrayList<>();
    private final BlockingQueue<Integer> ended = new LinkedBlockingQueue<>();
    private @Nullable Integer failed;

    private LocalRanks(Path folder) {
        this.folder = folder;
    }

    /**
     * Runs the command with these arguments in so many processes, until all have ended.
     *
     * @param folder of the run, for logs
     * @return the exit code: 0 if all ended well
     */
    static int run(int count, List<String> arguments, Path folder) throws IOException {
        LocalRanks local = new LocalRanks(folder);
        try (Interrupt interrupt = new Interrupt(() -> local.ranks.forEach(Process::destroy))) {
            local.start(count, arguments);
            return local.await(interrupt);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            local.ranks.forEach(Process::destroyForcibly);
        }
    }

    /** In a rank: lets it stop when the process that started it is gone. */
    static void watchLauncher(Runnable stop) {
        String launcher = System.getenv(LAUNCHER);
        if (launcher != null) {
            ProcessHandle.of(Long.parseLong(launcher)).ifPresentOrElse(process -> {
                CompletableFuture<Void> _ = process.onExit().thenRun(stop);
            }, stop);
        }
    }

    private void start(int count, List<String> arguments) throws IOException {
        int port = freePort();
        for (int rank = 0; rank < count; rank++) {
            ProcessBuilder builder = new ProcessBuilder(command(arguments));
            builder.environment().putAll(Map.of("MASTER_ADDR", "127.0.0.1", "MASTER_PORT", String.valueOf(port),
                    "WORLD_SIZE", String.valueOf(count), "RANK", String.valueOf(rank), "LOCAL_RANK",
                    String.valueOf(rank), "LOCAL_WORLD_SIZE", String.valueOf(count), LAUNCHER,
                    String.valueOf(ProcessHandle.current().pid())));
            if (rank == 0) {
                builder.inheritIO();
            } else {
                builder.redirectErrorStream(true).redirectOutput(log(rank).toFile());
            }
            int number = rank;
            Process process = builder.start();
            ranks.add(process);
            CompletableFuture<Void> _ = process.onExit().thenRun(() -> ended.add(number));
        }
    }

    /** This very Java, with its options, on the same classes. */
    private static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Tfree.class.getName()));
        command.addAll(arguments);
        return command;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private int await(Interrupt interrupt) throws IOException, InterruptedException {
        long giveUp = Long.MAX_VALUE;
        for (int left = ranks.size(); left > 0;) {
            Integer rank = failed == null ? ended.take()
                    : ended.poll(giveUp - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (rank == null) {
                ranks.forEach(Process::destroyForcibly);
                giveUp = System.nanoTime() + GRACE.toNanos();
            } else {
                left--;
                if (failed == null && ranks.get(rank).exitValue() != 0) {
                    failed = rank;
                    giveUp = System.nanoTime() + GRACE.toNanos();
                }
            }
        }
        if (failed == null) {
            return 0;
        }
        report(failed, interrupt.requested());
        return ranks.get(failed).exitValue() == Failure.WRONG_INPUT ? Failure.WRONG_INPUT : Failure.FAILED;
    }

    private void report(int rank, boolean interrupted) throws IOException {
        if (rank > 0) {
            List<String> lines = Files.readAllLines(log(rank));
            lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size())
                    .forEach(line -> System.err.println("rank " + rank + ": " + line));
        }
        int code = ranks.get(rank).exitValue();
        System.err.printf("tfree: rank %d of %d %s; %s%n", rank, ranks.size(),
                code > SIGNALLED ? "was ended by signal " + (code - SIGNALLED) : "ended with exit code " + code,
                interrupted ? "it was stopped before it could save" : "the others ended with it; --resume goes on from"
                        + " the last checkpoint");
    }

    private Path log(int rank) {
        return folder.resolve("rank-" + rank + ".log");
    }
}
