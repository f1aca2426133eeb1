package tfree.cli;

import picocli.CommandLine.Command;

/** {@code tfree data}: texts in memory maps, which training reads without loading them. */
@Command(name = "data", synopsisSubcommandLabel = "COMMAND", //
        subcommands = {DataImportCommand.class, DataDownloadCommand.class, DataInfoCommand.class, DataCatCommand.class,
                DataAlignCommand.class,
                DataVerifyCommand.class}, //
        description = "Texts in memory maps: PREFIX.bin, PREFIX.idx and PREFIX.meta.json.")
final class DataCommand {
    static final String PREFIX = "The three files' name without their endings.";
}
