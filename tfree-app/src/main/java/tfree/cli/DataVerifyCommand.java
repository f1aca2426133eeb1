package tfree.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tfree.data.Manifest;
import tfree.data.StoreCheck;

/** {@code tfree data verify}: what is damaged, and where. */
@Command(name = "verify", description = {
        "Reads memory maps and their aligned indexes to the last byte and says what is damaged, and where. Exit code 1 "
                + "when something is.",
        "Found are missing files, a wrong PREFIX.meta.json, files whose sizes contradict each other, documents beyond the "
                + "data, gaps and overlaps between documents, text that is not UTF-8, and an aligned index that is not "
                + "what tfree data align makes of this text. Not found is a changed byte that leaves the text valid UTF-8: "
                + "the format has no checksums."})
final class DataVerifyCommand implements Callable<Integer> {
    private static final int SHOWN = 20;

    @Parameters(paramLabel = "PREFIX", arity = "1..*", description = DataCommand.PREFIX)
    private List<Path> maps = List.of();

    @Option(names = "--jsonl", description = "JSON lines: {\"file\", \"damage\"} for each damage, then for each memory map "
            + "{\"prefix\", \"documents\", \"bytes\", \"items\", \"damages\"}.")
    private boolean jsonLines;

    @Override
    public Integer call() throws IOException {
        List<Path> prefixes = new ArrayList<>();
        for (Path map : maps) {
            prefixes.addAll(Manifest.prefixes(map));
        }
        long damages = 0;
        try (OutputStream out = StandardOutput.open()) {
            for (Path prefix : prefixes) {
                damages += (jsonLines ? asJson(prefix, out) : asText(prefix, out)).damages();
                out.flush();
            }
        }
        return damages == 0 ? 0 : 1;
    }

    private static StoreCheck.Extent asJson(Path prefix, OutputStream out) throws IOException {
        JsonLines lines = new JsonLines(out);
        StoreCheck.Extent extent = StoreCheck.run(prefix, damage -> lines.write(json -> {
            json.writeStartObject();
            json.writeStringProperty("file", damage.file());
            json.writeStringProperty("damage", damage.what());
            json.writeEndObject();
        }));
        lines.write(json -> {
            json.writeStartObject();
            json.writeStringProperty("prefix", prefix.toString());
            json.writeNumberProperty("documents", extent.documents());
            json.writeNumberProperty("bytes", extent.bytes());
            json.writeNumberProperty("items", extent.items());
            json.writeNumberProperty("damages", extent.damages());
            json.writeEndObject();
        });
        return extent;
    }

    /** Of very many damages in a file the first are shown and the others counted. */
    private static StoreCheck.Extent asText(Path prefix, OutputStream out) throws IOException {
        Map<String, Long> damages = new LinkedHashMap<>();
        StoreCheck.Extent extent = StoreCheck.run(prefix, damage -> {
            if (damages.merge(damage.file(), 1L, Long::sum) <= SHOWN) {
                write(out, damage.file() + ": " + damage.what());
            }
        });
        for (Map.Entry<String, Long> file : damages.entrySet()) {
            if (file.getValue() > SHOWN) {
                write(out, String.format(Locale.ROOT, "%s: and %,d more", file.getKey(), file.getValue() - SHOWN));
            }
        }
        write(out, String.format(Locale.ROOT, "%s: %,d documents, %,d bytes, %,d items: %s", prefix, extent.documents(),
                extent.bytes(), extent.items(), extent.damages() == 0 ? "sound"
                        : String.format(Locale.ROOT, "%,d damages", extent.damages())));
        return extent;
    }

    private static void write(OutputStream out, String line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
