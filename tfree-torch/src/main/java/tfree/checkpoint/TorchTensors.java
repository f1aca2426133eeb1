package tfree.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import tfree.model.TensorScope;

/** The tensors of a {@code .pt} file that a {@code state_dict()} was saved to. */
final class TorchTensors implements SavedTensors {
    private final TorchFile file;
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    private TorchTensors(TorchFile file) throws IOException {
        this.file = file;
        try (TensorScope scope = new TensorScope()) {
            file.stateDict().forEach((name, stored) -> tensors.put(name, scope.keep(stored.view())));
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // the file's owner is the returned object
    static TorchTensors open(Path path) throws IOException {
        TorchFile file = TorchFile.open(path);
        try {
            return new TorchTensors(file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public Map<String, Tensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    @Override
    public void close() {
        tensors.values().forEach(Tensor::close);
        file.close();
    }
}
