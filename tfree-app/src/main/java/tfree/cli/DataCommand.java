package tfree.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tfree.data.DocumentStore;
import tfree.data.DocumentStoreWriter;
import tfree.data.TextDocuments;

/** {@code tfree data}: texts in memory maps, which training reads without loading them. */
@Command(name = "data", synopsisSubcommandLabel = "COMMAND", //
        description = "Texts in memory maps: PREFIX.bin, PREFIX.idx and PREFIX.meta.json.")
final class DataCommand {
    private static final String PREFIX = "The three files' name without their endings.";

    @Command(name = "import", description = {"Texts into a new memory map.",
            "Documents lose the line breaks around them; empty ones are passed over."})
    int importText(@Parameters(paramLabel = "PREFIX", description = PREFIX) Path prefix, @Mixin TextSource source)
            throws IOException {
        OutputFile.requireFolder(prefix);
        try (TextDocuments in = source.open(); DocumentStoreWriter out = new DocumentStoreWriter(prefix)) {
            for (String document = in.next(); document != null; document = in.next()) {
                out.add(document);
            }
            if (out.documents() == 0) {
                throw new IllegalArgumentException("expected text to import but was none");
            }
            out.finish();
        }
        return info(prefix, false);
    }

    @Command(name = "info", description = "How much a memory map holds.")
    int info(@Parameters(paramLabel = "PREFIX", description = PREFIX) Path prefix,
            @Option(names = "--jsonl", description = "As one JSON object on a line.") boolean jsonLines)
            throws IOException {
        try (DocumentStore store = DocumentStore.open(prefix)) {
            long shortest = store.size() == 0 ? 0 : Long.MAX_VALUE;
            long longest = 0;
            for (long document = 0; document < store.size(); document++) {
                shortest = Math.min(shortest, store.length(document));
                longest = Math.max(longest, store.length(document));
            }
            print(store, shortest, longest, jsonLines);
        }
        return 0;
    }

    @Command(name = "cat", description = {"The documents of a memory map, each as a JSON string on a line.",
            "A document that is not UTF-8 gives {\"error\": …} in its place, and exit code 1 at the end."})
    int cat(@Parameters(paramLabel = "PREFIX", description = PREFIX) Path prefix,
            @Option(names = "--jsonl", description = "JSON lines, as without it.") boolean jsonLines)
            throws IOException {
        try (DocumentStore store = DocumentStore.open(prefix); OutputStream out = StandardOutput.open()) {
            JsonLines lines = new JsonLines(out);
            for (long i = 0; i < store.size(); i++) {
                long document = i;
                lines.write(json -> json.writeString(store.text(document)));
            }
            return lines.exitCode();
        }
    }

    private static void print(DocumentStore store, long shortest, long longest, boolean jsonLines)
            throws IOException {
        if (!jsonLines) {
            try (Writer out = StandardOutput.text()) {
                out.write(String.format(Locale.ROOT, "documents  %,15d%nbytes      %,15d%n", store.size(),
                        store.totalBytes()));
                out.write(String.format(Locale.ROOT, "shortest   %,15d bytes%nlongest    %,15d bytes%n", shortest,
                        longest));
            }
            return;
        }
        try (OutputStream out = StandardOutput.open()) {
            new JsonLines(out).write(json -> {
                json.writeStartObject();
                json.writeNumberProperty("documents", store.size());
                json.writeNumberProperty("bytes", store.totalBytes());
                json.writeNumberProperty("shortest", shortest);
                json.writeNumberProperty("longest", longest);
                json.writeEndObject();
            });
        }
    }
}
