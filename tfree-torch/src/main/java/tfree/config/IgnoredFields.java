package tfree.config;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Fields that a configuration may hold and that change nothing here, each with what happens instead. They are read and
 * checked like all others, so that the original's files load as they are.
 */
public final class IgnoredFields {
    private static final String NO_WANDB = "Weights & Biases has no library on the JVM; metrics.jsonl and TensorBoard files are what there is";
    private static final String NO_DETERMINED = "the trainer does not report to Determined";

    /** By section and field. */
    static final Map<String, String> REASONS = new TreeMap<>(Map.ofEntries(
            Map.entry("architecture.use_flash", "attention always runs fused, with the same result"),
            Map.entry("tokenizer.seed", "of the orthogonal table, which is not drawn here"),
            Map.entry("tokenizer.cache_dir", "rows of the slot table are computed when they are needed"),
            Map.entry("data.seed", "the order of samples follows training.seed"),
            Map.entry("data.prefix_path_tokenizer_file", "tokenizer.prefix_path_tokenizer_file says it"),
            Map.entry("training.dataloader_pin_memory", "of no use on the CPU"),
            Map.entry("training.determined_experiment_id", NO_DETERMINED),
            Map.entry("training.determined_trial_id", NO_DETERMINED),
            Map.entry("training.profile", "there is no profiler yet"),
            Map.entry("training.gather_word_statistics", "the dictionary counts the words of the data"),
            Map.entry("optimizer.zero_save_static",
                    "a checkpoint holds the whole state of the optimizer, for any number of processes"),
            Map.entry("optimizer.debug_log", "metrics.jsonl has the norms"),
            Map.entry("logger.log_level", "progress and warnings go to standard error"),
            Map.entry("logger.metrics_ranks", "rank 0 writes the metrics of all"),
            Map.entry("logger.use_wandb", NO_WANDB),
            Map.entry("logger.wandb_ranks", NO_WANDB),
            Map.entry("logger.wandb_host", NO_WANDB),
            Map.entry("logger.wandb_team", NO_WANDB),
            Map.entry("logger.wandb_project", NO_WANDB),
            Map.entry("logger.wandb_group", NO_WANDB),
            Map.entry("logger.wandb_api_key", NO_WANDB),
            Map.entry("logger.tensorboard_ranks", "rank 0 writes the metrics of all"),
            Map.entry("logger.determined_metrics_ranks", NO_DETERMINED)));

    private IgnoredFields() {}

    /** All of them, by section and field: {@code training.profile}. */
    public static List<String> names() {
        return List.copyOf(REASONS.keySet());
    }

    /** Those that the configuration sets to something else than a default: whoever set them should know. */
    public static List<String> setIn(RunConfig config) {
        Map<String, @Nullable Object> values = SectionReader.flat(config);
        Map<String, @Nullable Object> defaults = RunConfigFile.defaults();
        Map<String, @Nullable Object> trainers = RunConfigFile.trainerDefaults();
        return REASONS.keySet().stream().filter(field -> differ(values.get(field), defaults.get(field))
                && !(trainers.containsKey(field) && !differ(values.get(field), trainers.get(field)))).toList();
    }

    /** By their texts: YAML's number of a default may be of another width. */
    private static boolean differ(@Nullable Object value, @Nullable Object defaultValue) {
        return !String.valueOf(value).equals(String.valueOf(defaultValue));
    }
}
