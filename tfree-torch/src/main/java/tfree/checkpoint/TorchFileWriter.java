package tfree.checkpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import tfree.dictionary.WordList;
import tfree.file.AtomicFile;
import tfree.model.TensorScope;
import tfree.model.Tensors;
import tfree.pickle.CounterPickle;
import tfree.pickle.PickleWriter;

/** One {@code .pt} file: first the pickle, which finds out what storages there are, then the archive with all of them. */
final class TorchFileWriter {
    private final ByteArrayOutputStream pickleBytes = new ByteArrayOutputStream();
    private final PickleWriter pickle;
    private final Map<Place, Integer> numbers = new LinkedHashMap<>();
    private final List<MemorySegment> storages = new ArrayList<>();

    /** Tensors over the same numbers share a storage. */
    private record Place(ElementType type, long address, long bytes) {}

    /** A tensor that is written as {@code torch.nn.Parameter}. */
    record Parameter(Tensor data) {}

    private TorchFileWriter() throws IOException {
        pickle = new PickleWriter(pickleBytes);
    }

    static void write(Path file, @Nullable Object value) throws IOException {
        try (TensorScope _ = new TensorScope()) {
            TorchFileWriter writer = new TorchFileWriter();
            writer.put(value);
            writer.pickle.stop();
            writer.writeArchive(file);
        }
    }

    static void writeStateDict(Path file, Map<String, ?> tensors) throws IOException {
        try (TensorScope _ = new TensorScope()) {
            TorchFileWriter writer = new TorchFileWriter();
            writer.putOrderedDict();
            writer.putItems(tensors);
            writer.pickle.stop();
            writer.writeArchive(file);
        }
    }

    private void writeArchive(Path file) throws IOException {
        String name = String.valueOf(file.getFileName()).replaceFirst("\\.[^.]*$", "");
        String folder = (name.isEmpty() ? "archive" : name) + "/";
        try (AtomicFile atomic = new AtomicFile(file)) {
            StoredZipWriter zip = new StoredZipWriter(atomic.out());
            zip.add(folder + "data.pkl", MemorySegment.ofArray(pickleBytes.toByteArray()));
            zip.add(folder + "byteorder", MemorySegment.ofArray("little".getBytes(US_ASCII)));
            for (int i = 0; i < storages.size(); i++) {
                zip.add(folder + "data/" + i, storages.get(i));
            }
            zip.add(folder + "version", MemorySegment.ofArray("3\n".getBytes(US_ASCII)));
            zip.finish();
            atomic.commit();
        }
    }

    private void put(@Nullable Object value) throws IOException {
        switch (value) {
            case null -> pickle.none();
            case Boolean bool -> pickle.bool(bool);
            case Integer number -> pickle.number((long) number);
            case Long number -> pickle.number((long) number);
            case Double number -> pickle.number((double) number);
            case String text -> pickle.text(text);
            case WordList words -> CounterPickle.write(words, pickle);
            case Map<?, ?> map -> {
                pickle.dict();
                putItems(map);
            }
            case List<?> list -> {
                pickle.list().mark();
                for (Object item : list) {
                    put(item);
                }
                pickle.appends();
            }
            case Object[] tuple -> {
                pickle.mark();
                for (Object item : tuple) {
                    put(item);
                }
                pickle.tuple();
            }
            case Tensor tensor -> {
                Tensor plain = tensor.detach().contiguous();
                put(ElementType.of(plain), Tensors.memory(plain), Tensors.shape(plain));
            }
            case StoredTensor tensor -> put(tensor.type(), tensor.bytes(), tensor.sizes());
            case Parameter parameter -> {
                pickle.global("torch._utils", "_rebuild_parameter");
                put(parameter.data());
                pickle.bool(true);
                putOrderedDict();
                pickle.tuple(3).call();
            }
            case NumpyArray array -> put(array);
            default -> throw new IllegalArgumentException("expected tensors, text, numbers, lists and maps but was a "
                    + value.getClass().getSimpleName());
        }
    }

    private void putItems(Map<?, ?> map) throws IOException {
        pickle.mark();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            put(entry.getKey());
            put(entry.getValue());
        }
        pickle.setItems();
    }

    private void putOrderedDict() throws IOException {
        pickle.global("collections", "OrderedDict").tuple(0).call();
    }

    /** {@code _rebuild_tensor_v2(storage, 0, sizes, strides, False, OrderedDict())}. */
    private void put(ElementType type, MemorySegment bytes, List<Long> sizes) throws IOException {
        pickle.global("torch._utils", "_rebuild_tensor_v2").mark();
        pickle.mark().text("storage").global("torch", TorchFile.storageName(type)).text(number(type, bytes)).text("cpu")
                .number(bytes.byteSize() / type.bytes()).tuple().persistent();
        pickle.number(0);
        put(sizes.toArray());
        Object[] strides = new Object[sizes.size()];
        long stride = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= Math.max(1, sizes.get(i));
        }
        put(strides);
        pickle.bool(false);
        putOrderedDict();
        pickle.tuple().call();
    }

    /** {@code _reconstruct(ndarray, (0,), b'b')}, and as its state {@code (1, shape, dtype, False, bytes)}. */
    private void put(NumpyArray array) throws IOException {
        pickle.global("numpy.core.multiarray", "_reconstruct").global("numpy", "ndarray").number(0).tuple(1)
                .bytes("b".getBytes(US_ASCII)).tuple(3).call();
        pickle.mark().number(1);
        put(array.shape().toArray());
        pickle.global("numpy", "dtype").text(array.type().substring(1)).bool(false).bool(true).tuple(3).call();
        put(new Object[]{3, array.type().substring(0, 1), null, null, null, -1, -1, 0});
        pickle.setState().bool(false).bytes(array.bytes()).tuple().setState();
    }

    private String number(ElementType type, MemorySegment bytes) {
        Place place = new Place(type, bytes.address(), bytes.byteSize());
        Integer known = bytes.byteSize() == 0 ? null : numbers.get(place);
        int number = known == null ? storages.size() : known;
        if (known == null) {
            storages.add(bytes);
            numbers.put(place, number);
        }
        return Integer.toString(number);
    }
}
