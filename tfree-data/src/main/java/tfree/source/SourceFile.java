package tfree.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A file that a name stands for.
 *
 * @param path where it is
 * @param name what it is called below the folder that was named; its file name where it was named itself
 */
public record SourceFile(Path path, Path name) {
    private static final String GLOB = "*?[{";

    /**
     * The files that names stand for, in the order of the names: files, all files below folders, and globs, in which
     * {@code **} crosses folders, as in {@code corpus/**}{@code /*.parquet}. What a folder or a glob stands for comes in
     * the order of its paths, without those whose names, or whose folders' names, begin with a dot.
     *
     * @throws NoSuchFileException when a name stands for nothing
     */
    public static List<SourceFile> named(List<String> names) throws IOException {
        List<SourceFile> files = new ArrayList<>();
        for (String name : names) {
            int before = files.size();
            if (isGlob(name)) {
                addGlob(name, files);
            } else {
                add(Path.of(name), files);
            }
            if (files.size() == before) {
                throw new NoSuchFileException(name, null, "expected files but there is none");
            }
        }
        return files;
    }

    private static boolean isGlob(String name) {
        boolean special = name.chars().anyMatch(c -> GLOB.indexOf(c) >= 0);
        try {
            return special && !Files.exists(Path.of(name));
        } catch (InvalidPathException e) {
            return special; // where * cannot be in a file's name
        }
    }

    private static void add(Path path, List<SourceFile> files) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (Files.isDirectory(path)) {
            addBelow(path, file -> true, files);
        } else {
            files.add(new SourceFile(path, path.getFileName()));
        }
    }

    private static void addGlob(String glob, List<SourceFile> files) throws IOException {
        int special = 0;
        while (GLOB.indexOf(glob.charAt(special)) < 0) {
            special++;
        }
        int slash = glob.lastIndexOf('/', special);
        Path folder = Path.of(slash < 0 ? "." : glob.substring(0, Math.max(1, slash)));
        PathMatcher matcher = folder.getFileSystem()
                .getPathMatcher("glob:" + glob.substring(slash + 1).replace("**/", "{**/,}"));
        if (Files.isDirectory(folder)) {
            addBelow(folder, matcher::matches, files);
        }
    }

    private static void addBelow(Path folder, Predicate<Path> wanted, List<SourceFile> files) throws IOException {
        try (Stream<Path> below = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            below.filter(Files::isRegularFile).map(path -> new SourceFile(path, folder.relativize(path)))
                    .filter(file -> !file.isHidden() && wanted.test(file.name))
                    .sorted((a, b) -> a.name.compareTo(b.name)).forEach(files::add);
        } catch (UncheckedIOException e) {
            throw e.getCause() instanceof FileSystemLoopException loop
                    ? new FileSystemException(loop.getFile(), null,
                            "expected folders but this link leads round in a circle")
                    : e.getCause();
        }
    }

    private boolean isHidden() {
        for (Path element : name) {
            if (element.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }
}
