package tfree.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tfree.checkpoint.Checkpoint;
import tfree.checkpoint.SaveFolder;
import tfree.config.ConfigException;
import tfree.config.IgnoredFields;
import tfree.config.RunConfig;
import tfree.config.RunConfigFile;
import tfree.console.Interrupt;
import tfree.console.TextSamples;
import tfree.console.TrainingProgress;
import tfree.train.MetricsFile;
import tfree.train.RunUnits;
import tfree.train.TensorBoardFile;
import tfree.train.Trainer;

@Command(name = "train", mixinStandardHelpOptions = true, //
        description = "Train a model: memory maps in, checkpoints and metrics.jsonl out.")
final class TrainCommand implements Callable<Integer> {
    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The run's configuration, YAML.")
    private Path config = Path.of("");

    @Option(names = "--set", paramLabel = "SECTION.FIELD=VALUE", description = "Override a field; may be repeated.")
    private List<String> overrides = new ArrayList<>();

    @Option(names = "--resume", //
            description = "Go on from the latest checkpoint in training.save_dir; without one, begin.")
    private boolean resume;

    @Override
    public Integer call() throws IOException {
        RunConfig run = RunConfigFile.read(config, overrides);
        Path saveDir = saveDir(run);
        Files.createDirectories(saveDir);
        boolean goesOn = resume && new SaveFolder(saveDir).hasLatest();
        try (Trainer trainer = goesOn ? resumed(run, saveDir) : begun(run);
                MetricsFile metrics = new MetricsFile(saveDir, trainer.stepsDone());
                TensorBoardFile board = board(run, saveDir);
                TrainingProgress progress = new TrainingProgress(trainer.stepsDone(), run.training().iterations());
                Interrupt interrupt = new Interrupt(trainer::stop)) {
            warnOfIgnoredFields(run);
            if (resume) {
                progress.say(goesOn ? "goes on behind step " + trainer.stepsDone() : "no checkpoint yet: begins");
            }
            progress.say("data: " + trainer.dataSummary());
            trainer.addListener(metrics);
            if (board != null) {
                trainer.addListener(board);
            }
            trainer.addListener(progress);
            trainer.addListener(new TextSamples(run, trainer, progress));
            trainer.run();
            if (interrupt.requested()) {
                progress.say("stopped after step " + trainer.stepsDone() + "; go on with --resume");
            }
        }
        return 0;
    }

    private static void warnOfIgnoredFields(RunConfig run) {
        List<String> ignored = IgnoredFields.setIn(run);
        if (!ignored.isEmpty()) {
            System.err.println("tfree: these fields change nothing here (docs/train.md says why): "
                    + String.join(", ", ignored));
        }
    }

    private Path saveDir(RunConfig run) {
        String saveDir = run.training().saveDir();
        if (saveDir == null) {
            throw new ConfigException("training.save_dir: expected a folder for checkpoints but it is missing");
        }
        Path folder = Path.of(saveDir);
        if (!resume && new SaveFolder(folder).hasLatest()) {
            throw new ConfigException("training.save_dir: " + folder + " holds checkpoints of an earlier run;"
                    + " go on with --resume, or choose another folder");
        }
        return folder;
    }

    private static @Nullable TensorBoardFile board(RunConfig run, Path saveDir) throws IOException {
        String logDir = run.logger().logDir();
        return run.logger().useTensorboard()
                ? new TensorBoardFile(logDir == null ? saveDir.resolve("tensorboard") : Path.of(logDir)) : null;
    }

    private static Trainer begun(RunConfig run) throws IOException {
        String loadDir = run.training().loadDir();
        Checkpoint loaded = loadDir == null ? null : Checkpoint.open(Path.of(loadDir));
        return new Trainer(run, RunUnits.begin(run, loaded), loaded);
    }

    private static Trainer resumed(RunConfig run, Path saveDir) throws IOException {
        Checkpoint own = Checkpoint.open(saveDir);
        return Trainer.resume(run, RunUnits.resume(run, own), own);
    }
}
