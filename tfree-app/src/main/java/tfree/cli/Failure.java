package tfree.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import tfree.file.Fault;
import tfree.text.Spelling;

/** How an error reaches the person: one line on standard error, and an exit code that says whose it is. */
final class Failure {
    static final int FAILED = 1;
    static final int WRONG_INPUT = 2;

    private Failure() {}

    static int report(Throwable thrown, CommandLine line, boolean debug) {
        if (thrown instanceof StandardOutput.ClosedException
                || thrown.getCause() instanceof StandardOutput.ClosedException) {
            return FAILED;
        }
        Fault fault = Fault.of(thrown);
        line.getErr().println("tfree: " + switch (thrown) {
            case UnmatchedArgumentException e -> fault.message() + hint(e, line);
            case ParameterException e -> fault.message() + see(e.getCommandLine());
            default -> fault.message();
        });
        if (debug) {
            thrown.printStackTrace(line.getErr());
        }
        return fault.ofInput() || thrown instanceof ParameterException ? WRONG_INPUT : FAILED;
    }

    private static String hint(UnmatchedArgumentException e, CommandLine line) {
        List<String> near = e.getSuggestions();
        if (near.isEmpty()) {
            return see(line);
        }
        List<String> names = e.isUnknownOption() ? near : commands(e.getCommandLine()); // of commands it forgets some
        return "; did you mean " + Spelling.nearest(e.getUnmatched().getFirst(), names) + "?";
    }

    private static List<String> commands(CommandLine line) {
        return line.getSubcommands().values().stream().map(CommandLine::getCommandSpec)
                .filter(command -> !command.usageMessage().hidden()).map(CommandSpec::name).toList();
    }

    private static String see(CommandLine line) {
        return " (see " + line.getCommandSpec().qualifiedName() + " --help)";
    }
}
