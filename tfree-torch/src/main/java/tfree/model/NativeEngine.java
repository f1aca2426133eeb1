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
 * runs its matrix products. Each spins for milliseconds after its last task while the other wants the core. Told to
 * sleep at once, a feed-forward block of 1024 words, h = 256, takes 3.4 ms instead of 56 ms on two cores. The libraries
 * read these settings while they load, so the environment is changed before; values that the user has set are kept.
 */
public final class NativeEngine {
    /** Rounds of 2ⁿ cycles that OpenBLAS's threads spin before they sleep; below 4 the library ignores it. */
    private static final String OPENBLAS_SPIN = "4";

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
        setEnvironment("OPENBLAS_THREAD_TIMEOUT", OPENBLAS_SPIN);
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

    /** Threads that one tensor operation may use; by default every core. */
    public static int threads() {
        start();
        return torch.get_num_threads();
    }

    /** Sets {@link #threads()}. OpenBLAS keeps its own count, which OPENBLAS_NUM_THREADS sets at the start. */
    public static void setThreads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("expected at least 1 thread but was " + threads);
        }
        start();
        torch.set_num_threads(threads);
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
