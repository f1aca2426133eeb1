package tfree.train;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tfree.train.RankEnvironment.Carrier;

/** Ranks that are threads of this process: they talk over loopback like any others. */
final class ThreadsAsRanks {
    static final int JOIN_SECONDS = 120;

    private ThreadsAsRanks() {}

    /** What a rank does. */
    @FunctionalInterface
    interface Work<T> {
        T on(RankGroup group) throws Exception;
    }

    /** Runs the work on so many ranks at once; what each gave, by rank. */
    static <T> List<T> run(int ranks, Work<T> work) throws IOException {
        int port = freePort();
        List<CompletableFuture<T>> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(ranks)) {
            for (int rank = 0; rank < ranks; rank++) {
                RankEnvironment environment = environment(rank, ranks, port, JOIN_SECONDS);
                results.add(CompletableFuture.supplyAsync(() -> {
                    try {
                        return work.on(Rendezvous.join(environment));
                    } catch (RuntimeException e) {
                        throw e;
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                }, threads));
            }
            return results.stream().map(CompletableFuture::join).toList();
        }
    }

    static RankEnvironment environment(int rank, int ranks, int port, int joinSeconds) {
        return new RankEnvironment(rank, ranks, rank, ranks, "127.0.0.1", port, false, 0, Carrier.GLOO, joinSeconds);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
