package tfree.console;

import java.io.Console;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import tfree.train.StepMetrics;
import tfree.train.TrainingListener;

/**
 * A training run's progress on standard error: one line that is redrawn on a terminal; elsewhere a line every few
 * seconds, for logs.
 */
public final class TrainingProgress implements TrainingListener, AutoCloseable {
    private static final int WIDTH = 118;
    private static final long LOG_INTERVAL = Duration.ofSeconds(10).toNanos();

    private final PrintStream out;
    private final long begun = System.nanoTime();
    private final long firstStep;
    private final long steps;
    private final @Nullable ProgressBar bar;
    private double smoothedLoss = Double.NaN;
    private @Nullable Double validationLoss;
    private long logged = begun;

    /**
     * @param done  steps that were done before
     * @param steps the number of the last one
     */
    public TrainingProgress(long done, long steps) {
        this.out = System.err;
        this.firstStep = done;
        this.steps = steps;
        this.bar = onTerminal() ? bar(done, steps) : null;
    }

    @SuppressWarnings("SystemConsoleNull") // it still is, where neither input nor output is a terminal
    private static boolean onTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    private static ProgressBar bar(long done, long steps) {
        return new ProgressBarBuilder().setTaskName("training").setInitialMax(steps).startsFrom(done, Duration.ZERO)
                .setStyle(ProgressBarStyle.UNICODE_BLOCK).setUpdateIntervalMillis(200)
                .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH)).build();
    }

    @Override
    public void onStep(StepMetrics metrics) {
        smoothedLoss = Double.isNaN(smoothedLoss) ? metrics.loss() : 0.95 * smoothedLoss + 0.05 * metrics.loss();
        if (metrics.validationLoss() != null) {
            validationLoss = metrics.validationLoss();
        }
        String state = String.format(Locale.ROOT, "loss %.4f%s, %.0f words/s%s%s", smoothedLoss,
                validationLoss == null ? "" : String.format(Locale.ROOT, " (held back %.4f)", validationLoss),
                metrics.wordsPerSecond(),
                metrics.mfu() == null ? "" : String.format(Locale.ROOT, ", MFU %.0f %%", 100 * metrics.mfu()),
                metrics.residentBytes() == null ? ""
                        : String.format(Locale.ROOT, ", %.1f GB", metrics.residentBytes() * 1e-9));
        long now = System.nanoTime();
        if (bar != null) {
            bar.stepTo(metrics.step());
            bar.setExtraMessage(state);
        } else if (now - logged >= LOG_INTERVAL || metrics.step() == steps || metrics.step() == firstStep + 1) {
            logged = now;
            double left = (now - begun) * 1e-9 / (metrics.step() - firstStep) * (steps - metrics.step());
            out.printf(Locale.ROOT, "step %d/%d  %s  %d:%02d left%n", metrics.step(), steps, state, (long) left / 60,
                    (long) left % 60);
        }
    }

    /** Says something without tearing the line that is being redrawn. */
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
    public void onSaved(Path checkpoint) {
        say("checkpoint " + checkpoint);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
