package tfree.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;
import tfree.dictionary.ScoringRule;
import tfree.text.SplitMode;

/** The command {@code tfree}: exit code 0 done, 1 failed, 2 the call or its input is wrong. */
@Command(name = "tfree", mixinStandardHelpOptions = true, versionProvider = Tfree.Version.class, //
        description = "A language model without a subword tokenizer.", //
        synopsisSubcommandLabel = "COMMAND", //
        scope = ScopeType.INHERIT, // every subcommand has --help
        subcommands = {DemoCommand.class, SplitCommand.class, JoinCommand.class, EncodeCommand.class, DataCommand.class,
                DictionaryCommand.class, TrainCommand.class, EvalCommand.class, GenerateCommand.class,
                ServeCommand.class, CheckpointCommand.class,
                SparkCommand.class, WarmUpCommand.class})
public final class Tfree implements Callable<Integer> {

    @CommandLine.Spec
    private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Print the stack trace of an error.")
    private boolean debug;

    public static void main(String... args) {
        System.exit(run(args));
    }

    private static int run(String... args) {
        CommandLine command = command();
        try {
            return command.execute(args);
        } catch (OutOfMemoryError e) {
            return Failure.report(e, command, false);
        }
    }

    static CommandLine command() {
        Tfree tfree = new Tfree();
        return new CommandLine(tfree) //
                .setCaseInsensitiveEnumValuesAllowed(true) //
                .registerConverter(SplitMode.class, named(SplitMode::ofName)) //
                .registerConverter(ScoringRule.class, named(ScoringRule::ofName)) //
                .registerConverter(ByteSize.class, named(ByteSize::of)) //
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8)) //
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8)) //
                .setParameterExceptionHandler((e, _) -> Failure.report(e, e.getCommandLine(), false)) //
                .setExecutionExceptionHandler((e, line, _) -> Failure.report(e, line, tfree.debug));
    }

    /** Names as configuration files have them; the error says which there are. */
    private static <T> ITypeConverter<T> named(Function<String, T> ofName) {
        return name -> {
            try {
                return ofName.apply(name.toLowerCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        };
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
            String version = Tfree.class.getPackage().getImplementationVersion();
            return new String[]{"tfree " + (version == null ? "(unpacked classes)" : version)};
        }
    }
}
