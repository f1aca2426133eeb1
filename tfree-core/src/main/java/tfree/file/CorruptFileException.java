package tfree.file;

import java.io.IOException;
import java.nio.file.Path;

/** A file's content contradicts its format: damaged, cut short, or not a file of this kind at all. */
public final class CorruptFileException extends IOException {
    /** @param what expected X but was Y, and where in the file */
    public CorruptFileException(Path file, String what) {
        this(file.toString(), what);
    }

    /** For input that is no file, named as the user knows it. */
    public CorruptFileException(String source, String what) {
        super(source + ": " + what);
    }
}
