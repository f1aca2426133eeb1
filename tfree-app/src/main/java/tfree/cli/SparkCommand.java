package tfree.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/**
 * {@code tfree spark} in the list of commands. What does it is the module tfree-spark, to which the script {@code tfree}
 * gives the call: it has a class path of its own.
 */
@Command(name = "spark", description = {"Dictionaries and training data from corpora that need a cluster.",
        "The subcommands are count-words and prepare, in a jar of their own: ./tfree spark --help builds it."})
final class SparkCommand implements Callable<Integer> {
    @Unmatched
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() {
        throw new IllegalArgumentException("expected the call ./tfree spark " + String.join(" ", arguments).strip()
                + ", with spark as the first word, but was this jar, which is without Spark; or build"
                + " tfree-spark/target/tfree-spark.jar with mvn -pl tfree-spark -am package and give it to spark-submit");
    }
}
