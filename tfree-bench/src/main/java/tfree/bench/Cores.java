package tfree.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import tfree.model.NativeEngine;
import tfree.model.TensorScope;

/** Threads on which every tensor operation runs alone, as those of training do, and how long they take together. */
final class Cores implements AutoCloseable {
    private final int count;
    private final ExecutorService threads;

    Cores(int count) {
        this.count = count;
        threads = Executors.newFixedThreadPool(count, work -> NativeEngine.confined(work, "bench"));
    }

    int count() {
        return count;
    }

    /** Does the work once on each, given its number, in a scope of tensors; the seconds until all are done. */
    double seconds(IntConsumer work) {
        long begun = System.nanoTime();
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            parts.add(CompletableFuture.runAsync(() -> {
                try (TensorScope _ = new TensorScope()) {
                    work.accept(number);
                }
            }, threads));
        }
        parts.forEach(CompletableFuture::join);
        return (System.nanoTime() - begun) * 1e-9;
    }

    @Override
    public void close() {
        threads.close();
    }
}
