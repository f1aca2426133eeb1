package tfree.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tfree.dictionary.DictionaryFile;
import tfree.dictionary.WordList;
import tfree.text.SplitMode;

/** {@code tfree spark count-words}: a dictionary of any corpus that Spark reads. */
@Command(name = "count-words", description = {"Count the words of a corpus and keep the most frequent.",
        "The dictionary is what tfree dictionary build makes of the same documents, to the byte."})
final class CountWordsCommand implements Callable<Integer> {
    @Mixin
    private CorpusOptions corpus = new CorpusOptions();

    @Mixin
    private SessionOptions session = new SessionOptions();

    @Option(names = "--output", required = true, paramLabel = "FILE", //
            description = "The dictionary to write, on any file system; there must be none of that name.")
    private String output = "";

    @Option(names = "--top", paramLabel = "N", //
            description = "Keep the N most frequent and all special words; they have to fit the driver's memory.")
    private int top = Integer.MAX_VALUE;

    @Option(names = "--tsv", description = "Write lines of word, tab and count instead of a dictionary file.")
    private boolean tsv;

    @Option(names = "--mode", paramLabel = "MODE", defaultValue = "reference", //
            description = "What counts as a word: reference or unicode (default ${DEFAULT-VALUE}).")
    private SplitMode mode = SplitMode.REFERENCE;

    @Option(names = "--lowercase", description = "Lower-case the texts first.")
    private boolean lowercase;

    @Override
    public Integer call() throws IOException {
        try (SparkSession spark = session.start("tfree count-words")) {
            Path path = new Path(output);
            FileSystem files = Output.fileSystem(path, spark.sparkContext().hadoopConfiguration());
            Output.requireFree(files, path);
            WordList words = CorpusWords.count(corpus.corpus().documents(spark),
                    new PartialCounts(mode, lowercase), top);
            write(words, files, path);
            System.out.printf(Locale.ROOT, "%,d words%n", words.size());
        }
        return 0;
    }

    private void write(WordList words, FileSystem files, Path path) throws IOException {
        java.nio.file.Path folder = Files.createTempDirectory("tfree-words-");
        java.nio.file.Path file = folder.resolve("words");
        try {
            if (tsv) {
                DictionaryFile.writeTsv(words, file);
            } else {
                DictionaryFile.write(words, file);
            }
            Output.publish(file, files, path);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }
}
