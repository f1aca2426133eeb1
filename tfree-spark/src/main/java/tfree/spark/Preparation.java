package tfree.spark;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToLongFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import tfree.data.Manifest;

/**
 * A corpus as training data: a memory map with an aligned index for each partition, and a manifest that lists them and
 * appears last, so that a folder without one is not finished.
 *
 * <p>Tasks may fail and be tried again, or run twice at once. Each attempt writes to a folder of its own; Spark names
 * the one attempt of each task that counts, and only its files get their final names.
 *
 * @param shards in the order of their numbers; those without documents have no files
 */
record Preparation(List<Shard> shards) {
    private static final String ATTEMPTS = "_temporary";
    private static final int RENAMES_AT_ONCE = 16;

    /**
     * Writes the documents to {@code <output>/part-00000.bin} and so on.
     *
     * @param documents as {@link Corpus#documents} has them
     * @throws FileAlreadyExistsException when the output is there
     * @throws IllegalArgumentException   when there is no document to write
     */
    static Preparation of(Dataset<Row> documents, Path output) throws IOException {
        Configuration configuration = documents.sparkSession().sparkContext().hadoopConfiguration();
        FileSystem files = Output.fileSystem(output, configuration);
        Path folder = files.makeQualified(output);
        Output.requireFree(files, folder);
        boolean finished = false;
        try {
            Path attempts = new Path(folder, ATTEMPTS);
            if (!files.mkdirs(attempts)) {
                throw new IOException(folder + ": the folder cannot be made");
            }
            List<Shard> shards = documents.javaRDD()
                    .mapPartitionsWithIndex(new ShardTask(attempts, new SerializableConfiguration(configuration)),
                            false)
                    .collect().stream().sorted(Comparator.comparingInt(Shard::partition)).toList();
            List<Shard> written = shards.stream().filter(Shard::isWritten).toList();
            if (written.isEmpty()) {
                throw new IllegalArgumentException("expected documents to prepare but was none");
            }
            publish(files, attempts, written, folder);
            files.delete(attempts, true);
            writeManifest(files, folder, written);
            finished = true;
            return new Preparation(shards);
        } finally {
            if (!finished) {
                files.delete(folder, true);
            }
        }
    }

    /** What was written, in a line; another says what was left out, if anything was. */
    String summary() {
        String written = String.format(Locale.ROOT, "%,d documents, %,d bytes, %,d items in %,d memory maps",
                sum(Shard::documents), sum(Shard::bytes), sum(Shard::items),
                shards.stream().filter(Shard::isWritten).count());
        long textless = sum(Shard::textless);
        return textless == 0
                ? written
                : String.format(Locale.ROOT, "%s%n%,d records had no text and were passed over", written, textless);
    }

    private long sum(ToLongFunction<Shard> number) {
        return shards.stream().mapToLong(number).sum();
    }

    /** Gives the files of the attempts that count their names. */
    private static void publish(FileSystem files, Path attempts, List<Shard> shards, Path folder) throws IOException {
        try (ExecutorService threads = Executors.newFixedThreadPool(RENAMES_AT_ONCE)) {
            List<Future<?>> moves = shards.stream().<Future<?>>map(shard -> threads.submit(() -> {
                for (FileStatus file : files.listStatus(ShardTask.attempt(attempts, shard.attempt()))) {
                    Output.rename(files, file.getPath(), new Path(folder, file.getPath().getName()));
                }
                return shard;
            })).toList();
            for (Future<?> move : moves) {
                move.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("cannot move a shard to " + folder + ": " + e.getMessage(), e.getCause());
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    private static void writeManifest(FileSystem files, Path folder, List<Shard> shards) throws IOException {
        java.nio.file.Path local = Files.createTempDirectory("tfree-manifest-");
        java.nio.file.Path manifest = local.resolve(Manifest.NAME);
        try {
            new Manifest(shards.stream().map(shard -> local.resolve(shard.name())).toList()).write(manifest);
            Output.publish(manifest, files, new Path(folder, Manifest.NAME));
        } finally {
            Files.deleteIfExists(manifest);
            Files.delete(local);
        }
    }
}
