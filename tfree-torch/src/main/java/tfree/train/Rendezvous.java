package tfree.train;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.ByteVector;
import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.bytedeco.pytorch.global.torch_gloo;
import tfree.config.ConfigException;
import tfree.model.NativeEngine;
import tfree.model.TensorScope;
import tfree.model.Tensors;

/**
 * How ranks find each other: rank 0 opens c10d's key-value store at the master's address, every rank writes into it that
 * it is there, and when all are, they connect to each other.
 *
 * <p>c10d would do the waiting too, but tell in C++ frames, and after minutes, what one line can say: who is missing, who
 * was started twice, and whose {@code WORLD_SIZE} is another.
 */
final class Rendezvous {
    /** How long a rank may keep the others waiting, as c10d has it: rank 0 while it writes a checkpoint, for example. */
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(30);
    private static final long BETWEEN_LOOKS = 20;
    private static final long ANSWER = 1_000;
    private static final long STORE_ANSWERS = 10_000;
    /** c10d's own threads use them until the process ends; freed by the garbage collector they would take it along. */
    private static final Queue<Pointer> FOR_LIFE = new ConcurrentLinkedQueue<>();

    private final RankEnvironment environment;
    private final long deadline;

    private Rendezvous(RankEnvironment environment) {
        this.environment = environment;
        this.deadline = System.nanoTime() + Duration.ofSeconds(environment.joinSeconds()).toNanos();
    }

    static RankGroup join(RankEnvironment environment) {
        NativeEngine.start();
        if (environment.carrier() == RankEnvironment.Carrier.GLOO) {
            loadGloo();
        }
        return new Rendezvous(environment).join();
    }

    private RankGroup join() {
        try (TensorScope _ = new TensorScope()) {
            boolean serves = environment.rank() == 0 && !environment.agent();
            Store server = serves ? store(true) : null;
            InetAddress own = reachMaster();
            Store store = forLife(new PrefixStore("tfree/attempt_" + environment.attempt(),
                    server == null ? store(false) : server));
            waitForAll(store);
            return new RankGroup(environment, forLife(connect(store, own)));
        }
    }

    private static <P extends Pointer> P forLife(P pointer) {
        FOR_LIFE.add(pointer);
        return Tensors.permanent(pointer);
    }

    private static void loadGloo() {
        try {
            Loader.load(torch_gloo.class);
        } catch (UnsatisfiedLinkError e) {
            throw new IllegalStateException("expected Gloo in the libtorch for " + Loader.getPlatform()
                    + " but only the builds for Linux have it; train with one process", e);
        }
    }

    private Store store(boolean server) {
        TCPStoreOptions options = new TCPStoreOptions().port((short) environment.port()).isServer(server)
                .waitWorkers(false).timeout(new Milliseconds(Math.max(STORE_ANSWERS, left())));
        try {
            return forLife(new TCPStore(environment.master(), options));
        } catch (RuntimeException e) {
            throw new IllegalStateException("MASTER_ADDR, MASTER_PORT: cannot %s %s: %s".formatted(
                    server ? "listen on port " + environment.port() + " for" : "reach", master(),
                    RankLostException.firstLine(e)), e);
        }
    }

    /** Waits until somebody listens at the master's address, and answers with the address that this host has there. */
    private InetAddress reachMaster() {
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(environment.master(), environment.port()),
                        (int) Math.max(ANSWER, left()));
                return socket.getLocalAddress();
            } catch (IOException e) {
                if (left() <= 1) {
                    throw new IllegalStateException(("MASTER_ADDR, MASTER_PORT: rank %d of %d could not reach %s in %d"
                            + " s (%s); is rank 0 running there, and may this host connect to it?").formatted(
                                    environment.rank(), environment.ranks(), master(), environment.joinSeconds(),
                                    e instanceof UnknownHostException ? "unknown host"
                                            : e instanceof SocketTimeoutException ? "no answer" : e.getMessage()),
                            e);
                }
                pause();
            }
        }
    }

    private void waitForAll(Store store) {
        try {
            String own = "rank/" + environment.rank();
            if (store.add("claims/" + environment.rank(), 1) > 1) {
                throw new ConfigException("RANK: expected each rank once but " + environment.rank()
                        + " was started twice at " + master());
            }
            store.set(own, new ByteVector(Integer.toString(environment.ranks()).getBytes(StandardCharsets.UTF_8)));
            List<Integer> missing = new ArrayList<>();
            for (int r = 0; r < environment.ranks(); r++) {
                missing.add(r);
            }
            while (true) {
                missing.removeIf(r -> hasCome(store, r));
                if (missing.isEmpty()) {
                    return;
                }
                if (left() <= 1) {
                    throw new IllegalStateException(
                            "expected %d ranks at %s but after %d s rank %s had not come; start it"
                                    .formatted(environment.ranks(), master(), environment.joinSeconds(),
                                            missing.stream()
                                                    .map(String::valueOf).collect(Collectors.joining(", ")))
                                    + ", or correct WORLD_SIZE");
                }
                pause();
            }
        } catch (ConfigException | IllegalStateException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "rank %d of %d lost %s while the ranks came together (%s); the output of rank 0"
                            .formatted(environment.rank(), environment.ranks(), master(),
                                    RankLostException.firstLine(e))
                            + " says why",
                    e);
        }
    }

    private boolean hasCome(Store store, int rank) {
        String key = "rank/" + rank;
        if (!store.check(new StringVector(key))) {
            return false;
        }
        String ranks = new String(store.get(key).get(), StandardCharsets.UTF_8);
        if (!ranks.equals(Integer.toString(environment.ranks()))) {
            throw new ConfigException(
                    "WORLD_SIZE: expected the same on all ranks but was %d on rank %d and %s on rank %d"
                            .formatted(environment.ranks(), environment.rank(), ranks, rank));
        }
        return true;
    }

    private Backend connect(Store store, InetAddress own) {
        return switch (environment.carrier()) {
            case GLOO -> gloo(store, own);
            case NCCL -> Nccl.connect(store, environment);
        };
    }

    private Backend gloo(Store store, InetAddress own) {
        ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(new Milliseconds(left()));
        String networkInterface = System.getenv("GLOO_SOCKET_IFNAME");
        options.devices().push_back(networkInterface == null || networkInterface.isEmpty()
                ? ProcessGroupGloo.createDeviceForHostname(own.getHostAddress())
                : ProcessGroupGloo.createDeviceForInterface(networkInterface));
        try (SilencedOutput _ = new SilencedOutput()) {
            ProcessGroupGloo group = new ProcessGroupGloo(store, environment.rank(), environment.ranks(), options);
            group.setTimeout(new Milliseconds(LONGEST_SILENCE.toMillis()));
            return group;
        } catch (RuntimeException e) {
            throw new IllegalStateException(("rank %d of %d could not connect to the others from %s (%s); may the hosts"
                    + " connect to each other? GLOO_SOCKET_IFNAME names another network interface").formatted(
                            environment.rank(), environment.ranks(), own.getHostAddress(),
                            RankLostException.firstLine(e)),
                    e);
        }
    }

    private String master() {
        return environment.master() + ":" + environment.port();
    }

    /** Milliseconds, at least 1. */
    private long left() {
        return Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_LOOKS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the ranks came together", e);
        }
    }
}
