package tfree.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tfree.data.AlignedIndex;
import tfree.data.DocumentStore;
import tfree.data.Manifest;

/** {@code tfree data info}: how much memory maps hold. */
@Command(name = "info", description = "How much a memory map holds, and its aligned index if it has one.")
final class DataInfoCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PREFIX", description = DataCommand.PREFIX)
    private Path map = Path.of("");

    @Option(names = "--jsonl", description = "As one JSON object on a line.")
    private boolean jsonLines;

    @Override
    public Integer call() throws IOException {
        return show(map, jsonLines);
    }

    static int show(Path map, boolean jsonLines) throws IOException {
        Holdings holdings = new Holdings(Manifest.prefixes(map));
        if (jsonLines) {
            try (OutputStream out = StandardOutput.open()) {
                holdings.writeJson(new JsonLines(out));
            }
        } else {
            try (Writer out = StandardOutput.text()) {
                holdings.write(out);
            }
        }
        return 0;
    }

    /** What the memory maps hold together. */
    private static final class Holdings {
        private final int maps;
        private final TreeSet<String> types = new TreeSet<>();
        private long documents;
        private long bytes;
        private long shortest = Long.MAX_VALUE;
        private long longest;
        private int alignedMaps;
        private long items;
        private long bytesInItems;

        Holdings(List<Path> prefixes) throws IOException {
            this.maps = prefixes.size();
            for (Path prefix : prefixes) {
                addDocuments(prefix);
                if (AlignedIndex.exists(prefix)) {
                    addItems(prefix);
                }
            }
            shortest = Math.min(shortest, longest); // without a document both are 0
        }

        private void addDocuments(Path prefix) throws IOException {
            try (DocumentStore store = DocumentStore.open(prefix)) {
                types.add(store.dtype());
                documents += store.size();
                bytes += store.totalBytes();
                for (long document = 0; document < store.size(); document++) {
                    shortest = Math.min(shortest, store.length(document));
                    longest = Math.max(longest, store.length(document));
                }
            }
        }

        private void addItems(Path prefix) throws IOException {
            try (AlignedIndex index = AlignedIndex.open(prefix)) {
                alignedMaps++;
                items += index.size();
                bytesInItems += index.totalBytes();
            }
        }

        void write(Writer out) throws IOException {
            String unit = types.equals(new TreeSet<>(List.of("uint8"))) ? "bytes" : "integers";
            if (maps > 1) {
                out.write(line("maps", maps, ""));
            }
            out.write(line("documents", documents, ""));
            out.write(line("bytes", bytes, ""));
            out.write(line("shortest", shortest, unit));
            out.write(line("longest", longest, unit));
            out.write(String.format(Locale.ROOT, "%-10s %15s%n", "type", String.join(", ", types)));
            if (alignedMaps > 0) {
                out.write(line("items", items, alignedMaps < maps ? "in " + alignedMaps + " maps" : ""));
                out.write(line("in items", bytesInItems, "bytes"));
            }
        }

        private static String line(String name, long value, String unit) {
            return String.format(Locale.ROOT, "%-10s %,15d %s", name, value, unit).stripTrailing()
                    + System.lineSeparator();
        }

        void writeJson(JsonLines lines) throws IOException {
            lines.write(json -> {
                json.writeStartObject();
                json.writeNumberProperty("documents", documents);
                json.writeNumberProperty("bytes", bytes);
                json.writeNumberProperty("shortest", shortest);
                json.writeNumberProperty("longest", longest);
                json.writeStringProperty("dtype", String.join(", ", types));
                if (maps > 1) {
                    json.writeNumberProperty("maps", maps);
                }
                if (alignedMaps > 0) {
                    json.writeNumberProperty("items", items);
                    json.writeNumberProperty("bytes_in_items", bytesInItems);
                }
                json.writeEndObject();
            });
        }
    }
}
