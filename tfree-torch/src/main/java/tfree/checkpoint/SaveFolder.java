package tfree.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import tfree.config.ConfigException;
import tfree.file.AtomicFile;
import tfree.file.CorruptFileException;

/**
 * A run's folder of checkpoints.
 *
 * <pre>
 * latest                  text: the newest iteration's folder
 * 000000000400/           a complete checkpoint
 * .000000000800.partial/  what a save that was killed has left; also .replaced and .deleted
 * </pre>
 *
 * <p>A folder is written under another name, flushed and renamed, then {@code latest} follows, and only then older ones go.
 * So a run that is killed at any moment, or a machine that loses its power, leaves complete checkpoints under their names,
 * and one of them is the latest.
 *
 * @param folder may not exist yet
 */
public record SaveFolder(Path folder) {
    private static final String LATEST = "latest";
    private static final String PLAIN = "[\\w-][\\w.-]*";
    private static final String ITERATION = "[0-9]{12}";
    private static final String PARTIAL = "partial";
    private static final String REPLACED = "replaced";
    private static final String DELETED = "deleted";

    /** Writes a checkpoint's files into a folder that is there. */
    @FunctionalInterface
    public interface Content {
        void writeTo(Path folder) throws IOException;
    }

    /** Whether a save has been completed here. */
    public boolean hasLatest() {
        return Files.exists(folder.resolve(LATEST));
    }

    /**
     * The newest checkpoint's folder.
     *
     * @throws ConfigException      if there is none
     * @throws CorruptFileException if {@code latest} names none
     */
    public Path latest() throws IOException {
        if (!hasLatest()) {
            throw new ConfigException(folder + ": expected a checkpoint (a save folder with a file latest, or an"
                    + " iteration's folder with a folder transformer) but there is none");
        }
        String name = Files.readString(folder.resolve(LATEST)).strip();
        if (name.matches(PLAIN)) {
            for (Path iteration : List.of(folder.resolve(name), aside(name, REPLACED))) {
                if (Files.isDirectory(iteration)) {
                    return iteration;
                }
            }
        }
        throw new CorruptFileException(folder.resolve(LATEST),
                "expected the name of an iteration's folder beside it but"
                        + " was " + name);
    }

    /**
     * Adds a checkpoint, or replaces that of the same iteration; it appears under its name only when it is complete and on
     * the disk.
     *
     * @return its folder
     */
    public Path put(long iteration, Content content) throws IOException {
        String name = "%012d".formatted(iteration);
        Path place = folder.resolve(name);
        Files.createDirectories(folder);
        Path partial = aside(name, PARTIAL);
        write(partial, content);
        if (Files.exists(place)) { // a run that was continued from an earlier checkpoint comes by here again
            delete(aside(name, REPLACED));
            move(place, aside(name, REPLACED));
        }
        move(partial, place);
        force(folder);
        AtomicFile.write(folder.resolve(LATEST), name.getBytes(StandardCharsets.UTF_8));
        force(folder);
        for (Path rest : list("\\." + ITERATION + "\\.(partial|replaced|deleted)")) {
            delete(rest);
        }
        return place;
    }

    /** Deletes all checkpoints before the latest but the newest ones, so that {@code count} stay with it. */
    public void keepNewest(int count) throws IOException {
        String latest = String.valueOf(latest().getFileName());
        List<Path> upToLatest = list(ITERATION).stream()
                .filter(path -> String.valueOf(path.getFileName()).compareTo(latest) <= 0).toList();
        for (Path old : upToLatest.subList(0, Math.max(0, upToLatest.size() - count))) {
            Path deleted = aside(String.valueOf(old.getFileName()), DELETED);
            delete(deleted);
            move(old, deleted); // half a checkpoint must not stand under a whole one's name
            delete(deleted);
        }
    }

    /** Lets a folder appear, once its content is complete and on the disk, where there is nothing of its name. */
    static void writeWhole(Path place, Content content) throws IOException {
        Path partial = place.resolveSibling("." + place.getFileName() + "." + PARTIAL);
        Path parent = place.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        write(partial, content);
        move(partial, place);
    }

    /** Leaves nothing behind when it fails: the disk may be full. */
    private static void write(Path partial, Content content) throws IOException {
        delete(partial);
        Files.createDirectories(partial);
        try {
            content.writeTo(partial);
            try (Stream<Path> files = Files.walk(partial)) {
                for (Path inner : files.filter(Files::isDirectory).toList()) {
                    force(inner);
                }
            }
        } catch (IOException | RuntimeException e) {
            delete(partial);
            throw e;
        }
    }

    private Path aside(String name, String kind) {
        return folder.resolve("." + name + "." + kind);
    }

    /** In the order of their names. */
    private List<Path> list(String pattern) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(path -> String.valueOf(path.getFileName()).matches(pattern)).sorted().toList();
        }
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Flushes a folder's list of names. */
    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder)) {
            channel.force(true);
        } catch (AccessDeniedException e) {
            // Windows opens no folder; it keeps the order of renames by itself.
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
