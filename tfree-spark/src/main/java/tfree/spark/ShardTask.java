package tfree.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import tfree.data.AlignedIndexWriter;
import tfree.data.DocumentStoreWriter;

/**
 * Writes one partition's documents as a memory map with an aligned index: to a temporary folder of the executor, then
 * to a folder of this attempt in the output. An attempt that fails, or comes second, leaves nothing anywhere else.
 */
final class ShardTask implements Function2<Integer, Iterator<Row>, Iterator<Shard>> {
    private static final long serialVersionUID = 1;

    private final String attempts;
    private final SerializableConfiguration configuration;

    /** @param attempts the folder of the attempts' folders */
    ShardTask(Path attempts, SerializableConfiguration configuration) {
        this.attempts = attempts.toString();
        this.configuration = configuration;
    }

    @Override
    public Iterator<Shard> call(Integer partition, Iterator<Row> documents) throws IOException {
        java.nio.file.Path folder = Files.createTempDirectory("tfree-shard-");
        try {
            Shard shard = write(partition, documents, folder.resolve(Shard.name(partition)));
            if (shard.isWritten()) {
                copy(folder, attempt(new Path(attempts), shard.attempt()));
            }
            return List.of(shard).iterator();
        } finally {
            delete(folder);
        }
    }

    /** The folder that an attempt's files go to. */
    static Path attempt(Path attempts, long attempt) {
        return new Path(attempts, "attempt-" + attempt);
    }

    private static Shard write(int partition, Iterator<Row> documents, java.nio.file.Path prefix) throws IOException {
        try (DocumentStoreWriter store = new DocumentStoreWriter(prefix)) {
            long bytes = 0;
            long textless = 0;
            while (documents.hasNext()) {
                byte[] utf8 = Corpus.text(documents.next());
                if (utf8.length == 0) {
                    textless++;
                } else {
                    store.add(utf8);
                    bytes += utf8.length;
                }
            }
            long items = 0;
            if (store.documents() > 0) {
                store.finish();
                items = AlignedIndexWriter.write(prefix, true);
            }
            return new Shard(partition, TaskContext.get().taskAttemptId(), store.documents(), bytes, items, textless);
        }
    }

    private void copy(java.nio.file.Path from, Path to) throws IOException {
        FileSystem files = Output.fileSystem(to, configuration.value());
        if (!files.exists(to.getParent())) {
            throw new IOException("expected " + to.getParent() + " but it is gone: the job ended before this task");
        }
        files.mkdirs(to);
        for (java.nio.file.Path file : list(from)) {
            Output.copy(file, files, new Path(to, file.getFileName().toString()));
        }
    }

    private static void delete(java.nio.file.Path folder) throws IOException {
        for (java.nio.file.Path file : list(folder)) {
            Files.delete(file);
        }
        Files.delete(folder);
    }

    private static List<java.nio.file.Path> list(java.nio.file.Path folder) throws IOException {
        try (Stream<java.nio.file.Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
