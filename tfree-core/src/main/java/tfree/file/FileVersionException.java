package tfree.file;

import java.io.IOException;
import java.nio.file.Path;

/** A sound file of a version that this program does not read: written by a newer program, or by too old a one. */
public final class FileVersionException extends IOException {
    public FileVersionException(Path file, int version, int oldest, int newest) {
        super(file + ": expected a file of version " + (oldest == newest ? "" : oldest + " to ") + newest + " but was "
                + version + "; "
                + (version > newest ? "read it with a newer program" : "write it anew with this program"));
    }
}
