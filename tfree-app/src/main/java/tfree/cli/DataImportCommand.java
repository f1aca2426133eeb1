package tfree.cli;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tfree.console.Progress;
import tfree.data.AlignedIndex;
import tfree.data.AlignedIndexWriter;
import tfree.source.FolderImport;
import tfree.source.ParallelDocuments;
import tfree.source.StoreImport;

/** {@code tfree data import}: texts of any format become memory maps. */
@Command(name = "import", description = {"Texts into a new memory map, in the order of their names.",
        "Plain text loses the line breaks around its documents; what has no text is passed over."})
final class DataImportCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "PREFIX", description = DataCommand.PREFIX)
    private @Nullable Path prefix;

    @Option(names = "--per-file", paramLabel = "DIR", description = "Instead of one map at PREFIX one a file, and "
            + "DIR/manifest.json of all, which training takes. Maps that are there stay: call again to go on.")
    private @Nullable Path folder;

    @Mixin
    private TextSource source = new TextSource();

    @Option(names = "--workers", paramLabel = "N", //
            description = "Threads that read files (default: one a processor). The result does not depend on it.")
    private int workers = Runtime.getRuntime().availableProcessors();

    @Option(names = "--align", description = "Write aligned indexes as well, as tfree data align does.")
    private boolean align;

    @Option(names = "--keep-tails", description = "With --align: leave no text out.")
    private boolean keepTails;

    @Option(names = "--quiet", description = "Say nothing but errors.")
    private boolean quiet;

    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (keepTails && !align) {
            throw new IllegalArgumentException("expected --align with --keep-tails but it is missing");
        }
        if (workers < 1) {
            throw new IllegalArgumentException("expected at least 1 worker but was " + workers);
        }
        if (prefix != null && folder == null) {
            return importOne(prefix);
        }
        if (prefix == null && folder != null) {
            return importEach(folder);
        }
        throw new IllegalArgumentException(
                "expected a PREFIX or --per-file DIR but was " + (prefix == null ? "neither" : "both"));
    }

    private int importOne(Path prefix) throws IOException {
        Path folderOfMap = prefix.toAbsolutePath().getParent();
        if (folderOfMap != null) {
            Files.createDirectories(folderOfMap);
        }
        long begun = System.nanoTime();
        StoreImport imported;
        try (ParallelDocuments documents = source.open(workers); Progress progress = progress(source.totalBytes())) {
            imported = StoreImport.write(prefix, documents, listener(progress));
        }
        align(prefix);
        say(summary(imported, begun) + "\n");
        return 0;
    }

    private int importEach(Path folder) throws IOException {
        if (source.isStandardInput()) {
            throw new IllegalArgumentException("expected files with --per-file but was standard input");
        }
        long begun = System.nanoTime();
        Files.createDirectories(folder);
        FolderImport run = new FolderImport(folder, source.files(), source.reader(), this::align);
        FolderImport.Outcome outcome;
        try (Progress progress = progress(run.bytesLeft())) {
            outcome = run.run(workers, listener(progress));
        }
        say(summary(outcome.made(), begun) + "; " + counted(outcome.maps(), "map", "maps")
                + String.format(Locale.ROOT, ", %,d of them from before", outcome.there())
                + also(outcome.empty(), "file without text", "files without text")
                + also(outcome.failures().size(), "file failed", "files failed") + "\n");
        int exitCode = 0;
        for (Exception failure : outcome.failures()) {
            exitCode = Failure.report(failure, Objects.requireNonNull(spec).commandLine(), false);
        }
        if (exitCode == 0 && outcome.maps() == 0) {
            throw new IllegalArgumentException("expected text to import but was none");
        }
        return exitCode;
    }

    private void align(Path prefix) throws IOException {
        if (align && !AlignedIndex.exists(prefix)) {
            AlignedIndexWriter.write(prefix, keepTails);
        }
    }

    private @Nullable Progress progress(long bytes) {
        return quiet ? null : new Progress("importing", bytes);
    }

    private static LongConsumer listener(@Nullable Progress progress) {
        return progress == null ? bytes -> {} : progress::add;
    }

    private String summary(StoreImport imported, long begun) throws IOException {
        double seconds = (System.nanoTime() - begun) * 1e-9;
        return counted(imported.documents(), "document", "documents")
                + String.format(Locale.ROOT, ", %,d bytes from %s in %.1f s (%.1f MB/s)", imported.bytes(),
                        source.isStandardInput() ? "standard input" : counted(source.files().size(), "file", "files"),
                        seconds, imported.bytes() * 1e-6 / seconds)
                + also(imported.passedOver(), "record without text was passed over",
                        "records without text were passed over");
    }

    private static String counted(long n, String one, String many) {
        return String.format(Locale.ROOT, "%,d %s", n, n == 1 ? one : many);
    }

    private static String also(long n, String one, String many) {
        return n == 0 ? "" : ", " + counted(n, one, many);
    }

    private void say(String text) throws IOException {
        if (!quiet) {
            try (Writer out = StandardOutput.text()) {
                out.write(text);
            }
        }
    }
}
