package tfree.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tfree.config.ConfigException;
import tfree.dictionary.WordList;
import tfree.model.ParameterSpec;
import tfree.model.Tensors;
import tfree.token.TokenizerFile;

/**
 * What a checkpoint holds, as far as that can be said without reading its numbers.
 *
 * @param layout            what its layout is called
 * @param weights           its tensors, in the file's order
 * @param missingParameters parameters of its architecture that it lacks
 * @param unknownParameters tensors that are no parameters of its architecture, or of another shape
 * @param dictionary        the words that it may say; null when it has none, or says tokens
 * @param tokens            the tokens that it may say; null when it says words
 * @param slotTable         the rows of the slot table that are stored; null when all are computed
 * @param hasOptimizer      whether there is an optimizer's state
 * @param files             bytes of each file, by its path within the folder
 */
public record CheckpointContents(String layout, List<Weight> weights, List<String> missingParameters,
        List<String> unknownParameters, @Nullable WordList dictionary, @Nullable Integer tokens,
        @Nullable StoredRows slotTable, boolean hasOptimizer, Map<String, Long> files) {

    /** One tensor. */
    public record Weight(String name, ElementType type, List<Long> shape) {
        /** How many numbers it has. */
        public long count() {
            return shape.stream().reduce(1L, (a, b) -> a * b);
        }

        /** How many bytes they take. */
        public long bytes() {
            return count() * type.bytes();
        }
    }

    /**
     * Rows of the slot table.
     *
     * @param rows     how many are stored, from trigram 0 on
     * @param compared how many of these were compared with the computed ones
     * @param equal    how many are the same
     */
    public record StoredRows(long rows, int compared, int equal) {}

    /** How many numbers the parameters hold together. */
    public long parameterCount() {
        return weights.stream().mapToLong(Weight::count).sum();
    }

    static CheckpointContents of(Checkpoint checkpoint, Layout layout) throws IOException {
        List<Weight> weights = new ArrayList<>();
        checkpoint.withWeights(tensors -> tensors.forEach((name, tensor) -> weights
                .add(new Weight(name, ElementType.of(tensor), Tensors.shape(tensor)))));
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        weights.forEach(weight -> shapes.put(weight.name(), weight.shape()));
        List<String> missing = new ArrayList<>();
        List<String> unknown = new ArrayList<>(shapes.keySet());
        for (ParameterSpec spec : ParameterSpec.of(checkpoint.config().architecture())) {
            if (spec.shape().equals(shapes.get(spec.name()))) {
                unknown.remove(spec.name());
            } else {
                missing.add(spec.name());
            }
        }
        boolean classic = checkpoint.config().tokenizer().doClassicTokenization();
        WordList words = !classic && checkpoint.hasDictionary() ? checkpoint.dictionary() : null;
        return new CheckpointContents(layout.description(), List.copyOf(weights), missing, unknown, words,
                classic ? tokens(checkpoint) : null, classic ? null : layout.storedRows(), checkpoint.hasOptimizer(),
                files(checkpoint.folder()));
    }

    private static int tokens(Checkpoint checkpoint) throws IOException {
        if (!(checkpoint.units() instanceof Units.Tokens(TokenizerFile tokenizer))) {
            throw new ConfigException(checkpoint.folder() + ": expected a tokenizer but there is none");
        }
        try (tokenizer) {
            return tokenizer.size();
        }
    }

    private static Map<String, Long> files(Path folder) throws IOException {
        Map<String, Long> sizes = new LinkedHashMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                sizes.put(folder.relativize(file).toString().replace('\\', '/'), Files.size(file));
            }
        }
        return sizes;
    }
}
