package tfree.spark;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.SparkThrowable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import tfree.file.Fault;

/** How an error reaches the person: one line on standard error, and an exit code that says whose it is. */
final class Failure {
    private static final int FAILED = 1;
    private static final int WRONG_INPUT = 2;

    /** Classes of SQLSTATE: wrong data, wrong names, what a data source complains of. */
    private static final Set<String> INPUT_STATES = Set.of("22", "42", "KD");

    private Failure() {}

    static int report(Throwable thrown, CommandLine line, boolean debug) {
        Fault fault = thrown instanceof ParameterException e
                ? new Fault(Fault.of(e).message() + " (see " + e.getCommandLine().getCommandSpec().qualifiedName()
                        + " --help)", true)
                : fault(thrown);
        line.getErr().println("tfree: " + fault.message());
        if (debug) {
            thrown.printStackTrace(line.getErr());
        }
        return fault.ofInput() ? WRONG_INPUT : FAILED;
    }

    /** Spark wraps what a task threw: the first cause in the row that is the input's fault speaks, else the last one. */
    private static Fault fault(Throwable thrown) {
        List<Fault> faults = Stream.iterate(thrown, cause -> cause != null, Throwable::getCause).map(Failure::own)
                .toList();
        return faults.stream().filter(Fault::ofInput).findFirst().orElseGet(faults::getLast);
    }

    private static Fault own(Throwable cause) {
        String state = cause instanceof SparkThrowable spark ? spark.getSqlState() : null;
        return state == null
                ? Fault.of(cause)
                : new Fault(Fault.of(cause).message(), INPUT_STATES.contains(state.substring(0, 2)));
    }
}
