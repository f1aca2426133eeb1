package tfree.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import tfree.config.RunConfig;
import tfree.file.AtomicFile;
import tfree.file.CorruptFileException;
import tfree.model.TensorScope;
import tfree.model.Transformer;

/**
 * A checkpoint in the other layout. Tensors go from mapped file to file and keep their bits, so a checkpoint may be larger
 * than the memory. Of a checkpoint with context a save folder is made, otherwise an iteration's.
 *
 * <pre>{@code
 * Checkpoint published = Checkpoint.open(Path.of("t-free-7b"));
 * Conversion.toOwn(published, published.units(), Path.of("mine"));
 * }</pre>
 */
public final class Conversion {
    /** Kept as they are: the random states of a run in the original, which mean nothing here. */
    private static final String CONTEXTS = "context_global_rank_[0-9]+\\.pt";

    private final Checkpoint from;
    private final Units units;

    private Conversion(Checkpoint from, Units units) {
        this.from = from;
        this.units = units;
    }

    /**
     * Writes a checkpoint of either layout in the project's own.
     *
     * @param units what the model shall say
     * @param place nothing may stand there; it appears complete
     * @throws CorruptFileException if the weights do not fit the architecture
     */
    public static void toOwn(Checkpoint from, Units units, Path place) throws IOException {
        Conversion conversion = new Conversion(from, units);
        conversion.put(place, conversion::writeOwn);
    }

    /**
     * Writes a checkpoint of either layout in the original's.
     *
     * @param slotTableRows how many rows of the slot table: all for the original to read it, none for this project, which
     *                      computes them
     */
    public static void toOriginal(Checkpoint from, Units units, Path place, int slotTableRows) throws IOException {
        Conversion conversion = new Conversion(from, units);
        conversion.put(place, folder -> conversion.writeOriginal(folder, slotTableRows));
    }

    private void put(Path place, SaveFolder.Content content) throws IOException {
        from.requireLoadable();
        SaveFolder.writeWhole(place, from.hasContext()
                ? partial -> new SaveFolder(partial).put(from.state().iterations(), content)
                : content);
    }

    /** Of a run in a lower precision the fp32 values are taken that its optimizer steps on. */
    private void writeOwn(Path folder) throws IOException {
        OwnLayout layout = new OwnLayout(folder);
        RunConfig config = from.config();
        from.withTrainedWeights(weights -> layout.writeModel(config, units, weights));
        if (from.hasContext()) {
            layout.writeContext(config, from.state());
            copyContexts(folder);
        }
        if (from.hasOptimizer()) {
            from.loadOptimizer((first, second, _) -> layout.writeOptimizer(first, second));
        }
    }

    /** Of a run the weights go out in the architecture's precision, and in fp32 beside the optimizer's moments. */
    private void writeOriginal(Path folder, int slotTableRows) throws IOException {
        OriginalLayout layout = new OriginalLayout(folder);
        RunConfig config = from.config();
        if (from.hasOptimizer()) {
            from.withTrainedWeights(weights -> {
                try (TensorScope _ = new TensorScope()) {
                    ScalarType precision = Transformer.type(config.architecture().precision());
                    layout.writeModel(config, units, converted(weights, precision), slotTableRows);
                    Map<String, Tensor> floats = converted(weights, ScalarType.Float);
                    from.loadOptimizer((first, second, _) -> layout.writeOptimizer(config, from.state(), floats, first,
                            second));
                }
            });
        } else {
            from.withWeights(weights -> layout.writeModel(config, units, weights, slotTableRows));
        }
        if (from.hasContext()) {
            layout.writeContext(config, from.state());
            copyContexts(folder);
        }
    }

    /** Those of the type already are not copied. */
    private static Map<String, Tensor> converted(Map<String, Tensor> weights, ScalarType type) {
        Map<String, Tensor> converted = new LinkedHashMap<>();
        weights.forEach((name, tensor) -> converted.put(name, tensor.to(type)));
        return converted;
    }

    private void copyContexts(Path folder) throws IOException {
        for (Path kept : new OriginalLayout(from.folder()).files(OriginalLayout.CONTEXT, CONTEXTS)) {
            AtomicFile.write(folder.resolve(OriginalLayout.CONTEXT).resolve(kept.getFileName()),
                    Files.readAllBytes(kept));
        }
    }
}
