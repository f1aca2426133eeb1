package tfree.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Collectors;
import tfree.file.AtomicFile;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** {@code metrics.jsonl}: one {@link StepMetrics} a line, on the disk as soon as the step is done. */
public final class MetricsFile implements TrainingListener, AutoCloseable {
    /** The file's name in a run's folder. */
    public static final String NAME = "metrics.jsonl";

    private static final JsonInclude.Value ONLY_WHAT_WAS_MEASURED = JsonInclude.Value
            .construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL);
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .changeDefaultPropertyInclusion(_ -> ONLY_WHAT_WAS_MEASURED).build();

    private final BufferedWriter out;

    /** Begins the file anew, or goes on behind the steps that a resumed run keeps. */
    public MetricsFile(Path folder, long stepsDone) throws IOException {
        Path file = folder.resolve(NAME);
        if (stepsDone > 0 && Files.exists(file)) {
            String kept = Files.readAllLines(file).stream().filter(line -> step(line) <= stepsDone)
                    .map(line -> line + "\n").collect(Collectors.joining());
            AtomicFile.write(file, kept.getBytes(StandardCharsets.UTF_8));
        } else {
            Files.deleteIfExists(file);
        }
        out = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** The step of a line; a line that a killed run left unfinished belongs to no step that is kept. */
    private static long step(String line) {
        try {
            return JSON.readTree(line).path("step").asLong(Long.MAX_VALUE);
        } catch (tools.jackson.core.JacksonException e) {
            return Long.MAX_VALUE;
        }
    }

    @Override
    public void onStep(StepMetrics metrics) {
        try {
            out.write(JSON.writeValueAsString(metrics));
            out.newLine();
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
