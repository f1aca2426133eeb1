package tfree.checkpoint;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Named tensors of a mapped file. */
public interface SavedTensors extends AutoCloseable {
    /** The tensors in the file's order: read-only views, gone once this object is closed. */
    Map<String, Tensor> tensors();

    /** Frees the views and the mapping. */
    @Override
    void close();
}
