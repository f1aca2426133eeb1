package tfree.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Where a command writes. Checked before the work begins: nothing that is there is replaced, and the folder exists. */
final class OutputFile {
    private OutputFile() {}

    /**
     * A file that is not there yet, in a folder that is.
     *
     * @throws FileAlreadyExistsException when it is there
     * @throws NoSuchFileException        when its folder is not
     */
    static Path requireFree(Path file) throws IOException {
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new NoSuchFileException(folder.toString());
        }
        return file;
    }
}
