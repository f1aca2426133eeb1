package tfree.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was written is read by protobuf's own parser, which knows nothing of the writer. */
class TensorBoardFileTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void writesAnEventAStepThatProtobufReads() throws IOException {
        try (TensorBoardFile file = new TensorBoardFile(folder.resolve("logs"))) {
            file.onStep(new StepMetrics(1, 0.75, 1234, 1e-4, 2.5, 0.25, 0.125, null, null, null, 0.01, null, null));
            file.onStep(new StepMetrics(300, 0.5, 1300, 2e-4, 1.5, 0.2, 0, 0.0625, 0.75, 1L << 30, 3.5, 0.625,
                    new ActivationStatistics(0.25, new double[]{8, 3})));
        }
        List<UnknownFieldSet> events = events();
        assertEquals(3, events.size());
        assertEquals("brain.Event:2",
                events.getFirst().getField(3).getLengthDelimitedList().getFirst().toStringUtf8());
        assertEquals(300, events.get(2).getField(2).getVarintList().getFirst());
        double wallTime = Double.longBitsToDouble(events.get(2).getField(1).getFixed64List().getFirst());
        assertEquals(System.currentTimeMillis() * 1e-3, wallTime, 600);
        assertEquals(Map.of("train/loss", 0.75f, "train/learning_rate", 1e-4f, "train/gradient_norm", 2.5f,
                "train/epochs", 0.01f, "speed/words_per_second", 1234f, "speed/seconds", 0.25f, "speed/data_seconds",
                0.125f), values(events.get(1)));
        assertEquals(0.0625f, values(events.get(2)).get("speed/exchange_seconds"));
        assertEquals(0.75f, values(events.get(2)).get("speed/mfu"));
        assertEquals(0x1p30f, values(events.get(2)).get("memory/resident_bytes"));
        assertEquals(0.625f, values(events.get(2)).get("validation/loss"));
        assertEquals(0.25f, values(events.get(2)).get("activations/mean"));
        assertEquals(3f, values(events.get(2)).get("activations/above_0.1"));
    }

    /** The first record of every TensorBoard file has 24 bytes, so all begin alike. */
    @Test
    void beginsAsEveryTensorBoardFileDoes() throws IOException {
        try (TensorBoardFile _ = new TensorBoardFile(folder)) {
            // Only the version record is there.
        }
        byte[] bytes = Files.readAllBytes(file());
        assertEquals("1800000000000000a37f4b22", HexFormat.of().formatHex(bytes, 0, 12));
    }

    private Path file() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> all = files.filter(Files::isRegularFile).toList();
            assertEquals(1, all.size(), all.toString());
            assertTrue(all.getFirst().getFileName().toString().contains("tfevents"), all.toString());
            return all.getFirst();
        }
    }

    private List<UnknownFieldSet> events() throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file())).order(ByteOrder.LITTLE_ENDIAN);
        List<UnknownFieldSet> events = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] message = new byte[Math.toIntExact(in.getLong())];
            in.getInt();
            in.get(message);
            in.getInt();
            events.add(UnknownFieldSet.parseFrom(message));
        }
        return events;
    }

    private static Map<String, Float> values(UnknownFieldSet event) throws IOException {
        Map<String, Float> values = new LinkedHashMap<>();
        UnknownFieldSet summary = UnknownFieldSet
                .parseFrom(event.getField(5).getLengthDelimitedList().getFirst());
        for (var bytes : summary.getField(1).getLengthDelimitedList()) {
            UnknownFieldSet value = UnknownFieldSet.parseFrom(bytes);
            values.put(value.getField(1).getLengthDelimitedList().getFirst().toStringUtf8(),
                    Float.intBitsToFloat(value.getField(2).getFixed32List().getFirst()));
        }
        return values;
    }
}
