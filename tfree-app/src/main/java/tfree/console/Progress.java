package tfree.console;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * How far a job over many bytes is, on standard error: on a terminal one line that is redrawn, with rate and time left;
 * elsewhere a line every ten seconds, so that a short job says nothing. One thread at a time.
 */
public final class Progress implements AutoCloseable {
    /** Where it is not known how much there is. */
    public static final long UNKNOWN = -1;

    private static final int WIDTH = 100;
    private static final long MEGABYTE = 1_000_000;
    private static final long LOG_INTERVAL = Duration.ofSeconds(10).toNanos();
    private static final long LONGEST_GUESS = Duration.ofDays(10).toSeconds();

    private final PrintStream out;
    private final String task;
    private final long total;
    private final @Nullable ProgressBar bar;
    private final long begun = System.nanoTime();
    private long logged = begun;
    private long done;
    private String state = "";

    /**
     * @param task  what is done: {@code counting}
     * @param total how many bytes there are, or {@link #UNKNOWN}
     */
    public Progress(String task, long total) {
        this(task, total, System.err, onTerminal());
    }

    Progress(String task, long total, PrintStream out, boolean terminal) {
        this.out = out;
        this.task = task;
        this.total = total;
        this.bar = terminal ? bar(task, total, out) : null;
    }

    /** So many bytes more are done; fewer, where some were for nothing. */
    public void add(long bytes) {
        done = Math.max(0, done + bytes);
        if (bar != null) {
            bar.stepTo(done);
        } else if (System.nanoTime() - logged >= LOG_INTERVAL) {
            logged = System.nanoTime();
            out.println(line());
        }
    }

    /** What is told beside the bytes: {@code 3 of 12 shards}. */
    public void state(String text) {
        state = ", " + text;
        if (bar != null) {
            bar.setExtraMessage(state);
        }
    }

    /** Says something, without tearing the line that is being redrawn. */
    public void say(String text) {
        if (bar != null) {
            bar.pause();
            out.print("\r" + " ".repeat(WIDTH) + "\r");
        }
        out.println(text);
        if (bar != null) {
            bar.resume();
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }

    private String line() {
        double seconds = (System.nanoTime() - begun) * 1e-9;
        String rate = String.format(Locale.ROOT, "%s  %,d MB, %.0f MB/s%s", task, done / MEGABYTE,
                done / seconds / MEGABYTE, state);
        long left = Math.round(seconds / done * (total - done));
        if (total <= 0 || left > LONGEST_GUESS) {
            return rate;
        }
        return String.format(Locale.ROOT, "%s, %d %%, %d:%02d left", rate, 100 * done / total, left / 60, left % 60);
    }

    private static ProgressBar bar(String task, long total, PrintStream out) {
        return new ProgressBarBuilder().setTaskName(task).setInitialMax(total).setUnit(" MB", MEGABYTE)
                .showSpeed().setStyle(ProgressBarStyle.UNICODE_BLOCK).setUpdateIntervalMillis(200)
                .setConsumer(new ConsoleProgressBarConsumer(out, WIDTH)).build();
    }

    @SuppressWarnings("SystemConsoleNull") // it still is, where neither input nor output is a terminal
    private static boolean onTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
