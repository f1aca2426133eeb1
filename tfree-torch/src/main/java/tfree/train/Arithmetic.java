package tfree.train;

import tfree.model.ArchitectureConfig;
import tfree.model.ArchitectureConfig.MlpType;

/**
 * The floating-point operations that a training step asks for, whatever way they are done: the numerator of MFU (model
 * FLOPs utilisation).
 *
 * <pre>
 * weights    = L · (4·h² + n·h·f) + h·v     n = 3 matrices in swiglu, 2 in simple_gelu; f their inner width
 * pairs      = Σ d·(d + 1)/2                over documents of d positions: a position sees itself and what stands before
 * operations = 6 · positions · weights + 12 · L · h · pairs
 * </pre>
 *
 * Two operations (× and +) for each weight and position forward, twice as many backward; attention's two products are 4·h
 * operations a pair forward. The embedding is a lookup, and norms, softmax, loss and AdamW are left out.
 */
final class Arithmetic {
    private Arithmetic() {}

    /** Of one batch, forward and backward. */
    static double operations(ArchitectureConfig shape, Batch batch) {
        double h = shape.hiddenSize();
        int matrices = shape.mlpType() == MlpType.SWIGLU ? 3 : 2;
        double weights = shape.numLayers() * (4 * h * h + matrices * h * shape.mlpWidth()) + h * shape.vocabSize();
        return 6.0 * batch.positions() * weights + 12.0 * shape.numLayers() * h * pairs(batch);
    }

    private static double pairs(Batch batch) {
        int[] starts = batch.input().documentStarts();
        double pairs = 0;
        for (int i = 0; i < starts.length; i++) {
            double length = (i + 1 < starts.length ? starts[i + 1] : batch.positions()) - starts[i];
            pairs += length * (length + 1) / 2;
        }
        return pairs;
    }
}
