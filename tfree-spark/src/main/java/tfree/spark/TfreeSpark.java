package tfree.spark;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import tfree.text.SplitMode;

/**
 * The command {@code tfree spark}, and the main class of the jar for spark-submit. The exit code is 0 done, 1 failed, 2
 * the call or its input is wrong.
 */
@Command(name = "tfree spark", mixinStandardHelpOptions = true, versionProvider = TfreeSpark.Version.class, //
        scope = ScopeType.INHERIT, //
        description = "Dictionaries and training data from corpora that Spark reads.", //
        synopsisSubcommandLabel = "COMMAND", subcommands = {CountWordsCommand.class, PrepareCommand.class})
public final class TfreeSpark implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show Spark's warnings, and the stack trace of "
            + "an error.")
    private boolean debug;

    /** Returns when all is done: an exit here would look like a failure to YARN. */
    public static void main(String... args) {
        int exitCode = run(args);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    static int run(String... args) {
        TfreeSpark command = new TfreeSpark();
        return new CommandLine(command) //
                .registerConverter(SplitMode.class, TfreeSpark::mode) //
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8)) //
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8)) //
                .setParameterExceptionHandler((e, _) -> Failure.report(e, e.getCommandLine(), false)) //
                .setExecutionExceptionHandler((e, line, _) -> Failure.report(e, line, command.debug)) //
                .setExecutionStrategy(parsed -> {
                    System.setProperty("tfree.spark.log", command.debug ? "warn" : "off"); // see log4j2.properties
                    return new CommandLine.RunLast().execute(parsed);
                }) //
                .execute(args);
    }

    private static SplitMode mode(String name) {
        try {
            return SplitMode.ofName(name.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Integer call() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
        return 0;
    }

    /** The version of the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = TfreeSpark.class.getPackage().getImplementationVersion();
            return new String[]{"tfree spark " + (version == null ? "(unpacked classes)" : version)};
        }
    }
}
