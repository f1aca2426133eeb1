package tfree.spark;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tfree spark prepare}: training data of any corpus that Spark reads. */
@Command(name = "prepare", description = {"Write a corpus as memory maps with aligned indexes.",
        "The output folder gets a map a partition and at last manifest.json, which data.prefix_paths of a training's "
                + "configuration can name."})
final class PrepareCommand implements Callable<Integer> {
    @Mixin
    private CorpusOptions corpus = new CorpusOptions();

    @Mixin
    private SessionOptions session = new SessionOptions();

    @Option(names = "--output", required = true, paramLabel = "DIR", //
            description = "The folder to write, on any file system; there must be none of that name.")
    private String output = "";

    @Option(names = "--shards", paramLabel = "N", //
            description = "How many memory maps (default: as many as Spark reads partitions).")
    private @Nullable Integer shards;

    @Override
    public Integer call() throws IOException {
        if (shards != null && shards < 1) {
            throw new IllegalArgumentException("expected --shards of at least 1 but was " + shards);
        }
        try (SparkSession spark = session.start("tfree prepare")) {
            Dataset<Row> documents = corpus.corpus().documents(spark);
            Preparation done = Preparation.of(shards == null ? documents : spread(documents, shards),
                    new Path(output));
            System.out.println(done.summary());
        }
        return 0;
    }

    /** In that many partitions; fewer than now come about without sending documents around. */
    private static Dataset<Row> spread(Dataset<Row> documents, int shards) {
        return shards <= documents.javaRDD().getNumPartitions()
                ? documents.coalesce(shards)
                : documents.repartition(shards);
    }
}
