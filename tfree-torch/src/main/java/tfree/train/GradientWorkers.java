package tfree.train;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.ToDoubleBiFunction;
import tfree.model.Gradients;
import tfree.model.HiddenStates;
import tfree.model.NativeEngine;
import tfree.model.TensorScope;
import tfree.model.Transformer;

/**
 * Threads that compute a batch's loss and gradients together, each for its share of the documents on one core.
 *
 * <p>
 * Cores that share every single tensor operation wait for each other hundreds of times a step; here they wait once. The
 * workers read the same parameters and have gradients of their own (native memory: one set for each thread), which are
 * added up in a fixed order: the same batch and number of threads give the same bits.
 *
 * <pre>{@code
 * double loss = workers.addGradients(batch, lossScale); // once for each micro-batch
 * double norm = optimizer.step(learningRate, workers.gradients());
 * }</pre>
 *
 * Not for two threads at once.
 */
public final class GradientWorkers implements AutoCloseable {
    private final Transformer transformer;
    private final List<Worker> workers = new ArrayList<>();
    private final ExecutorService threads;

    /** What a thread has of its own. */
    private record Worker(Gradients gradients, HeadLoss loss) {}

    /**
     * @param transformer whose gradients are wanted; stays the caller's
     * @param losses makes each thread's loss
     * @param threads at most how many; a batch of fewer documents uses fewer
     */
    public GradientWorkers(Transformer transformer, Supplier<? extends HeadLoss> losses, int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("expected at least 1 thread but was " + threads);
        }
        this.transformer = transformer;
        for (int i = 0; i < threads; i++) {
            workers.add(new Worker(new Gradients(transformer.config()), losses.get()));
        }
        AtomicInteger number = new AtomicInteger();
        this.threads = Executors.newFixedThreadPool(threads,
                work -> NativeEngine.confined(work, "gradients-" + number.getAndIncrement()));
    }

    /**
     * Computes the loss and adds its gradient, times {@code scale}, to that of every parameter.
     *
     * @param scale {@code loss_scale}, on the gradient only
     * @return the loss, positions of padding included, without the scale
     */
    public double addGradients(Batch batch, double scale) {
        List<Batch> shares = batch.shares(workers.size());
        double sum = sum(shares, (worker, share) -> {
            double part = (double) share.positions() / batch.lossPositions();
            HiddenStates hidden = transformer.forward(share.input(), false);
            LossGradient loss = worker.loss().gradient(hidden.tensor(), transformer.head(), share.targets(),
                    scale * part, worker.gradients().ofHead());
            hidden.backward(loss.hidden(), worker.gradients());
            return part * loss.loss();
        });
        for (Worker worker : workers.subList(1, shares.size())) {
            gradients().add(worker.gradients());
            worker.gradients().forget();
        }
        return sum;
    }

    /** The sum of all gradients since it was last made 0. */
    public Gradients gradients() {
        return workers.getFirst().gradients();
    }

    /** The loss alone, positions of padding included. */
    public double loss(Batch batch) {
        return sum(batch.shares(workers.size()), (worker, share) -> {
            double part = (double) share.positions() / batch.lossPositions();
            return part * worker.loss().value(transformer.hidden(share.input()), transformer.head(), share.targets());
        });
    }

    /** Statistics of the activations over the positions that have targets. */
    public ActivationStatistics statistics(Batch batch) {
        Worker first = workers.getFirst();
        return CompletableFuture.supplyAsync(() -> {
            try (TensorScope _ = new TensorScope()) {
                return first.loss().statistics(transformer.hidden(batch.input()), transformer.head(),
                        batch.targets());
            }
        }, threads).join();
    }

    /** Share i goes to worker i, and the results are added in that order. */
    private double sum(List<Batch> shares, ToDoubleBiFunction<Worker, Batch> work) {
        List<CompletableFuture<Double>> parts = new ArrayList<>();
        for (int i = 0; i < shares.size(); i++) {
            Worker worker = workers.get(i);
            Batch share = shares.get(i);
            parts.add(CompletableFuture.supplyAsync(() -> {
                try (TensorScope _ = new TensorScope()) {
                    return work.applyAsDouble(worker, share);
                }
            }, threads));
        }
        try {
            CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
        return parts.stream().mapToDouble(CompletableFuture::join).sum();
    }

    /** Ends the threads and frees their memory; the transformer lives on. */
    @Override
    public void close() {
        threads.close();
        for (Worker worker : workers) {
            worker.gradients().close();
        }
    }
}
