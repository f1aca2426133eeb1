package tfree.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tfree.data.AlignedIndex;
import tfree.data.DocumentStore;
import tfree.data.Manifest;
import tools.jackson.core.JsonGenerator;

/** {@code tfree data cat}: memory map → JSON lines. */
@Command(name = "cat", description = {
        "The documents of a memory map, each as a JSON string on a line; of a map of integers, as an array of them.",
        "What is not UTF-8 gives {\"error\": …} in its place, and exit code 1 at the end."})
final class DataCatCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PREFIX", description = DataCommand.PREFIX)
    private Path map = Path.of("");

    @Option(names = "--aligned", description = "The items that tfree data align made, each as an array of its texts.")
    private boolean aligned;

    @Option(names = "--jsonl", description = "JSON lines, as without it.")
    @SuppressWarnings("UnusedVariable") // every command that answers takes it
    private boolean jsonLines;

    @Override
    public Integer call() throws IOException {
        try (OutputStream out = StandardOutput.open()) {
            JsonLines lines = new JsonLines(out);
            for (Path prefix : Manifest.prefixes(map)) {
                if (aligned) {
                    items(prefix, lines);
                } else {
                    documents(prefix, lines);
                }
            }
            return lines.exitCode();
        }
    }

    private static void items(Path prefix, JsonLines lines) throws IOException {
        try (AlignedIndex index = AlignedIndex.open(prefix)) {
            for (long i = 0; i < index.size(); i++) {
                long item = i;
                lines.write(json -> {
                    json.writeStartArray();
                    for (String text : index.texts(item)) {
                        json.writeString(text);
                    }
                    json.writeEndArray();
                });
            }
        }
    }

    private static void documents(Path prefix, JsonLines lines) throws IOException {
        try (DocumentStore store = DocumentStore.open(prefix)) {
            boolean text = store.dtype().equals("uint8");
            boolean unsigned = store.dtype().startsWith("u");
            for (long i = 0; i < store.size(); i++) {
                long document = i;
                lines.write(json -> {
                    if (text) {
                        json.writeString(store.text(document));
                    } else {
                        write(store.numbers(document), unsigned, json);
                    }
                });
            }
        }
    }

    private static void write(long[] numbers, boolean unsigned, JsonGenerator json) {
        json.writeStartArray();
        for (long number : numbers) {
            if (unsigned && number < 0) {
                json.writeNumber(new BigInteger(Long.toUnsignedString(number)));
            } else {
                json.writeNumber(number);
            }
        }
        json.writeEndArray();
    }
}
