package tfree.config;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tfree.dictionary.Scoring;
import tfree.dictionary.ScoringRule;
import tfree.model.ArchitectureConfig;
import tfree.text.SpecialWords;
import tfree.text.SplitMode;
import tfree.trigram.TokenizerConfig;

/**
 * The whole configuration of a run: one record a section, with the original's field names in camel case. Defaults stand
 * in {@code defaults.yml} and {@code trainer-defaults.yml}; {@link RunConfigFile} reads and writes.
 *
 * @param tfree what the original does not know; never written to the original's files
 */
public record RunConfig(ArchitectureConfig architecture, Tokenizer tokenizer, Data data, Training training,
        Optimizer optimizer, Schedule learningRateScheduler, Logger logger, TFree tfree) {

    public RunConfig {
        agree("vocab_size", architecture.vocabSize(), tokenizer.vocabSize());
        agree("sequence_length", architecture.sequenceLength(), tokenizer.sequenceLength());
        if (!tokenizer.doClassicTokenization() && !tokenizer.endOfText().equals(SpecialWords.END_OF_TEXT)) {
            throw new ConfigException("tokenizer.end_of_text: expected %s but was %s; texts end with no other word"
                    .formatted(SpecialWords.END_OF_TEXT, tokenizer.endOfText()));
        }
        if (!data.pretraining() && (!training.resetAttentionMask() || data.resetPositionIds())) {
            throw new ConfigException("data.pretraining: false (instruction data) needs training.reset_attention_mask:"
                    + " true and data.reset_position_ids: false");
        }
    }

    private static void agree(String field, int architecture, int tokenizer) {
        if (architecture != tokenizer) {
            throw new ConfigException("tokenizer.%s: expected the architecture's %d but was %d".formatted(field,
                    architecture, tokenizer));
        }
    }

    /** What the encoder needs to know: the tokenizer's section with the splitting mode. */
    public TokenizerConfig encoding() {
        return new TokenizerConfig(tokenizer.vocabSize, tokenizer.vocabPopulation,
                tokenizer.vocabPopulationPartialLowercase, tokenizer.lowercase, tokenizer.entireWords,
                tfree.splitMode);
    }

    /** How activations choose words by default; contrast with the edge weight 1 of the published models. */
    public Scoring scoring() {
        return new Scoring(tfree.scoringRule, 1, training.lossPosWeight, tfree.refinementSteps);
    }

    public record Tokenizer(boolean lowercase, int vocabSize, int sequenceLength, int vocabPopulation,
            int vocabPopulationPartialLowercase, boolean doClassicTokenization, String prefixPathTokenizerFile,
            long seed, TableInit initialize, boolean entireWords, String endOfText, double wordEdgeWeight,
            @Nullable String cacheDir) {
        public Tokenizer {
            positive("tokenizer.vocab_size", vocabSize);
            positive("tokenizer.sequence_length", sequenceLength);
            positive("tokenizer.vocab_population", vocabPopulation);
        }
    }

    /** How the table of trigram rows comes about. */
    public enum TableInit { HASH, ORTHOGONAL }

    public record Data(long seed, int sequenceLength, List<String> prefixPaths, boolean pretraining,
            String prefixPathTokenizerFile, boolean resetPositionIds) {
        public Data {
            positive("data.sequence_length", sequenceLength);
            prefixPaths = List.copyOf(prefixPaths);
        }
    }

    /**
     * @param dataloaderNumWorkers threads that fill batches ahead; as the order does not depend on them, 0, the
     *                             original's default, means one too
     */
    public record Training(int iterations, int worldSize, int microBatchSize, int gradientAccumulationSteps,
            @Nullable String saveDir, @Nullable Integer saveInterval, @Nullable String loadDir,
            boolean loadOptimizerStates, boolean loadContext, double weightDecay, double lossPosWeight,
            double lossScale, int dataloaderNumWorkers, boolean dataloaderPinMemory,
            @Nullable Integer determinedExperimentId, @Nullable Integer determinedTrialId, long seed, boolean profile,
            boolean resetAttentionMask, boolean gatherWordStatistics, @Nullable Integer statisticsEverySteps) {
        public Training {
            positive("training.iterations", iterations);
            positive("training.world_size", worldSize);
            positive("training.micro_batch_size", microBatchSize);
            positive("training.gradient_accumulation_steps", gradientAccumulationSteps);
            positive("training.loss_pos_weight", lossPosWeight);
            positive("training.loss_scale", lossScale);
            if (dataloaderNumWorkers < 0) {
                throw new ConfigException(
                        "training.dataloader_num_workers: expected 0 or more but was " + dataloaderNumWorkers);
            }
            if (saveInterval != null) {
                positive("training.save_interval", saveInterval);
            }
            if (statisticsEverySteps != null) {
                positive("training.statistics_every_steps", statisticsEverySteps);
            }
        }

        /** How many samples all processes together take for a step. */
        public long samplesOfStep() {
            return (long) worldSize * microBatchSize * gradientAccumulationSteps;
        }
    }

    public record Optimizer(double beta1, double beta2, double eps, double gradientClipping, long allreduceBucketSize,
            boolean zero, boolean zeroSaveStatic, boolean debugLog, LossScaler lossScaler) {
        public Optimizer {
            if (!(gradientClipping >= 0)) {
                throw new ConfigException("optimizer.gradient_clipping: expected 0 (off) or a positive norm but was "
                        + gradientClipping);
            }
        }
    }

    public record LossScaler(boolean enable, double initialScale, int window, double hysteresis,
            boolean consecutiveHysteresis, double minScale, double factor) {}

    public record Schedule(double learningRate, double learningRateMinimum, DecayStyle learningRateDecayStyle,
            @Nullable Integer learningRateDecayIters, int learningRateWarmupSteps) {}

    /** The shape of the learning rate after warm-up. */
    public enum DecayStyle { COSINE, LINEAR, CONSTANT }

    public record Logger(String logLevel, @Nullable String logDir, @Nullable List<Integer> metricsRanks,
            boolean useWandb, @Nullable List<Integer> wandbRanks, @Nullable String wandbHost,
            @Nullable String wandbTeam, @Nullable String wandbProject, @Nullable String wandbGroup,
            @Nullable String wandbApiKey, boolean useTensorboard, @Nullable List<Integer> tensorboardRanks,
            @Nullable List<Integer> determinedMetricsRanks) {}

    /**
     * The section that is this project's own.
     *
     * @param validationPrefixPaths memory maps that are held back from training
     * @param validationInterval    steps between two validations; 0: only at the end
     * @param dictionary            the words that decoding may produce: a dictionary file; goes into the checkpoint
     * @param dictionaryFrom        whose words they are where no file is named
     * @param scoringRule           how the checkpoint's activations choose words by default
     * @param refinementSteps       the {@code likelihood} rule's refinement steps
     * @param sampleInterval        steps between two text samples; 0: none
     * @param keepCheckpoints       how many checkpoints stay, the newest; null: all
     */
    public record TFree(SplitMode splitMode, List<String> validationPrefixPaths, int validationInterval,
            @Nullable String dictionary, DictionaryFrom dictionaryFrom, ScoringRule scoringRule, int refinementSteps,
            int sampleInterval, List<String> samplePrompts, @Nullable Integer keepCheckpoints) {
        public TFree {
            if (keepCheckpoints != null) {
                positive("tfree.keep_checkpoints", keepCheckpoints);
            }
            validationPrefixPaths = List.copyOf(validationPrefixPaths);
            samplePrompts = List.copyOf(samplePrompts);
        }
    }

    /** The words of a run's own data, of the checkpoint that it loads, or of both. */
    public enum DictionaryFrom {
        DATA, CHECKPOINT, BOTH
    }

    private static void positive(String field, double value) {
        if (!(value > 0)) {
            throw new ConfigException("%s: expected a positive number but was %s".formatted(field,
                    value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value)));
        }
    }
}
