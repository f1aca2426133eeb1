package tfree.cli;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tfree.data.DocumentStoreWriter;
import tfree.data.TextDocuments;

/** {@code tfree data}: texts in memory maps, which training reads without loading them. */
@Command(name = "data", synopsisSubcommandLabel = "COMMAND", //
        subcommands = {DataDownloadCommand.class, DataInfoCommand.class, DataCatCommand.class, DataAlignCommand.class,
                DataVerifyCommand.class}, //
        description = "Texts in memory maps: PREFIX.bin, PREFIX.idx and PREFIX.meta.json.")
final class DataCommand {
    static final String PREFIX = "The three files' name without their endings.";

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
        return DataInfoCommand.show(prefix, false);
    }
}
