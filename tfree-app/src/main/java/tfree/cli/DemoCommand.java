package tfree.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tfree.demo.Demo;
import tfree.demo.Europarl;

/** {@code tfree demo}: the main job in minutes. */
@Command(name = "demo", mixinStandardHelpOptions = true, description = {"Train a model on real text and look at it.",
        "Excerpts of the European Parliament's proceedings become training data and a dictionary; a model learns them; "
                + "bits per byte are measured on text that was held back; three prompts are continued; and a page "
                + "shows it all."})
final class DemoCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--language", paramLabel = "CODE", defaultValue = "en", //
            description = "bg cs da de el en es et fi fr hu it lt lv nl pl pt ro sk sl sv (default ${DEFAULT-VALUE}).")
    private String language = "en";

    @Option(names = "--minutes", paramLabel = "N", defaultValue = "3", //
            description = "How long training may take (default ${DEFAULT-VALUE}).")
    private double minutes = 3;

    @Option(names = "--output", paramLabel = "DIR", description = "Where everything goes (default: demo-CODE).")
    private @Nullable Path output;

    @Override
    public Integer call() throws IOException {
        if (spec == null) {
            throw new IllegalStateException("called outside the command line");
        }
        if (!(minutes > 0 && minutes <= 24 * 60)) {
            throw new ParameterException(spec.commandLine(),
                    "--minutes: expected a number above 0 and up to 1440 but was " + minutes);
        }
        Path folder = output == null ? Path.of("demo-" + language) : output;
        if (!Europarl.LANGUAGES.containsKey(language)) {
            throw new ParameterException(spec.commandLine(), "--language: expected one of "
                    + String.join(" ", Europarl.LANGUAGES.keySet()) + " but was " + language);
        }
        new Demo(language, minutes, folder, spec.commandLine().getOut()).run();
        return 0;
    }
}
