package tfree.spark;

import java.io.Console;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where Spark runs. */
final class SessionOptions {
    private static final String MASTER = "spark.master";

    @Option(names = "--master", paramLabel = "MASTER", //
            description = "local[N] for N cores of this machine, local[*] for all of them (the default). For a cluster "
                    + "use spark-submit.")
    private @Nullable String master;

    @Option(names = "--conf", paramLabel = "NAME=VALUE", description = "A setting of Spark.")
    private Map<String, String> settings = new LinkedHashMap<>();

    /** Starts Spark in this process, or joins the cluster that spark-submit chose. */
    SparkSession start(String name) {
        SparkConf conf = new SparkConf(); // has what spark-submit set
        if (!conf.contains(MASTER)) {
            embed(conf, master == null ? "local[*]" : master);
        } else if (master != null) {
            throw new IllegalArgumentException("expected --master before the jar, as an option of spark-submit, but was"
                    + " after it");
        }
        settings.forEach(conf::set);
        return SparkSession.builder().config(conf).appName(name).getOrCreate();
    }

    private static void embed(SparkConf conf, String master) {
        if (!master.startsWith("local")) {
            throw new IllegalArgumentException("expected --master local, local[N] or local[*] but was " + master
                    + "; use spark-submit for a cluster");
        }
        conf.set(MASTER, master) //
                .set("spark.driver.host", "127.0.0.1") //
                .set("spark.driver.bindAddress", "127.0.0.1") //
                .set("spark.ui.enabled", "false") //
                .set("spark.ui.showConsoleProgress", String.valueOf(onTerminal()));
    }

    @SuppressWarnings("SystemConsoleNull") // where there is none it is null
    private static boolean onTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
