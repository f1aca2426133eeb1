package tfree.file;

import java.io.IOException;
import java.nio.file.Path;

/** A file's content contradicts its format: damaged, cut short, or not a file of this kind at all. */
public final class CorruptFileException extends IOException {
    private static final long serialVersionUID = 1;

    private final String source;
    private final String what;

    /** @param what expected X but was Y, and where in the file */
    public CorruptFileException(Path file, String what) {
        this(file.toString(), what);
    }

    /** For input that is no file, named as the user knows it. */
    public CorruptFileException(String source, String what) {
        super(source + ": " + what);
        this.source = source;
        this.what = what;
    }

    /** The file, or what the user knows the input as. */
    public String source() {
        return source;
    }

    /** The message without the source. */
    public String what() {
        return what;
    }
}
