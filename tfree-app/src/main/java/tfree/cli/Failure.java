package tfree.cli;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import tfree.file.CorruptFileException;
import tfree.file.FileVersionException;

/** How an error reaches the person: one line on standard error, and an exit code that says whose it is. */
final class Failure {
    private static final int FAILED = 1;
    private static final int WRONG_INPUT = 2;

    private Failure() {}

    static int report(Throwable thrown, CommandLine line, boolean debug) {
        Throwable cause = thrown instanceof UncheckedIOException io && io.getCause() != null ? io.getCause() : thrown;
        if (cause instanceof StandardOutput.ClosedException) {
            return FAILED;
        }
        line.getErr().println("tfree: " + message(cause, line));
        if (debug) {
            thrown.printStackTrace(line.getErr());
        }
        boolean callersMistake = cause instanceof ParameterException || cause instanceof IllegalArgumentException
                || cause instanceof FileSystemException || cause instanceof CorruptFileException
                || cause instanceof FileVersionException;
        return callersMistake ? WRONG_INPUT : FAILED;
    }

    private static String message(Throwable cause, CommandLine line) {
        String text = String.valueOf(cause.getMessage()).strip().replaceAll("\\s*\\R\\s*", "; ");
        return switch (cause) {
            case UnmatchedArgumentException e -> text + hint(e, line);
            case ParameterException e -> text + see(e.getCommandLine());
            case NoSuchFileException e -> e.getFile() + ": expected a file or folder but there is none";
            case NotDirectoryException e -> e.getFile() + ": expected a folder but it is a file";
            case FileAlreadyExistsException e ->
                e.getFile() + ": is there already and is not overwritten; move it away";
            case AccessDeniedException e -> e.getFile() + ": access denied";
            case OutOfMemoryError _ -> "out of memory; give more with TFREE_JAVA_OPTS=-Xmx…";
            default -> cause.getMessage() == null ? cause.toString() : text;
        };
    }

    private static String hint(UnmatchedArgumentException e, CommandLine line) {
        List<String> near = e.getSuggestions();
        return near.isEmpty() ? see(line) : "; did you mean " + String.join(" or ", near) + "?";
    }

    private static String see(CommandLine line) {
        return " (see " + line.getCommandSpec().qualifiedName() + " --help)";
    }
}
