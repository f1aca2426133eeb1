package tfree.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** Files of a job's result, on any file system that Hadoop reaches. Nothing there is replaced; files appear whole. */
final class Output {
    private Output() {}

    /** The file system of a path; the local one without the checksum files that Hadoop would put beside ours. */
    static FileSystem fileSystem(Path path, Configuration configuration) throws IOException {
        FileSystem files = path.getFileSystem(configuration);
        return files instanceof LocalFileSystem local ? local.getRaw() : files;
    }

    /** @throws FileAlreadyExistsException when there is such a file or folder */
    static void requireFree(FileSystem files, Path path) throws IOException {
        if (files.exists(path)) {
            throw new FileAlreadyExistsException(path.toString());
        }
    }

    /** Copies a local file to another name first, and renames it when it is complete. */
    static void publish(java.nio.file.Path file, FileSystem files, Path to) throws IOException {
        Path partial = new Path(to.getParent(), to.getName() + ".partial");
        copy(file, files, partial);
        rename(files, partial, to);
    }

    /** Copies a local file. */
    static void copy(java.nio.file.Path file, FileSystem files, Path to) throws IOException {
        try (InputStream in = Files.newInputStream(file); OutputStream out = files.create(to, true)) {
            in.transferTo(out);
        }
    }

    /** Renames a file to a name that is free. */
    static void rename(FileSystem files, Path from, Path to) throws IOException {
        requireFree(files, to);
        if (!files.rename(from, to)) {
            throw new IOException("expected to rename " + from + " to " + to + " but the file system refused");
        }
    }
}
