package tfree.source;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import tfree.data.DocumentStore;
import tfree.data.DocumentStoreWriter;
import tfree.data.Manifest;
import tfree.file.AtomicFile;
import tfree.file.CorruptFileException;
import tfree.file.FolderLock;

/**
 * Files that become memory maps of their own below one folder, with a {@link Manifest} of all: for corpora that take
 * hours. A map that is there is not made again, so a run that ended in whatever way is continued by another. Files are
 * converted side by side; one that is damaged does not stop the others.
 *
 * <pre>{@code
 * FolderImport run = new FolderImport(Path.of("maps"), SourceFile.named(List.of("corpus")), reader, prefix -> {});
 * FolderImport.Outcome outcome = run.run(4, bytes -> {});
 * }</pre>
 */
public final class FolderImport {
    private static final String OPTIONS = "import-options.txt";
    private static final long TELL_BYTES = 1 << 20;
    private static final List<String> ENDINGS = List.of(".gz", ".zst", ".jsonl", ".ndjson", ".json", ".parquet",
            ".txt");

    private final Path folder;
    private final SourceReader reader;
    private final Finish finish;
    private final Map<Path, SourceFile> files = new LinkedHashMap<>(); // by the prefixes they become

    /** What is still to be done to a memory map when its files are there. */
    @FunctionalInterface
    public interface Finish {
        void finish(Path prefix) throws IOException;
    }

    /**
     * How a run ended.
     *
     * @param made     what was imported by it
     * @param maps     how many maps the folder has of these files
     * @param there    how many of them had been there before
     * @param empty    how many files have no document, and so no map
     * @param failures of files that were given up; without any there is a manifest
     */
    public record Outcome(StoreImport made, int maps, int there, int empty, List<Exception> failures) {}

    /**
     * Names the maps by the files: {@code corpus/a/b.jsonl.gz}, found below {@code corpus}, becomes {@code
     * <folder>/a/b}.
     *
     * @throws IllegalArgumentException when two files would become the same map
     */
    public FolderImport(Path folder, List<SourceFile> files, SourceReader reader, Finish finish) {
        this.folder = folder;
        this.reader = reader;
        this.finish = finish;
        for (SourceFile file : files) {
            SourceFile other = this.files.put(folder.resolve(stem(file.name())), file);
            if (other != null) {
                throw new IllegalArgumentException("expected files of different names but " + other.path() + " and "
                        + file.path() + " would both become " + folder.resolve(stem(file.name()))
                        + "; leave one out, or name the folder above both");
            }
        }
    }
    /** How many bytes the files have that are no maps yet. */
    public long bytesLeft() throws IOException {
        long bytes = 0;
        for (Map.Entry<Path, SourceFile> file : files.entrySet()) {
            bytes += isMade(file.getKey(), file.getValue().path()) ? 0 : Files.size(file.getValue().path());
        }
        return bytes;
    }

    /**
     * Makes the maps that are missing, and the manifest.
     *
     * @param read is told how many more bytes of the files were read, now and then, by one thread at a time
     * @throws FileSystemException      when another run is at work in the folder
     * @throws IllegalArgumentException when an earlier run read files in another way
     */
    public Outcome run(int workers, LongConsumer read) throws IOException {
        Files.createDirectories(folder);
        try (FolderLock _ = FolderLock.take(folder);
                ExecutorService pool = Executors.newFixedThreadPool(Math.clamp(files.size(), 1, workers))) {
            requireSameOptions();
            List<Future<Converted>> all = new ArrayList<>();
            files.forEach((prefix, file) -> all.add(pool.submit(() -> converted(prefix, file.path(), read))));
            try {
                return outcome(all);
            } finally {
                pool.shutdownNow(); // nothing is left to do, or it has become pointless
            }
        }
    }

    /** A file after its turn: with a map, without a document, or given up. */
    private record Converted(@Nullable Path prefix, StoreImport made, boolean there, @Nullable Exception failure) {}

    private Outcome outcome(List<Future<Converted>> all) throws IOException {
        List<Path> prefixes = new ArrayList<>();
        List<Exception> failures = new ArrayList<>();
        StoreImport made = StoreImport.NOTHING;
        int there = 0;
        for (Future<Converted> future : all) {
            Converted converted = get(future);
            made = made.plus(converted.made());
            there += converted.there() ? 1 : 0;
            if (converted.prefix() != null) {
                prefixes.add(converted.prefix());
            } else if (converted.failure() != null) {
                failures.add(converted.failure());
            }
        }
        if (failures.isEmpty() && !prefixes.isEmpty()) {
            new Manifest(prefixes).write(folder.resolve(Manifest.NAME));
        }
        return new Outcome(made, prefixes.size(), there, all.size() - prefixes.size() - failures.size(), failures);
    }

    private static Converted get(Future<Converted> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while converting files");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private Converted converted(Path prefix, Path file, LongConsumer read) throws IOException {
        try {
            boolean there = isMade(prefix, file);
            StoreImport made = there ? StoreImport.NOTHING : convert(prefix, file, read);
            if (!there && made.documents() == 0) {
                return new Converted(null, made, false, null);
            }
            finish.finish(prefix);
            return new Converted(prefix, made, there, null);
        } catch (CorruptFileException | NoSuchFileException | IllegalArgumentException e) {
            return new Converted(null, StoreImport.NOTHING, false, e); // the file's fault: the others go on
        }
    }

    private StoreImport convert(Path prefix, Path file, LongConsumer read) throws IOException {
        Files.createDirectories(prefix.toAbsolutePath().getParent());
        try (SourceDocuments in = reader.open(file); DocumentStoreWriter out = new DocumentStoreWriter(prefix)) {
            long bytes = 0;
            long told = 0;
            for (String document = in.next(); document != null; document = in.next()) {
                byte[] utf8 = document.getBytes(StandardCharsets.UTF_8);
                out.add(utf8);
                bytes += utf8.length;
                if (in.bytesRead() - told >= TELL_BYTES) {
                    told += tell(read, in.bytesRead() - told);
                }
            }
            tell(read, in.bytesRead() - told);
            if (out.documents() > 0) {
                out.finish();
            }
            return new StoreImport(out.documents(), bytes, in.passedOver());
        }
    }

    private synchronized long tell(LongConsumer read, long bytes) {
        read.accept(bytes);
        return bytes;
    }

    /** @throws CorruptFileException when the file was written after its map */
    private static boolean isMade(Path prefix, Path file) throws IOException {
        FileTime made = DocumentStore.finished(prefix);
        if (made != null && Files.getLastModifiedTime(file).compareTo(made) > 0) {
            throw new CorruptFileException(file, "expected the file that became " + prefix
                    + " but it was changed since; remove that map to make it anew");
        }
        return made != null;
    }

    private void requireSameOptions() throws IOException {
        Path file = folder.resolve(OPTIONS);
        String now = reader + "\n";
        String before = Files.exists(file) ? Files.readString(file) : now;
        boolean binding = false; // a run that came to nothing binds nobody
        for (Path prefix : files.keySet()) {
            binding |= DocumentStore.finished(prefix) != null;
        }
        if (!binding) {
            AtomicFile.write(file, now.getBytes(StandardCharsets.UTF_8));
        } else if (!before.equals(now)) {
            throw new IllegalArgumentException(file + ": expected the call to read files as the earlier one, "
                    + before.strip() + ", but was " + now.strip() + "; choose another folder");
        }
    }

    /** {@code a/b.jsonl.gz} → {@code a/b}. */
    private static Path stem(Path name) {
        String stem = name.getFileName().toString();
        for (String ending : ENDINGS) {
            if (stem.length() > ending.length() && stem.toLowerCase(Locale.ROOT).endsWith(ending)) {
                stem = stem.substring(0, stem.length() - ending.length());
            }
        }
        return name.resolveSibling(stem);
    }
}
