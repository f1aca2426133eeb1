package tfree.train;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Keeps what native code prints on standard output from there while one is open: Gloo greets each rank by a line, among
 * what a program may read. Linux only, as Gloo is.
 */
final class SilencedOutput implements AutoCloseable {
    private static final int STANDARD_OUTPUT = 1;
    private static final int WRITE_ONLY = 1;

    private static int open;
    private static int saved;

    SilencedOutput() {
        synchronized (SilencedOutput.class) {
            if (open++ == 0) {
                silence();
            }
        }
    }

    private static void silence() {
        flush();
        saved = call("dup", STANDARD_OUTPUT);
        try (Arena arena = Arena.ofConfined()) {
            int nowhere = (int) function("open", JAVA_INT, ADDRESS, JAVA_INT)
                    .invokeExact(arena.allocateFrom("/dev/null"), WRITE_ONLY);
            redirect(nowhere);
            int _ = call("close", nowhere);
        } catch (Throwable e) {
            throw new IllegalStateException("cannot open /dev/null", e);
        }
    }

    @Override
    public void close() {
        synchronized (SilencedOutput.class) {
            if (--open == 0) {
                flush();
                redirect(saved);
                int _ = call("close", saved);
            }
        }
    }

    private static void redirect(int to) {
        try {
            int _ = (int) function("dup2", JAVA_INT, JAVA_INT, JAVA_INT).invokeExact(to, STANDARD_OUTPUT);
        } catch (Throwable e) {
            throw new IllegalStateException("cannot redirect standard output", e);
        }
    }

    /** Empties the C library's buffers, which would else be printed later. */
    private static void flush() {
        try {
            int _ = (int) function("fflush", JAVA_INT, ADDRESS).invokeExact(MemorySegment.NULL);
        } catch (Throwable e) {
            throw new IllegalStateException("cannot flush standard output", e);
        }
    }

    private static int call(String name, int descriptor) {
        try {
            return (int) function(name, JAVA_INT, JAVA_INT).invokeExact(descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException("cannot call " + name, e);
        }
    }

    private static MethodHandle function(String name, ValueLayout result, ValueLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments));
    }
}
