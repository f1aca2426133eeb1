package tfree.checkpoint;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import tfree.checkpoint.SafetensorsHeader.Entry;
import tfree.file.AtomicFile;
import tfree.file.CorruptFileException;
import tfree.file.MappedFile;
import tfree.model.TensorScope;
import tfree.model.Tensors;

/**
 * A safetensors file: named tensors behind a JSON header, mapped and not copied, so that a file larger than the memory
 * opens at once and its pages come in as they are read.
 *
 * <pre>
 * file   = length:u64-le  header:UTF-8 JSON of that length  data
 * header = {"__metadata__": {key: value, …}, name: {"dtype": …, "shape": […], "data_offsets": [from, to]}, …}
 * </pre>
 *
 * The tensors are views of the mapping: read-only, and gone once this object is closed.
 */
public final class Safetensors implements SavedTensors {
    private static final int LENGTH_BYTES = 8;
    private static final long LONGEST_HEADER = 100_000_000; // as the format's own library has it

    private final Arena arena;
    private final SafetensorsHeader header;
    private final Map<String, Tensor> tensors;

    private Safetensors(Arena arena, SafetensorsHeader header, Map<String, Tensor> tensors) {
        this.arena = arena;
        this.header = header;
        this.tensors = tensors;
    }

    /**
     * Maps a file.
     *
     * @throws CorruptFileException if the file is cut short or its header does not describe it
     * @throws IOException if it cannot be read
     */
    @SuppressWarnings("MustBeClosedChecker") // the arena's owner is the returned object
    public static Safetensors open(Path file) throws IOException {
        Arena arena = Arena.ofShared();
        try {
            MemorySegment bytes = MappedFile.map(file, arena);
            if (bytes.byteSize() < LENGTH_BYTES) {
                throw new CorruptFileException(file, "expected a safetensors file but was only " + bytes.byteSize()
                        + " bytes long");
            }
            long length = bytes.get(JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
            long dataBytes = bytes.byteSize() - LENGTH_BYTES - length;
            if (length < 2 || length > LONGEST_HEADER || dataBytes < 0) {
                throw new CorruptFileException(file, "expected a header of 2 to "
                        + Math.min(LONGEST_HEADER, bytes.byteSize() - LENGTH_BYTES) + " bytes but was "
                        + Long.toUnsignedString(length) + "; not a safetensors file, or cut short");
            }
            byte[] json = bytes.asSlice(LENGTH_BYTES, length).toArray(JAVA_BYTE);
            SafetensorsHeader header = SafetensorsHeader.parse(file, json, dataBytes);
            return new Safetensors(arena, header, views(header, bytes.asSlice(LENGTH_BYTES + length)));
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    @Override
    public Map<String, Tensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    /** What the writer noted beside the tensors. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(header.metadata());
    }

    @Override
    public void close() {
        tensors.values().forEach(Tensor::close);
        arena.close();
    }

    /**
     * Writes a file that appears under its name only when it is complete. Wider types come first, so that every tensor
     * stands at a multiple of its numbers' size; beyond that the given order is kept.
     */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        Map<String, Entry> entries = new LinkedHashMap<>();
        List<Map.Entry<String, Tensor>> order = new ArrayList<>(tensors.entrySet());
        order.sort(Comparator.comparingInt(tensor -> -ElementType.of(tensor.getValue()).bytes()));
        long end = 0;
        for (Map.Entry<String, Tensor> tensor : order) {
            long from = end;
            end += tensor.getValue().nbytes();
            entries.put(tensor.getKey(),
                    new Entry(ElementType.of(tensor.getValue()), Tensors.shape(tensor.getValue()), from, end));
        }
        byte[] json = new SafetensorsHeader(entries, metadata).toJson();
        try (AtomicFile atomic = new AtomicFile(file); TensorScope _ = new TensorScope()) {
            OutputStream out = atomic.out();
            out.write(ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array());
            out.write(json);
            for (Map.Entry<String, Tensor> tensor : order) {
                write(out, Tensors.memory(tensor.getValue().contiguous()));
            }
            atomic.commit();
        }
    }

    private static void write(OutputStream out, MemorySegment memory) throws IOException {
        byte[] chunk = new byte[(int) Math.min(1 << 20, memory.byteSize())];
        for (long at = 0; at < memory.byteSize(); at += chunk.length) {
            int count = (int) Math.min(chunk.length, memory.byteSize() - at);
            MemorySegment.copy(memory, JAVA_BYTE, at, chunk, 0, count);
            out.write(chunk, 0, count);
        }
    }

    private static Map<String, Tensor> views(SafetensorsHeader header, MemorySegment data) {
        Map<String, Tensor> views = new LinkedHashMap<>();
        try (TensorScope scope = new TensorScope()) {
            header.entries().forEach((name, entry) -> {
                MemorySegment memory = data.asSlice(entry.from(), entry.to() - entry.from());
                Tensor view = Tensors.over(memory, entry.type().scalarType(), entry.sizes());
                boolean aligned = memory.address() % entry.type().bytes() == 0;
                views.put(name, scope.keep(aligned ? view : view.clone()));
            });
        }
        return views;
    }
}
