package tfree.checkpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import tfree.dictionary.WordList;
import tfree.file.CorruptFileException;
import tfree.file.FileVersionException;
import tfree.file.MappedFile;
import tfree.pickle.PickleGlobal;
import tfree.pickle.PickleReader;

/**
 * A {@code .pt} file that {@code torch.save} wrote: a value of Python's with tensors in it, read as data. The file is a
 * zip archive of a pickle and raw storages. The pickle may name what tensors, ordered dicts, counters and NumPy's arrays
 * are made of; any other name is an error, so a file can run nothing. The storages are mapped and not copied: a file
 * larger than the memory opens at once.
 *
 * <p>The value is built of what {@link PickleReader} gives, {@link StoredTensor} and {@link NumpyArray}. Tensors are views
 * of the mapping: read-only, and gone once this object is closed.
 *
 * <pre>{@code
 * try (TorchFile file = TorchFile.open(Path.of("transformer/transformer.pt")); TensorScope scope = new TensorScope()) {
 *     file.stateDict().forEach((name, tensor) -> parameter(name).copy_(tensor.view()));
 * }
 * }</pre>
 */
public final class TorchFile implements AutoCloseable {
    /** Files before PyTorch 1.6 begin with a pickle of this number. */
    private static final byte[] LEGACY = {(byte) 0x80, 2, (byte) 0x8a, 10, 'l', (byte) 0xfc, (byte) 0x9c, 'F'};
    private static final int LONGEST_PICKLE = Integer.MAX_VALUE;
    private static final int NEWEST_VERSION = 10;
    private static final String PICKLE = "data.pkl";

    private final Path file;
    private final Arena arena;
    private final @Nullable Object value;

    private TorchFile(Path file, Arena arena, @Nullable Object value) {
        this.file = file;
        this.arena = arena;
        this.value = value;
    }

    /**
     * Maps a file and reads its pickle.
     *
     * @throws CorruptFileException if it is damaged, of another kind or of PyTorch's format before 1.6, or if it needs
     *                              more than data to be read
     */
    @SuppressWarnings("MustBeClosedChecker") // the arena's owner is the returned object
    public static TorchFile open(Path file) throws IOException {
        Arena arena = Arena.ofShared();
        try {
            MemorySegment bytes = MappedFile.map(file, arena);
            requireZip(file, bytes);
            return new TorchFile(file, arena, read(file, new StoredZip(file, bytes)));
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** What was saved. */
    public @Nullable Object value() {
        return value;
    }

    /**
     * The tensors by name of a file that was saved from a {@code state_dict()}, in its order.
     *
     * @throws CorruptFileException if it holds something else, or tensors with more numbers than their storages
     */
    public Map<String, StoredTensor> stateDict() throws CorruptFileException {
        if (!(value instanceof Map<?, ?> map)) {
            throw new CorruptFileException(file, "expected a dict of tensors but was " + PickleReader.kind(value));
        }
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String name) || !(entry.getValue() instanceof StoredTensor tensor)) {
                throw new CorruptFileException(file, "expected a dict of tensors but was "
                        + PickleReader.kind(entry.getValue()) + " at " + entry.getKey());
            }
            try {
                tensors.put(name, tensor.requireOwnNumbers());
            } catch (IllegalArgumentException e) {
                throw new CorruptFileException(file, name + ": " + e.getMessage());
            }
        }
        return tensors;
    }

    /**
     * Writes a file that {@code torch.load} reads, appearing under its name only when it is complete.
     *
     * @param value null, {@link Boolean}, {@link Integer}, {@link Long}, {@link Double}, {@link String}, a libtorch
     *              {@code Tensor} or a {@link StoredTensor}, a {@link NumpyArray}, a {@link WordList} as a Counter, and of
     *              these {@link List}s, arrays as tuples and {@link Map}s as dicts
     */
    public static void write(Path file, @Nullable Object value) throws IOException {
        TorchFileWriter.write(file, value);
    }

    /** Writes named tensors as {@code torch.save(module.state_dict(), file)} does. */
    public static void writeStateDict(Path file, Map<String, Tensor> tensors) throws IOException {
        TorchFileWriter.writeStateDict(file, tensors);
    }

    /** Lets go of the mapping; tensors and their views are gone. */
    @Override
    public void close() {
        arena.close();
    }

    private static void requireZip(Path file, MemorySegment bytes) throws CorruptFileException {
        byte[] start = bytes.asSlice(0, Math.min(LEGACY.length, bytes.byteSize())).toArray(ValueLayout.JAVA_BYTE);
        if (Arrays.equals(start, LEGACY)) {
            throw new CorruptFileException(file,
                    "expected the zip format of PyTorch 1.6 and later but was the older one;"
                            + " load it and torch.save it anew with a current PyTorch");
        }
        if (start.length < 2 || start[0] != 'P' || start[1] != 'K') {
            throw new CorruptFileException(file, "expected a zip archive as torch.save writes it but was another file");
        }
    }

    private static @Nullable Object read(Path file, StoredZip zip) throws IOException {
        String folder = folder(file, zip);
        requireFormat(file, zip, folder);
        MemorySegment pickle = zip.checkedBytes(folder + PICKLE);
        if (pickle.byteSize() > LONGEST_PICKLE) {
            throw new CorruptFileException(file, "expected a pickle of at most 2 GB but was " + pickle.byteSize()
                    + " bytes");
        }
        Storages storages = new Storages(zip, folder + "data/");
        return new PickleReader(globals(), storages::load).read(pickle.asByteBuffer(), file.toString());
    }

    /** The folder within the archive that everything stands in: {@code transformer/}. */
    private static String folder(Path file, StoredZip zip) throws CorruptFileException {
        List<String> pickles = zip.names().stream().filter(name -> name.matches("[^/]+/" + PICKLE)).toList();
        if (pickles.size() != 1) {
            throw new CorruptFileException(file, "expected one " + PICKLE + " in a folder of the archive but was "
                    + pickles.size() + "; not a file of torch.save");
        }
        String folder = pickles.getFirst().substring(0, pickles.getFirst().length() - PICKLE.length());
        if (zip.has(folder + "constants.pkl")) {
            throw new CorruptFileException(file, "expected a file of torch.save but was a TorchScript program");
        }
        return folder;
    }

    private static void requireFormat(Path file, StoredZip zip, String folder) throws IOException {
        String version = text(zip, folder + "version");
        if (!version.matches("[1-9][0-9]{0,3}")) {
            throw new CorruptFileException(file, "expected a number as version but was \"" + version + "\"");
        }
        if (Integer.parseInt(version) > NEWEST_VERSION) {
            throw new FileVersionException(file, Integer.parseInt(version), 1, NEWEST_VERSION);
        }
        String order = zip.has(folder + "byteorder") ? text(zip, folder + "byteorder") : "little";
        if (!order.equals("little")) {
            throw new CorruptFileException(file, "expected little-endian numbers but was byteorder " + order);
        }
    }

    private static String text(StoredZip zip, String name) throws CorruptFileException {
        MemorySegment bytes = zip.checkedBytes(name);
        return new String(bytes.asSlice(0, Math.min(20, bytes.byteSize())).toArray(ValueLayout.JAVA_BYTE), US_ASCII)
                .strip();
    }

    /** The names that a pickle may have, beside those that {@link PickleReader} knows. */
    private static Map<String, Object> globals() {
        Map<String, Object> globals = new HashMap<>();
        for (ElementType type : ElementType.values()) {
            globals.put("torch." + storageName(type), type);
        }
        globals.put("torch._utils._rebuild_tensor_v2", (PickleGlobal) TorchFile::tensor);
        globals.put("torch._utils._rebuild_parameter", (PickleGlobal) TorchFile::parameter);
        PickleGlobal reconstruct = arguments -> {
            if (arguments.length != 3 || arguments[0] != Mentioned.NDARRAY) {
                throw new IllegalArgumentException("expected a NumPy array but was another object");
            }
            return new NumpyArray();
        };
        globals.put("numpy.ndarray", Mentioned.NDARRAY);
        globals.put("numpy.core.multiarray._reconstruct", reconstruct);
        globals.put("numpy._core.multiarray._reconstruct", reconstruct);
        globals.put("numpy.dtype", (PickleGlobal) NumpyArray.Type::new);
        globals.put("_codecs.encode", (PickleGlobal) NumpyArray::encode);
        return globals;
    }

    /** {@code FloatStorage} for fp32. */
    static String storageName(ElementType type) {
        return type.scalarType().name() + "Storage";
    }

    /** {@code _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks, …)}. */
    private static StoredTensor tensor(@Nullable Object[] arguments) {
        if (arguments.length < 6 || !(arguments[0] instanceof Storage storage)
                || !(arguments[4] instanceof Boolean requiresGrad)) {
            throw new IllegalArgumentException(
                    "expected a storage, offset, sizes, strides and requires_grad of a tensor"
                            + " but was something else");
        }
        return new StoredTensor(storage.type(), storage.bytes(), number(arguments[1]), numbers(arguments[2]),
                numbers(arguments[3]), requiresGrad);
    }

    /** {@code _rebuild_parameter(tensor, requires_grad, hooks)}. */
    private static StoredTensor parameter(@Nullable Object[] arguments) {
        if (arguments.length != 3 || !(arguments[0] instanceof StoredTensor data)
                || !(arguments[1] instanceof Boolean requiresGrad)) {
            throw new IllegalArgumentException(
                    "expected a tensor and requires_grad of a parameter but was something else");
        }
        return new StoredTensor(data.type(), data.storage(), data.offset(), data.sizes(), data.strides(), requiresGrad);
    }

    private static long number(@Nullable Object value) {
        return switch (value) {
            case Integer i -> i;
            case Long l -> l;
            case null, default ->
                throw new IllegalArgumentException("expected an int but was " + PickleReader.kind(value));
        };
    }

    private static List<Long> numbers(@Nullable Object value) {
        if (!(value instanceof Object[] tuple)) {
            throw new IllegalArgumentException("expected a tuple of ints but was " + PickleReader.kind(value));
        }
        List<Long> numbers = new ArrayList<>();
        for (Object number : tuple) {
            numbers.add(number(number));
        }
        return List.copyOf(numbers);
    }

    /** Classes that a pickle only mentions. */
    private enum Mentioned {
        NDARRAY
    }

    private record Storage(ElementType type, MemorySegment bytes) {}

    /** The storages of the archive, by what the pickle calls them. */
    private static final class Storages {
        private final StoredZip zip;
        private final String folder;

        Storages(StoredZip zip, String folder) {
            this.zip = zip;
            this.folder = folder;
        }

        /** {@code ('storage', torch.FloatStorage, '0', 'cpu', 16000)}: kind, type, name, device, numbers. */
        @Nullable
        Object load(@Nullable Object id) {
            if (!(id instanceof Object[] parts) || parts.length != 5 || !"storage".equals(parts[0])
                    || !(parts[1] instanceof ElementType type) || !(parts[2] instanceof String key)) {
                throw new IllegalArgumentException("expected the id of a storage but was " + PickleReader.kind(id));
            }
            MemorySegment bytes;
            try {
                bytes = zip.bytes(folder + key);
            } catch (CorruptFileException e) {
                throw new IllegalArgumentException("expected the storage " + key + " in the archive but there is none");
            }
            long count = number(parts[4]);
            if (count < 0 || count > Long.MAX_VALUE / type.bytes() || bytes.byteSize() != count * type.bytes()) {
                throw new IllegalArgumentException(
                        "expected " + count + " numbers of " + type + " in the storage " + key
                                + " but was " + bytes.byteSize() + " bytes");
            }
            return new Storage(type, bytes);
        }
    }
}
