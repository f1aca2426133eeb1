package tfree.dictionary;

import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Loops one after another, each in chunks that whatever thread is free takes: the calling one, and others of the common
 * pool if they come. Made for work of a millisecond: threads wait by spinning, and a helper that comes late finds nothing
 * left and harms nobody.
 */
final class ParallelPhases {
    /** Works on the items [from, to) of a phase. */
    interface Work {
        void run(int from, int to);
    }

    /** A loop: chunks of it may run side by side, when all of the phases before are done. */
    record Phase(int items, int step, Work work) {
        int chunks() {
            return (items + step - 1) / step;
        }

        void run(int chunk) {
            work.run(chunk * step, Math.min(items, (chunk + 1) * step));
        }
    }

    private final List<Phase> phases;
    private final AtomicInteger[] next;
    private final AtomicInteger[] done;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private ParallelPhases(List<Phase> phases) {
        this.phases = phases;
        this.next = new AtomicInteger[phases.size()];
        this.done = new AtomicInteger[phases.size()];
        for (int phase = 0; phase < next.length; phase++) {
            next[phase] = new AtomicInteger();
            done[phase] = new AtomicInteger();
        }
    }

    /** Runs all phases, with so many helpers at most; without any the caller does everything in order. */
    static void run(List<Phase> phases, int helpers) {
        if (helpers == 0) {
            for (Phase phase : phases) {
                for (int chunk = 0; chunk < phase.chunks(); chunk++) {
                    phase.run(chunk);
                }
            }
            return;
        }
        ParallelPhases all = new ParallelPhases(phases);
        for (int helper = 0; helper < helpers; helper++) {
            ForkJoinPool.commonPool().execute(all::help);
        }
        all.help();
        Throwable failure = all.failure.get();
        if (failure instanceof RuntimeException e) {
            throw e;
        } else if (failure instanceof Error e) {
            throw e;
        }
    }

    private void help() {
        for (int i = 0; i < next.length; i++) {
            Phase phase = phases.get(i);
            int chunks = phase.chunks();
            for (int chunk; (chunk = next[i].getAndIncrement()) < chunks; done[i].incrementAndGet()) {
                try {
                    phase.run(chunk);
                } catch (RuntimeException | Error e) {
                    failure.compareAndSet(null, e);
                }
            }
            for (int spins = 0; done[i].get() < chunks; spins++) {
                if (spins < 10_000) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.parkNanos(20_000); // whoever has the last chunk may wait for this core
                }
            }
        }
    }
}
