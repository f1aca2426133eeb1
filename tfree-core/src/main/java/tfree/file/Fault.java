package tfree.file;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * An error as the person at a command reads it.
 *
 * @param message one line
 * @param ofInput whether the call or its input is wrong, rather than the program or the machine
 */
public record Fault(String message, boolean ofInput) {

    /** What an exception says; an {@link UncheckedIOException} speaks for its cause. */
    public static Fault of(Throwable thrown) {
        Throwable cause = thrown instanceof UncheckedIOException io && io.getCause() != null ? io.getCause() : thrown;
        boolean ofInput = cause instanceof IllegalArgumentException || cause instanceof FileSystemException
                || cause instanceof CorruptFileException || cause instanceof FileVersionException;
        return new Fault(messageOf(cause), ofInput);
    }

    private static String messageOf(Throwable cause) {
        return switch (cause) {
            case NoSuchFileException e -> e.getFile() + ": expected a file or folder but there is none";
            case NotDirectoryException e -> e.getFile() + ": expected a folder but it is a file";
            case FileAlreadyExistsException e ->
                e.getFile() + ": is there already and is not overwritten; move it away";
            case AccessDeniedException e -> e.getFile() + ": access denied";
            case OutOfMemoryError _ -> "out of memory; give more with TFREE_JAVA_OPTS=-Xmx…";
            default -> cause.getMessage() == null ? cause.toString()
                    : cause.getMessage().strip().replaceAll("\\s*\\R\\s*", "; ");
        };
    }
}
