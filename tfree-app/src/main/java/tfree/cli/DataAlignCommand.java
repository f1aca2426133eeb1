package tfree.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tfree.data.AlignedIndex;
import tfree.data.AlignedIndexWriter;
import tfree.data.DocumentStore;
import tfree.data.Manifest;

/** {@code tfree data align}: memory map → items of about 20,000 bytes. */
@Command(name = "align", description = {
        "Cuts the documents of memory maps into items of about 20,000 bytes (some 4,096 words), so that training sees "
                + "them from beginning to end: PREFIX.indices.bin, PREFIX.lengths.bin and PREFIX.offsets.bin.",
        "As it is, the index equals the published models' byte for byte; it leaves out the end of every document and the "
                + "last item. Spans that are not UTF-8 are left out in any case."})
final class DataAlignCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PREFIX", arity = "1..*", description = DataCommand.PREFIX)
    private List<Path> maps = List.of();

    @Option(names = "--keep-tails", description = "Leave nothing out.")
    private boolean keepTails;

    @Option(names = "--jsonl", description = "One JSON object on a line for each memory map.")
    private boolean jsonLines;

    @Override
    public Integer call() throws IOException {
        try (OutputStream out = StandardOutput.open()) {
            JsonLines lines = new JsonLines(out);
            for (Path map : maps) {
                for (Path prefix : Manifest.prefixes(map)) {
                    AlignedIndexWriter.write(prefix, keepTails);
                    report(prefix, lines, out);
                }
            }
        }
        return 0;
    }

    private void report(Path prefix, JsonLines lines, OutputStream out) throws IOException {
        try (AlignedIndex items = AlignedIndex.open(prefix); DocumentStore documents = DocumentStore.open(prefix)) {
            long held = items.totalBytes();
            long leftOut = documents.totalBytes() - held;
            if (jsonLines) {
                lines.write(json -> {
                    json.writeStartObject();
                    json.writeStringProperty("prefix", prefix.toString());
                    json.writeNumberProperty("items", items.size());
                    json.writeNumberProperty("bytes", held);
                    json.writeNumberProperty("left_out", leftOut);
                    json.writeEndObject();
                });
            } else {
                out.write(String.format(Locale.ROOT, "%s: %,d items, %,d bytes; %,d bytes left out%n", prefix,
                        items.size(), held, leftOut).getBytes(StandardCharsets.UTF_8));
            }
            out.flush();
        }
    }
}
