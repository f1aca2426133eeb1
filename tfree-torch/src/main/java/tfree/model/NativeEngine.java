package tfree.model;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/**
 * libtorch, loaded once with the settings it needs to run fast beside a Java process.
 *
 * <p>
 * Whatever touches tensors calls {@link #start()} first; what needs none (splitting, encoding, {@code --help}) never
 * does, and so never pays for unpacking and loading 400 MB of native code.
 *
 * <p>
 * Out of the box two thread pools fight for the cores: OpenMP's, which runs libtorch's own loops, and OpenBLAS's, which
 * runs its matrix products. Each spins while it waits, for the next task or for its other half, and takes the core that
 * the one it waits for would need: a step of 250 ms becomes seconds, tens of seconds beside a busy neighbour. So a
 * matrix product runs on the thread that asks for it; several threads ask at once (see
 * {@code tfree.train.GradientWorkers}); and OpenMP's threads sleep instead of spinning. The libraries read these settings
 * while they load, so the environment is changed before; what the user has set there is kept.
 */
public final class NativeEngine {
    private static final int M_TRIM_THRESHOLD = -1;
    private static final int M_MMAP_THRESHOLD = -3;

    private static boolean started;

    private NativeEngine() {}

    /**
     * Loads libtorch, once; later calls return at once.
     *
     * @throws IllegalStateException if there is no native library for this system on the class path
     */
    public static synchronized void start() {
        if (started) {
            return;
        }
        // Scopes free tensors; without this JavaCPP also asks the system for the resident size at every allocation.
        setDefault("org.bytedeco.javacpp.maxPhysicalBytes", "0");
        setDefault("org.bytedeco.javacpp.maxBytes", "0");
        setEnvironment("OMP_WAIT_POLICY", "PASSIVE");
        setEnvironment("OPENBLAS_NUM_THREADS", "1");
        // For those who set more threads: 2⁴ cycles of spinning before they sleep, the least that OpenBLAS accepts.
        setEnvironment("OPENBLAS_THREAD_TIMEOUT", "4");
        setEnvironment("TORCH_CPP_LOG_LEVEL", "ERROR");
        keepFreedBlocks();
        try {
            Loader.load(torch.class);
        } catch (UnsatisfiedLinkError e) {
            throw new IllegalStateException("expected a libtorch for " + Loader.getPlatform()
                    + " on the class path but found none; build with the profile of this system", e);
        }
        started = true;
    }

    /** How many threads a tensor operation of this thread may use, matrix products apart; by default every core. */
    public static int threads() {
        start();
        return torch.get_num_threads();
    }

    /** A daemon thread on which every tensor operation runs alone: for threads that share the work among themselves. */
    public static Thread confined(Runnable work, String name) {
        int all = threads();
        Thread thread = new Thread(() -> {
            torch.get_num_threads(); // a thread's first operation takes over the last setting of any thread
            synchronized (NativeEngine.class) {
                torch.set_num_threads(1);
                onAnotherThread(() -> torch.set_num_threads(all));
            }
            work.run();
        }, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Where a setting that threads hold for themselves is made for those still to come, and not for this one. */
    private static void onAnotherThread(Runnable setting) {
        Thread thread = new Thread(setting);
        thread.start();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** Java hides the process's environment from writing; the C library does not. */
    private static void setEnvironment(String name, String value) {
        Optional<MethodHandle> setenv = function("setenv",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
        if (setenv.isEmpty()) {
            return; // Windows: its OpenMP knows none of these settings
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cName = arena.allocateFrom(name);
            MemorySegment cValue = arena.allocateFrom(value);
            int _ = (int) setenv.get().invokeExact(cName, cValue, /* overwrite */ 0);
        } catch (Throwable e) {
            throw new IllegalStateException("cannot set " + name + " for the native libraries", e);
        }
    }

    /**
     * glibc returns large blocks to the system when they are freed, and every step would fault the same pages in again.
     */
    private static void keepFreedBlocks() {
        if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")) {
            return;
        }
        Optional<MethodHandle> mallopt = function("mallopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
        if (mallopt.isEmpty()) {
            return; // another C library than glibc
        }
        try {
            int _ = (int) mallopt.get().invokeExact(M_MMAP_THRESHOLD, Integer.MAX_VALUE);
            int _ = (int) mallopt.get().invokeExact(M_TRIM_THRESHOLD, Integer.MAX_VALUE);
        } catch (Throwable e) {
            throw new IllegalStateException("cannot set malloc's thresholds", e);
        }
    }

    private static Optional<MethodHandle> function(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup().find(name).map(address -> linker.downcallHandle(address, type));
    }
}
