package tfree.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import tfree.checkpoint.Checkpoint;
import tfree.checkpoint.SaveFolder;
import tfree.checkpoint.Units;
import tfree.config.ConfigException;
import tfree.config.RunConfig;
import tfree.config.RunConfig.TableInit;
import tfree.config.RunConfigFile;
import tfree.model.Transformer;

/**
 * The training loop: batches → loss and gradients → AdamW, with validation and checkpoints in between, and listeners that
 * are told of every step.
 *
 * <pre>
 * documents ─TrainingData→ Batch ─Transformer→ hidden ─SlotLoss→ gradients ─Optimizer→ parameters ↺
 * </pre>
 *
 * <p>Gradients of the micro-batches of a step are added, not averaged, as the original does; those of several ranks are
 * averaged ({@link DataParallel}), so that as many samples give the same step on any number of ranks. Native memory stays
 * flat: every micro-batch frees what it made, and every core works on documents of its own.
 */
public final class Trainer implements AutoCloseable {
    private final RunConfig config;
    private final Units units;
    private final RankGroup group;
    private final Transformer model;
    private final DataParallel ranks;
    private final Optimizer optimizer;
    private final LossScaler scaler;
    private final LearningRateSchedule schedule;
    private final GradientWorkers workers;
    private final TrainingData data;
    private final ValidationData validation;
    private final List<TrainingListener> listeners = new ArrayList<>();
    private long stepsDone;
    private long savedAt = -1;
    private double productRate; // of all ranks together; 0: not measured
    private volatile boolean stopping;

    /**
     * A run from its beginning, with fresh weights or those of a checkpoint.
     *
     * @param units  what the model says: goes into the checkpoints
     * @param loaded the checkpoint of {@code training.load_dir}; {@code load_context} and
     *               {@code load_optimizer_states} say what is taken beside the weights
     */
    public Trainer(RunConfig config, Units units, @Nullable Checkpoint loaded) throws IOException {
        this(config, units, loaded, RankGroup.alone());
    }

    /**
     * The same as one of several ranks, all of which call it.
     *
     * @param units of those of rank 0 alone anything is written
     * @param group stays the caller's
     */
    public Trainer(RunConfig config, Units units, @Nullable Checkpoint loaded, RankGroup group) throws IOException {
        this(config, units, loaded, config.training().loadContext(), config.training().loadOptimizerStates(), group);
    }

    /** Goes on with a run from one of its own checkpoints: with everything that it holds. */
    public static Trainer resume(RunConfig config, Units units, Checkpoint own) throws IOException {
        return resume(config, units, own, RankGroup.alone());
    }

    /** The same as one of several ranks, however many there were when the checkpoint was written. */
    public static Trainer resume(RunConfig config, Units units, Checkpoint own, RankGroup group) throws IOException {
        return new Trainer(config, units, own, true, true, group);
    }

    private Trainer(RunConfig config, Units units, @Nullable Checkpoint from, boolean takeContext,
            boolean takeOptimizerStates, RankGroup group) throws IOException {
        requireWorldSize(config, group.ranks());
        if (config.tokenizer().initialize() == TableInit.ORTHOGONAL) {
            throw new ConfigException("tokenizer.initialize: expected hash but was orthogonal; such a table depends on"
                    + " another library's random numbers and cannot be drawn here");
        }
        if (from != null) {
            requireSamePatterns(config.tokenizer(), from);
            requireContext(takeContext, takeOptimizerStates, from);
        }
        this.config = config;
        this.units = units;
        this.group = group;
        this.schedule = schedule(config);
        Objective objective = Objective.of(config, units);
        Checkpoint.State state = from != null && takeContext ? from.state() : Checkpoint.State.BEGINNING;
        this.stepsDone = state.iterations();
        this.scaler = new LossScaler(config.optimizer().lossScaler(), takeOptimizerStates ? state.lossScale() : null);
        this.data = new TrainingData(config, objective.encoders(), state.consumedSamples(), group);
        this.validation = new ValidationData(config, objective.encoders().get());
        this.model = Transformer.initialised(config.architecture(), config.training().seed());
        RunConfig.Optimizer adam = config.optimizer();
        this.ranks = new DataParallel(group, model.parameters(), adam.zero(), adam.allreduceBucketSize());
        this.optimizer = new Optimizer(model.parameters(), new Optimizer.Settings(adam.beta1(), adam.beta2(),
                adam.eps(), config.training().weightDecay(), adam.gradientClipping()), ranks.own(), ranks::overShares);
        this.workers = new GradientWorkers(model, objective.losses(), group.threads());
        if (from != null) {
            from.loadInto(model);
            if (takeOptimizerStates) {
                from.loadOptimizer(optimizer::restore);
            }
        }
        group.requireSame("as the hash of the configuration; start all with the same",
                RunConfigFile.toJson(config).hashCode());
        group.requireSame("items in data.prefix_paths; give all the same data", data.items());
        group.requireSame("steps done; have all read the same checkpoint", stepsDone);
        ranks.begin();
        model.refresh();
    }

    /** @throws ConfigException if other than these processes are to train, which changes the samples of a step */
    public static void requireWorldSize(RunConfig config, int ranks) {
        int expected = config.training().worldSize();
        if (expected != ranks) {
            throw new ConfigException(
                    ("training.world_size: expected %d processes but there %s %d; start as many, or set"
                            + " it to %d and gradient_accumulation_steps to what keeps a step's samples")
                            .formatted(expected,
                                    ranks == 1 ? "is" : "are", ranks, ranks));
        }
    }

    /** A published checkpoint is weights alone. */
    private static void requireContext(boolean takeContext, boolean takeOptimizerStates, Checkpoint from)
            throws IOException {
        if (takeContext && !from.hasContext()) {
            throw new ConfigException("training.load_context: expected false, since the checkpoint %s has no context,"
                    .formatted(from.folder()) + " but was true");
        }
        if (takeOptimizerStates && !from.hasOptimizer()) {
            throw new ConfigException(
                    "training.load_optimizer_states: expected false, since the checkpoint %s has none,"
                            .formatted(from.folder()) + " but was true");
        }
    }

    /** Weights mean nothing under other slots: the words' patterns have to be those of the checkpoint. */
    private static void requireSamePatterns(RunConfig.Tokenizer own, Checkpoint from) {
        RunConfig.Tokenizer saved = from.config().tokenizer();
        requireSame("do_classic_tokenization", saved.doClassicTokenization(), own.doClassicTokenization(), from);
        requireSame("vocab_size", saved.vocabSize(), own.vocabSize(), from);
        requireSame("vocab_population", saved.vocabPopulation(), own.vocabPopulation(), from);
        requireSame("vocab_population_partial_lowercase", saved.vocabPopulationPartialLowercase(),
                own.vocabPopulationPartialLowercase(), from);
        requireSame("entire_words", saved.entireWords(), own.entireWords(), from);
    }

    private static void requireSame(String field, Object saved, Object own, Checkpoint from) {
        if (!saved.equals(own)) {
            throw new ConfigException("tokenizer.%s: expected %s as in the checkpoint %s but was %s".formatted(field,
                    saved, from.folder(), own));
        }
    }

    private static LearningRateSchedule schedule(RunConfig config) {
        RunConfig.Schedule section = config.learningRateScheduler();
        Integer decay = section.learningRateDecayIters();
        return new LearningRateSchedule(section.learningRate(), section.learningRateMinimum(),
                section.learningRateDecayStyle(), decay == null ? config.training().iterations() : decay,
                section.learningRateWarmupSteps());
    }

    /** Adds who follows the run. */
    public void addListener(TrainingListener listener) {
        listeners.add(listener);
    }

    /**
     * Measures for half a second how fast matrices are multiplied here, in the run's precision on its threads, and says
     * from then on in {@link StepMetrics#mfu} how near the steps come. All ranks call it, or none.
     *
     * @return operations a second, all ranks together
     */
    public double measureProducts() {
        productRate = group.sums(ProductRate.measure(config.architecture().precision(), group.threads()))[0];
        return productRate;
    }

    /** The model in training. */
    public Transformer model() {
        return model;
    }

    /** What goes into the checkpoints beside the weights. */
    public Units units() {
        return units;
    }

    /** What the samples are made of, in words, and what is not seen of it. */
    public String dataSummary() {
        return data.summary();
    }

    /** The steps done so far, those of the checkpoint that was continued included. */
    public long stepsDone() {
        return stepsDone;
    }

    /**
     * Lets {@link #run} end after the step at work, on all ranks the same, with a checkpoint. May be called by any thread
     * of any rank.
     */
    public void stop() {
        stopping = true;
    }

    /**
     * Trains up to {@code training.iterations} steps, or until {@link #stop}.
     *
     * @return the last checkpoint, if {@code training.save_dir} names a place for it and this is rank 0
     * @throws IllegalStateException if the loss is no longer a number
     */
    public @Nullable Path run() throws IOException {
        Path saved = null;
        int iterations = config.training().iterations();
        while (stepsDone < iterations && !group.any(stopping)) {
            StepMetrics metrics = step();
            boolean last = stepsDone == iterations || group.any(stopping);
            if (!validation.isEmpty() && (last || due(config.tfree().validationInterval()))) {
                metrics = metrics.withValidationLoss(validation.loss(workers, group));
            }
            for (TrainingListener listener : listeners) {
                listener.onStep(metrics);
            }
            Integer saveInterval = config.training().saveInterval();
            if (!last && saveInterval != null && due(saveInterval)) {
                saved = save();
            }
        }
        boolean standsOnDisk = savedAt == stepsDone;
        saved = config.training().saveDir() == null || standsOnDisk ? saved : save();
        group.meet(); // a rank that ends well says that the checkpoint stands
        return saved;
    }

    private boolean due(int interval) {
        return interval > 0 && stepsDone % interval == 0;
    }

    private StepMetrics step() {
        long begun = System.nanoTime();
        int micro = config.training().gradientAccumulationSteps();
        Integer statisticsEvery = config.training().statisticsEverySteps();
        boolean measure = group.first() && statisticsEvery != null && (stepsDone + 1) % statisticsEvery == 0;
        double scale = scaler.scale() * config.training().lossScale() / group.ranks(); // the ranks' sum is their mean
        ActivationStatistics activations = null;
        double loss = 0;
        long words = 0;
        double operations = 0;
        long waited = 0;
        for (int i = 0; i < micro; i++) {
            long asked = System.nanoTime();
            Batch batch = data.next();
            waited += System.nanoTime() - asked;
            words += batch.positions();
            operations += Arithmetic.operations(config.architecture(), batch);
            if (measure && i == 0) {
                activations = workers.statistics(batch);
            }
            loss += workers.addGradients(batch, scale) / micro;
        }
        stepsDone++;
        double learningRate = schedule.at(stepsDone);
        long summed = System.nanoTime();
        ranks.sumGradients(workers.gradients());
        long stepped = System.nanoTime();
        double norm = optimizer.step(learningRate, workers.gradients(), scaler.scale());
        boolean goesOn = scaler.goesOnAfter(Double.isFinite(norm));
        long moved = System.nanoTime();
        ranks.shareParameters();
        double[] all = group.sums(loss, (double) words, operations);
        double exchanged = (stepped - summed + System.nanoTime() - moved) * 1e-9;
        model.refresh();
        loss = all[0] / group.ranks();
        if (!Double.isFinite(loss) || !goesOn) {
            throw new IllegalStateException(("step %d: expected a finite loss and gradient but was %s and %s;"
                    + " lower learning_rate_scheduler.learning_rate or set optimizer.gradient_clipping")
                    .formatted(stepsDone, loss, norm));
        }
        double seconds = (System.nanoTime() - begun) * 1e-9;
        return new StepMetrics(stepsDone, loss, all[1] / seconds, learningRate, norm, seconds, waited * 1e-9,
                group.ranks() == 1 ? null : exchanged,
                productRate == 0 ? null : all[2] / seconds / productRate, ResidentMemory.bytes(), data.epochs(), null,
                activations);
    }

    private @Nullable Path save() throws IOException {
        String saveDir = config.training().saveDir();
        if (saveDir == null) {
            throw new IllegalStateException("training.save_interval is given but training.save_dir is not");
        }
        Map<String, Tensor> first = ranks.gathered(optimizer.firstMoments());
        Map<String, Tensor> second = ranks.gathered(optimizer.secondMoments());
        savedAt = stepsDone;
        try {
            if (!group.first()) {
                return null;
            }
            Path saved = Checkpoint.save(Path.of(saveDir), config, units, model, first, second,
                    new Checkpoint.State(stepsDone, data.consumed(), optimizer.steps(), scaler.state()));
            Integer keep = config.tfree().keepCheckpoints();
            if (keep != null) {
                new SaveFolder(Path.of(saveDir)).keepNewest(keep);
            }
            listeners.forEach(listener -> listener.onSaved(saved));
            return saved;
        } finally {
            first.values().forEach(Tensor::close);
            second.values().forEach(Tensor::close);
        }
    }

    @Override
    public void close() throws IOException {
        data.close();
        workers.close();
        optimizer.close();
        model.close();
    }
}
