package tfree.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tfree.console.DownloadProgress;
import tfree.console.Interrupt;
import tfree.data.Manifest;
import tfree.hub.DatasetDownload;
import tfree.hub.DownloadRequest;
import tfree.hub.Hub;
import tfree.hub.HubSettings;

@Command(name = "download", description = {"A data set of the Hugging Face hub into memory maps.",
        "Each Parquet or JSON Lines file of it becomes DIR/CONFIG/SHARD.bin, .idx and .meta.json. DIR/status.json says "
                + "how far each is: after any end, the same command goes on. DIR/manifest.json lists the maps, for "
                + "training, once all are complete.",
        "Exit code 1 when some are not. HF_TOKEN opens gated and private data sets, HF_ENDPOINT names a mirror."})
final class DataDownloadCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DATASET", description = "Owner and name, such as HuggingFaceFW/fineweb-edu.")
    private String dataset = "";

    @Option(names = "--config", paramLabel = "NAME", description = "A configuration (\"subset\") of it; may be repeated. "
            + "Without one the default configuration.")
    private List<String> configs = new ArrayList<>();

    @Option(names = "--configs", paramLabel = "FILE", description = "Configurations, one name a line; # begins a comment.")
    private @Nullable Path configsFile;

    @Option(names = "--output", required = true, paramLabel = "DIR", description = "The folder for the memory maps.")
    private Path output = Path.of("");

    @Option(names = "--split", paramLabel = "NAME", defaultValue = "train", //
            description = "The split. Default: ${DEFAULT-VALUE}.")
    private String split = "";

    @Option(names = "--column", paramLabel = "NAME", defaultValue = "text", //
            description = "The column, or field, that holds the text. Default: ${DEFAULT-VALUE}.")
    private String column = "";

    @Option(names = "--revision", paramLabel = "NAME", defaultValue = "main", //
            description = "A branch, a tag or a commit. What it names at the first call stays. Default: ${DEFAULT-VALUE}.")
    private String revision = "";

    @Option(names = "--limit", paramLabel = "N", description = "Only the first N files of each configuration.")
    private @Nullable Integer limit;

    @Option(names = "--keep-sources", description = "Keep the downloaded files beside their memory maps.")
    private boolean keepSources;

    @Option(names = "--verify-every", paramLabel = "N", defaultValue = "100", //
            description = "Compare every Nth document written with its source, which is read a second time; 0 for none. "
                    + "Default: ${DEFAULT-VALUE}.")
    private int verifyEvery;

    @Option(names = "--workers", paramLabel = "N", defaultValue = "4", //
            description = "Shards at the same time. Default: ${DEFAULT-VALUE}.")
    private int workers;

    @Option(names = "--endpoint", paramLabel = "URL", description = "The hub. Default: HF_ENDPOINT, or else "
            + "https://huggingface.co.")
    private @Nullable String endpoint;

    @Override
    public Integer call() throws IOException {
        if (limit != null && limit < 1) {
            throw new IllegalArgumentException("expected --limit of at least 1 file but was " + limit);
        }
        DownloadRequest request = new DownloadRequest(dataset, revision, configs(), split, column, output,
                limit == null ? 0 : limit, keepSources, verifyEvery, workers);
        HubSettings settings = HubSettings.of(endpoint, System.getenv(), Path.of(System.getProperty("user.home")));
        DownloadProgress progress = new DownloadProgress();
        try (Hub hub = Hub.connect(settings, progress)) {
            DatasetDownload download = new DatasetDownload(hub, request, progress);
            try (Interrupt interrupt = new Interrupt(download::stop)) {
                DatasetDownload.Outcome outcome;
                try (progress) {
                    outcome = download.run();
                }
                return report(outcome, interrupt.requested()); // before the process may end
            } catch (InterruptedException e) {
                System.err.println("interrupted before the first shard; the same command goes on");
                return 1;
            }
        }
    }

    private List<String> configs() throws IOException {
        List<String> all = new ArrayList<>(configs);
        if (configsFile != null) {
            Files.readAllLines(configsFile, StandardCharsets.UTF_8).stream()
                    .map(line -> line.replaceFirst("(^|\\s)#.*", "").strip()).filter(line -> !line.isEmpty())
                    .forEach(all::add);
            if (all.isEmpty()) {
                throw new IllegalArgumentException(configsFile + ": expected names of configurations but was none");
            }
        }
        return all;
    }

    private int report(DatasetDownload.Outcome outcome, boolean interrupted) {
        if (outcome.isComplete()) {
            System.err.printf("%d shards are complete; train with data.prefix_paths: [%s]%n", outcome.complete(),
                    output.resolve(Manifest.NAME));
            return 0;
        }
        System.err.printf("%d shards are complete, %d failed, %d are left%s; the same command goes on%n",
                outcome.complete(), outcome.failed().size(), outcome.left(),
                interrupted ? " (interrupted)" : outcome.left() > 0 ? " (stopped: too many failed in a row)" : "");
        outcome.failed().forEach(shard -> System.err.println("failed: " + shard));
        return 1;
    }
}
