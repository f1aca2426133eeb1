package tfree.train;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import java.lang.foreign.MemorySegment;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.ReduceOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import tfree.model.TensorScope;
import tfree.model.Tensors;

/**
 * The processes that train one model together, over c10d: each has the whole model and samples of its own. One process
 * alone is a group of one, for which every exchange does nothing.
 *
 * <pre>{@code
 * RankGroup group = RankGroup.ofEnvironment(); // WORLD_SIZE=2 RANK=0 MASTER_ADDR=… MASTER_PORT=…
 * double[] sums = group.sums(loss, words);     // on every rank the same
 * }</pre>
 *
 * All ranks call the same methods in the same order. Whoever waits for a rank that is gone gets a
 * {@link RankLostException}, within milliseconds where its machine still answers. A process leaves its group by ending.
 * Not for two threads at once.
 */
public final class RankGroup {
    private final int rank;
    private final int ranks;
    private final int localRanks;
    private final @Nullable Backend backend;
    private final boolean onGpus; // the backend takes tensors of GPUs only: others go there and back

    private RankGroup(int rank, int ranks, int localRanks, @Nullable Backend backend, boolean onGpus) {
        this.rank = rank;
        this.ranks = ranks;
        this.localRanks = localRanks;
        this.backend = backend;
        this.onGpus = onGpus;
    }

    /** The group of a joined environment. */
    RankGroup(RankEnvironment environment, Backend backend) {
        this(environment.rank(), environment.ranks(), environment.localRanks(), backend,
                environment.carrier() == RankEnvironment.Carrier.NCCL);
    }

    /** One process. */
    public static RankGroup alone() {
        return new RankGroup(0, 1, 1, null, false);
    }

    /**
     * Joins the group that the environment names, or stays alone where it names none.
     *
     * @throws tfree.config.ConfigException if the environment contradicts itself, or that of another rank
     * @throws IllegalStateException        if the ranks do not find each other in time
     */
    public static RankGroup ofEnvironment() {
        RankEnvironment environment = RankEnvironment.of(System.getenv());
        return environment == null ? alone() : Rendezvous.join(environment);
    }

    /** The number of this process, from 0 on. */
    public int rank() {
        return rank;
    }

    /** How many processes train together. */
    public int ranks() {
        return ranks;
    }

    /** Whether this is rank 0, which reports, and writes what the ranks have in common. */
    public boolean first() {
        return rank == 0;
    }

    /** How many threads this process may use: the ranks of a machine share its cores evenly. */
    public int threads() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / localRanks);
    }

    /** The sums over all ranks; on each the same, to the bit. */
    public double[] sums(double... own) {
        double[] sums = own.clone();
        if (backend != null) {
            try (TensorScope _ = new TensorScope()) {
                Tensor values = torch.zeros(new long[]{own.length}, new TensorOptions(ScalarType.Double));
                MemorySegment memory = Tensors.memory(values);
                MemorySegment.copy(own, 0, memory, JAVA_DOUBLE, 0, own.length);
                sum(values).await();
                MemorySegment.copy(memory, JAVA_DOUBLE, 0, sums, 0, own.length);
            }
        }
        return sums;
    }

    /** Whether it is so on any rank. */
    public boolean any(boolean own) {
        return sums(own ? 1 : 0)[0] > 0;
    }

    /** Waits until all ranks have come here. */
    public void meet() {
        sums(0);
    }

    /**
     * Makes sure that the ranks begin with the same.
     *
     * @param what in words, with what may be done if they do not
     * @param own  this rank's number, below 2⁵³
     * @throws IllegalStateException on every rank, if one has another number than rank 0
     */
    void requireSame(String what, long own) {
        double[] all = new double[ranks];
        all[rank] = own;
        all = sums(all);
        for (int r = 1; r < ranks; r++) {
            if (all[r] != all[0]) {
                throw new IllegalStateException("expected the same on all ranks but rank 0 has %.0f and rank %d %.0f %s"
                        .formatted(all[0], r, all[r], what));
            }
        }
    }

    /** An exchange that goes on by itself until somebody waits for it. */
    @FunctionalInterface
    interface Exchange {
        /** @throws RankLostException if another rank is gone */
        void await();
    }

    /** Begins to replace a contiguous tensor by its sum over the ranks. */
    Exchange sum(Tensor tensor) {
        return exchange(tensor, (group, values) -> group.allreduce(values));
    }

    /** Begins to replace a contiguous tensor by its sum over the ranks, on one of them; on the others it is lost. */
    Exchange sumOn(int root, Tensor tensor) {
        return exchange(tensor, (group, values) -> {
            ReduceOptions options = new ReduceOptions();
            options.rootRank(root);
            return group.reduce(values, options);
        });
    }

    /** Begins to give every rank the values that one of them has in a contiguous tensor. */
    Exchange share(int root, Tensor tensor) {
        return exchange(tensor, (group, values) -> {
            BroadcastOptions options = new BroadcastOptions();
            options.rootRank(root);
            return group.broadcast(values, options);
        });
    }

    /** Begins to send a contiguous tensor to another rank. */
    Exchange send(int to, Tensor tensor) {
        return exchange(tensor, (group, values) -> group.send(values, to, 0));
    }

    /** Begins to receive what another rank sends into a contiguous tensor of the same shape. */
    Exchange receive(int from, Tensor tensor) {
        return exchange(tensor, (group, values) -> group.recv(values, from, 0));
    }

    @FunctionalInterface
    private interface Operation {
        Work begin(Backend backend, TensorVector tensor);
    }

    private Exchange exchange(Tensor tensor, Operation operation) {
        if (backend == null) {
            return () -> {};
        }
        try {
            boolean away = onGpus && !tensor.is_cuda();
            Tensor there = away ? tensor.cuda().retainReference() : tensor;
            Work work = operation.begin(backend, new TensorVector(there)).retainReference();
            return () -> {
                await(work);
                if (away) {
                    tensor.copy_(there);
                    there.close();
                }
            };
        } catch (RuntimeException e) {
            throw new RankLostException(rank, ranks, e);
        }
    }

    private void await(Work work) {
        try (work) {
            work._wait();
        } catch (RuntimeException e) {
            throw new RankLostException(rank, ranks, e);
        }
    }
}
