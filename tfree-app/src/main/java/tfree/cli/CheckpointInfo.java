package tfree.cli;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tfree.checkpoint.Checkpoint;
import tfree.checkpoint.CheckpointContents;
import tfree.checkpoint.CheckpointContents.StoredRows;
import tfree.checkpoint.CheckpointContents.Weight;
import tfree.config.RunConfig;
import tfree.dictionary.WordList;
import tfree.file.Escapes;
import tfree.model.ArchitectureConfig;
import tfree.text.SpecialWords;
import tools.jackson.core.JsonGenerator;

/** What {@code tfree checkpoint info} tells. */
record CheckpointInfo(Checkpoint checkpoint, CheckpointContents contents) {
    private static final int FIRST_WORDS = 8;

    void write(Writer out, boolean parameters) throws IOException {
        RunConfig config = checkpoint.config();
        line(out, "folder", "%s", checkpoint.folder());
        line(out, "layout", "%s", contents.layout());
        line(out, "run", "%s", run());
        line(out, "architecture", "%s", architecture(config.architecture()));
        line(out, "parameters", "%,d in %,d tensors, %s, %s", contents.parameterCount(), contents.weights().size(),
                types(), megabytes(weightBytes()));
        line(out, "patterns", "%s", patterns(config));
        line(out, "dictionary", "%s", dictionary());
        line(out, "optimizer", "%s", contents.hasOptimizer()
                ? "AdamW's moments after %,d steps".formatted(checkpoint.state().optimizerSteps())
                : "none");
        if (checkpoint.hasContext()) {
            line(out, "training", "loss_pos_weight %s, loss_scale %s, weight_decay %s",
                    config.training().lossPosWeight(), config.training().lossScale(), config.training().weightDecay());
        }
        for (String missing : missing()) {
            line(out, "missing", "%s", missing);
        }
        for (Map.Entry<String, Long> file : contents.files().entrySet()) {
            line(out, "file", "%-44s %,15d", file.getKey(), file.getValue());
        }
        if (parameters) {
            for (Weight weight : contents.weights()) {
                line(out, "parameter", "%-60s %-4s %s", weight.name(), weight.type(), weight.shape());
            }
        }
    }

    private String run() {
        if (!checkpoint.hasContext()) {
            return "none: a model alone";
        }
        Checkpoint.State state = checkpoint.state();
        return "step %,d of %,d, after %,d samples".formatted(state.iterations(),
                checkpoint.config().training().iterations(), state.consumedSamples());
    }

    private static String architecture(ArchitectureConfig shape) {
        return "%d layer%s of width %,d, %d heads, %s of width %,d, %s norm, %s, %,d slots, sequence %,d, %s".formatted(
                shape.numLayers(), shape.numLayers() == 1 ? "" : "s", shape.hiddenSize(), shape.numAttentionHeads(),
                name(shape.mlpType()), shape.mlpWidth(), name(shape.norm()),
                shape.biasTerms() ? "biases" : "no biases", shape.vocabSize(), shape.sequenceLength(),
                name(shape.precision()));
    }

    private String patterns(RunConfig config) {
        if (config.tokenizer().doClassicTokenization()) {
            return "none: tokens";
        }
        RunConfig.Tokenizer tokenizer = config.tokenizer();
        StoredRows rows = contents.slotTable();
        return "%d slots a trigram, %d shared with the lower-cased one, by %s; mode %s; %s".formatted(
                tokenizer.vocabPopulation(), tokenizer.vocabPopulationPartialLowercase(), name(tokenizer.initialize()),
                name(config.tfree().splitMode()),
                rows == null ? "all rows computed"
                        : "%,d rows stored, %,d of %,d compared are as computed".formatted(rows.rows(), rows.equal(),
                                rows.compared()));
    }

    private String dictionary() {
        WordList words = contents.dictionary();
        if (words != null) {
            return "%,d words, %,d of them special: %s …".formatted(words.size(),
                    words.words().stream().filter(SpecialWords::isSpecial).count(),
                    IntStream.range(0, Math.min(FIRST_WORDS, words.size()))
                            .mapToObj(i -> Escapes.escape(words.word(i))).collect(Collectors.joining(" ")));
        }
        return contents.tokens() == null ? "none" : "%,d tokens of tokenizer.json".formatted(contents.tokens());
    }

    /** What is not there, and what that means. */
    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        contents.missingParameters().forEach(name -> missing.add(name + ": the model does not load"));
        contents.unknownParameters().forEach(name -> missing
                .add("a place for " + name + " in this architecture: the model does not load"));
        if (contents.dictionary() == null && contents.tokens() == null) {
            missing.add("dictionary: give tfree generate and eval one with --dictionary");
        }
        if (!checkpoint.hasContext()) {
            missing.add("context: train with training.load_context=false; rule likelihood needs --pos-weight");
        }
        if (!contents.hasOptimizer()) {
            missing.add("optimizer: train with training.load_optimizer_states=false");
        }
        return missing;
    }

    private String types() {
        return String.join(" and ", contents.weights().stream().map(weight -> name(weight.type()))
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    private long weightBytes() {
        return contents.weights().stream().mapToLong(Weight::bytes).sum();
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, bytes < 1_000_000 ? "%.3f MB" : "%,.1f MB", bytes / 1e6);
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    void writeJson(JsonGenerator json) {
        RunConfig config = checkpoint.config();
        json.writeStartObject();
        json.writeStringProperty("folder", checkpoint.folder().toString());
        json.writeStringProperty("layout", contents.layout());
        json.writeBooleanProperty("context", checkpoint.hasContext());
        json.writeNumberProperty("iterations", checkpoint.state().iterations());
        json.writeNumberProperty("consumed_samples", checkpoint.state().consumedSamples());
        json.writeNumberProperty("optimizer_steps", checkpoint.state().optimizerSteps());
        json.writeBooleanProperty("optimizer", contents.hasOptimizer());
        json.writeNumberProperty("vocab_size", config.architecture().vocabSize());
        json.writeNumberProperty("vocab_population", config.tokenizer().vocabPopulation());
        json.writeNumberProperty("vocab_population_partial_lowercase",
                config.tokenizer().vocabPopulationPartialLowercase());
        json.writeNumberProperty("hidden_size", config.architecture().hiddenSize());
        json.writeNumberProperty("num_layers", config.architecture().numLayers());
        json.writeNumberProperty("num_attention_heads", config.architecture().numAttentionHeads());
        json.writeNumberProperty("sequence_length", config.architecture().sequenceLength());
        json.writeStringProperty("precision", name(config.architecture().precision()));
        json.writeStringProperty("scoring_rule", name(config.scoring().rule()));
        json.writeNumberProperty("parameters", contents.parameterCount());
        json.writeNumberProperty("parameter_bytes", weightBytes());
        WordList words = contents.dictionary();
        json.writeNumberProperty("words", words == null ? 0 : words.size());
        json.writeArrayPropertyStart("tensors");
        for (Weight weight : contents.weights()) {
            json.writeStartObject();
            json.writeStringProperty("name", weight.name());
            json.writeStringProperty("type", weight.type().name());
            json.writeArrayPropertyStart("shape");
            weight.shape().forEach(json::writeNumber);
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("missing");
        missing().forEach(json::writeString);
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void line(Writer out, String name, String format, Object... values) throws IOException {
        out.write(String.format(Locale.ROOT, "%-13s ", name) + String.format(Locale.ROOT, format, values) + "\n");
    }
}
