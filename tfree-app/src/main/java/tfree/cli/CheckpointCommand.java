package tfree.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tfree.checkpoint.Checkpoint;
import tfree.checkpoint.Conversion;
import tfree.checkpoint.Units;
import tfree.trigram.Trigrams;

/** {@code tfree checkpoint}: saved models, looked at and exchanged with the original. */
@Command(name = "checkpoint", synopsisSubcommandLabel = "COMMAND", //
        description = {"Saved models, looked at and exchanged.",
                "Wherever a checkpoint is read it may be of this project (safetensors and JSON) or of the original (.pt "
                        + "files, read as data: they can run nothing)."})
final class CheckpointCommand {
    private static final String DIR = "A run's save folder, one of its iterations, or a published checkpoint.";
    private static final String OUTPUT = "The folder to write; there must be none of that name.";

    @Command(name = "info", description = {"What a checkpoint holds.",
            "Its architecture, sizes, dictionary and formats, where its run stands, and what is missing."})
    int info(@Parameters(paramLabel = "DIR", description = DIR) Path folder,
            @Option(names = "--parameters", description = "List every tensor.") boolean parameters,
            @Option(names = "--jsonl", description = "As one JSON object on a line.") boolean jsonLines)
            throws IOException {
        Checkpoint checkpoint = Checkpoint.open(folder);
        CheckpointInfo info = new CheckpointInfo(checkpoint, checkpoint.contents());
        if (jsonLines) {
            try (OutputStream out = StandardOutput.open()) {
                new JsonLines(out).write(info::writeJson);
            }
        } else {
            try (Writer out = StandardOutput.text()) {
                info.write(out, parameters);
            }
        }
        return 0;
    }

    @Command(name = "import", description = {"Write a checkpoint of the original as one of this project, once.",
            "Weights and the optimizer's state keep their types and bits."})
    int importOriginal(@Parameters(paramLabel = "DIR", description = DIR) Path folder,
            @Option(names = "--output", required = true, paramLabel = "OUT", description = OUTPUT) Path output,
            @Option(names = "--dictionary", paramLabel = "FILE", //
                    description = ModelOptions.DICTIONARY) @Nullable Path dictionary,
            @Option(names = "--top-words", paramLabel = "N", //
                    description = ModelOptions.TOP_WORDS) @Nullable Integer topWords)
            throws IOException {
        OutputFile.requireFree(output);
        Checkpoint checkpoint = Checkpoint.open(folder);
        try (Said said = new Said(ModelOptions.units(checkpoint, dictionary, topWords))) {
            Conversion.toOwn(checkpoint, said.units(), output);
        }
        return info(output, false, false);
    }

    @Command(name = "export", description = {"Write a checkpoint in the original's layout, which PyTorch loads.",
            "The original reads the slots of all trigrams from tokenizer.pt: 128 MB times vocab_population. This project "
                    + "computes them, and needs no such table."})
    int export(@Parameters(paramLabel = "DIR", description = DIR) Path folder,
            @Option(names = "--output", required = true, paramLabel = "OUT", description = OUTPUT) Path output,
            @Option(names = "--dictionary", paramLabel = "FILE", //
                    description = ModelOptions.DICTIONARY) @Nullable Path dictionary,
            @Option(names = "--top-words", paramLabel = "N", //
                    description = ModelOptions.TOP_WORDS) @Nullable Integer topWords,
            @Option(names = "--no-slot-table", description = "Leave the table out.") boolean noSlotTable)
            throws IOException {
        OutputFile.requireFree(output);
        Checkpoint checkpoint = Checkpoint.open(folder);
        try (Said said = new Said(ModelOptions.units(checkpoint, dictionary, topWords))) {
            Conversion.toOriginal(checkpoint, said.units(), output, noSlotTable ? 0 : Trigrams.COUNT);
        }
        return 0;
    }

    /** Closes a tokenizer. */
    private record Said(Units units) implements AutoCloseable {
        @Override
        public void close() {
            if (units instanceof Units.Tokens tokens) {
                tokens.tokenizer().close();
            }
        }
    }
}
