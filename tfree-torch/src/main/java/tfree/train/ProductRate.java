package tfree.train;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import tfree.model.ArchitectureConfig.Precision;
import tfree.model.NativeEngine;
import tfree.model.Products;
import tfree.model.TensorScope;
import tfree.model.Tensors;

/**
 * How fast this machine multiplies matrices now: what a step's arithmetic is held against, the denominator of MFU. The
 * products are of 1024 × 1024 matrices, as training does them: in its precision, one on each of its threads at once.
 */
final class ProductRate {
    private static final int SIDE = 1024;
    private static final double OPERATIONS = 2.0 * SIDE * SIDE * SIDE;
    private static final double SECONDS = 0.5;

    private ProductRate() {}

    /** Operations a second of all threads together; takes about half a second. */
    static double measure(Precision precision, int threads) {
        ScalarType type = switch (precision) {
            case FLOAT32 -> ScalarType.Float;
            case BFLOAT16 -> ScalarType.BFloat16;
            case FLOAT16 -> ScalarType.Half;
        };
        try (ExecutorService cores = Executors.newFixedThreadPool(threads,
                work -> NativeEngine.confined(work, "products"))) {
            List<Callable<Double>> works = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                works.add(() -> ofThisThread(type));
            }
            double sum = 0;
            for (Future<Double> rate : cores.invokeAll(works)) {
                sum += rate.get();
            }
            return sum;
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot measure matrix products in " + precision, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while matrix products were measured", e);
        }
    }

    private static double ofThisThread(ScalarType type) {
        try (TensorScope _ = new TensorScope()) {
            Tensor matrix = Tensors.zeroFloats(SIDE, SIDE).fill_(new Scalar(0.5)).to(type);
            Products.times(matrix, matrix).close(); // the first one prepares kernels
            long begun = System.nanoTime();
            int times = 0;
            double seconds;
            do {
                Products.times(matrix, matrix).close();
                times++;
                seconds = (System.nanoTime() - begun) * 1e-9;
            } while (seconds < SECONDS);
            return times * OPERATIONS / seconds;
        }
    }
}
