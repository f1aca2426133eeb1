package tfree.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
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
import tfree.train.RankEnvironment;
import tfree.train.RankGroup;
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

    @Option(names = "--processes", paramLabel = "N", defaultValue = "1", //
            description = "Train in N processes on this machine; docs/scale-out.md has those of several machines.")
    private int processes;

    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (processes != 1) {
            return launch();
        }
        RankGroup group = RankGroup.ofEnvironment();
        RunConfig run = configuration(group.ranks());
        Path saveDir = saveDir(run);
        boolean goesOn = resume && new SaveFolder(saveDir).hasLatest();
        try (Trainer trainer = goesOn ? resumed(run, saveDir, group) : begun(run, group);
                Interrupt _ = new Interrupt(trainer::stop)) {
            LocalRanks.watchLauncher(trainer::stop);
            double products = trainer.measureProducts();
            if (group.first()) {
                runAndReport(run, saveDir, trainer, goesOn, products);
            } else {
                trainer.run();
            }
        }
        return 0;
    }

    private int launch() throws IOException {
        if (processes < 1) {
            throw new IllegalArgumentException("--processes: expected at least 1 but was " + processes);
        }
        if (RankEnvironment.of(System.getenv()) != null) {
            throw new IllegalArgumentException("--processes: this process is a rank of several already, as WORLD_SIZE"
                    + " in its environment says; leave one of them out");
        }
        RunConfig run = configuration(processes);
        Path folder = saveDir(run);
        Files.createDirectories(folder);
        return LocalRanks.run(processes, ownArguments(), folder);
    }

    /** Those of this call, without the number of processes. */
    private List<String> ownArguments() {
        List<String> arguments = new ArrayList<>();
        if (spec != null) {
            arguments.addAll(spec.root().commandLine().getParseResult().originalArgs());
        }
        int at = arguments.indexOf("--processes");
        if (at >= 0) {
            arguments.subList(at, at + 2).clear();
        }
        arguments.removeIf(argument -> argument.startsWith("--processes="));
        return arguments;
    }

    /** A file that says nothing of the number of processes goes with any. */
    private RunConfig configuration(int ranks) throws IOException {
        RunConfig run = RunConfigFile.read(config, overrides);
        if (ranks > 1 && run.training().worldSize() == 1) {
            List<String> all = new ArrayList<>(overrides);
            all.add("training.world_size=" + ranks);
            return RunConfigFile.read(config, all);
        }
        Trainer.requireWorldSize(run, ranks);
        return run;
    }

    private void runAndReport(RunConfig run, Path saveDir, Trainer trainer, boolean goesOn, double products)
            throws IOException {
        Files.createDirectories(saveDir);
        try (MetricsFile metrics = new MetricsFile(saveDir, trainer.stepsDone());
                TensorBoardFile board = board(run, saveDir);
                TrainingProgress progress = new TrainingProgress(trainer.stepsDone(), run.training().iterations())) {
            warnOfIgnoredFields(run);
            if (resume) {
                progress.say(goesOn ? "goes on behind step " + trainer.stepsDone() : "no checkpoint yet: begins");
            }
            progress.say("data: " + trainer.dataSummary());
            progress.say("matrix products here: %.0f GFLOP/s in %s; MFU is the steps' share of it".formatted(
                    products * 1e-9, run.architecture().precision().name().toLowerCase(Locale.ROOT)));
            if (run.training().worldSize() > 1) {
                progress.say("%d processes; a step has %,d samples".formatted(run.training().worldSize(),
                        run.training().samplesOfStep()));
            }
            trainer.addListener(metrics);
            if (board != null) {
                trainer.addListener(board);
            }
            trainer.addListener(progress);
            trainer.addListener(new TextSamples(run, trainer, progress));
            trainer.run();
            if (trainer.stepsDone() < run.training().iterations()) {
                progress.say("stopped after step " + trainer.stepsDone() + "; go on with --resume");
            }
        }
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

    private static Trainer begun(RunConfig run, RankGroup group) throws IOException {
        String loadDir = run.training().loadDir();
        Checkpoint loaded = loadDir == null ? null : Checkpoint.open(Path.of(loadDir));
        return new Trainer(run, group.first() ? RunUnits.begin(run, loaded) : RunUnits.ofOtherRank(run, loaded), loaded,
                group);
    }

    private static Trainer resumed(RunConfig run, Path saveDir, RankGroup group) throws IOException {
        Checkpoint own = Checkpoint.open(saveDir);
        return Trainer.resume(run, group.first() ? RunUnits.resume(run, own) : RunUnits.ofOtherRank(run, own), own,
                group);
    }
}
