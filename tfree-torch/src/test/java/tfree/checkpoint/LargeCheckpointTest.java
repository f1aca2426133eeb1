package tfree.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.config.RunConfig;
import tfree.model.ParameterSpec;
import tfree.model.TensorScope;
import tfree.model.Tensors;
import tfree.model.Transformer;
import tfree.tiny.TinyRun;

/** A model of 14 GB in a sparse file, zeros but for the last number: opened by mapping, at no cost in memory. */
class LargeCheckpointTest {
    private static final long MOST_GROWTH = 256L << 20;
    private static final Path STATUS = Path.of("/proc/self/status");

    @TempDir
    private Path folder = Path.of("");

    @Test
    void fourteenGigabytesOpenWithoutBeingCopied() throws IOException {
        assumeTrue(Files.exists(STATUS), "only Linux says how much memory is a process's own");
        RunConfig config = TinyRun.config(folder, "architecture.vocab_size=32000", "tokenizer.vocab_size=32000",
                "architecture.hidden_size=4096", "architecture.num_layers=16", "architecture.num_attention_heads=32",
                "architecture.mlp_factor=2.66796875");
        Path model = folder.resolve("model");
        OwnLayout layout = new OwnLayout(Files.createDirectories(model));
        layout.writeModel(config, TinyRun.units(config), Map.of());
        assertTrue(writeSparse(layout.folder().resolve(layout.weightsFile()), config) > 13_900_000_000L);
        long before = ownMemory();
        Checkpoint checkpoint = Checkpoint.open(model);
        assertEquals(3_484_553_216L, checkpoint.contents().parameterCount());
        try (Transformer transformer = checkpoint.transformer(); TensorScope _ = new TensorScope()) {
            Tensor last = transformer.parameters().values().stream().reduce((_, tensor) -> tensor).orElseThrow();
            float[] row = Tensors.floats(last.select(0, last.size(0) - 1));
            assertEquals(1, row[row.length - 1]);
            assertEquals(0, row[0]);
            assertTrue(ownMemory() - before < MOST_GROWTH, () -> "grown from " + before + " to " + ownMemory());
        }
    }

    private static long writeSparse(Path file, RunConfig config) throws IOException {
        Map<String, SafetensorsHeader.Entry> entries = new LinkedHashMap<>();
        long end = 0;
        for (ParameterSpec spec : ParameterSpec.of(config.architecture())) {
            long from = end;
            end += Float.BYTES * spec.size();
            entries.put(spec.name(), new SafetensorsHeader.Entry(ElementType.F32, spec.shape(), from, end));
        }
        byte[] header = new SafetensorsHeader(entries, Map.of()).toJson();
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.write(littleEndian(Long.BYTES).putLong(header.length).array());
            out.write(header);
            out.setLength(out.getFilePointer() + end);
            out.seek(out.length() - Float.BYTES);
            out.write(littleEndian(Float.BYTES).putFloat(1).array());
            return out.length();
        }
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Memory that is no file's: what is mapped goes when others need the place. */
    private static long ownMemory() {
        try {
            return Files.readAllLines(STATUS).stream().filter(line -> line.startsWith("RssAnon:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10).findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
