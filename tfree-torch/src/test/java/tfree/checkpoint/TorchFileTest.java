package tfree.checkpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.dictionary.WordCounts;
import tfree.dictionary.WordList;
import tfree.file.CorruptFileException;
import tfree.file.FileVersionException;
import tfree.model.TensorScope;
import tfree.model.Tensors;
import tfree.pickle.CounterPickle;
import tfree.pickle.PickleWriter;

class TorchFileTest {
    private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[1 << 20]);

    @TempDir
    private Path folder;

    @Test
    void readsWhatItWrote() throws IOException {
        Path file = folder.resolve("größe 1.pt");
        try (TensorScope _ = new TensorScope()) {
            Map<String, Tensor> tensors = everyType();
            TorchFile.writeStateDict(file, tensors);
            try (TorchFile read = TorchFile.open(file)) {
                assertEquals(List.copyOf(tensors.keySet()), List.copyOf(read.stateDict().keySet()));
                read.stateDict().forEach((name, stored) -> {
                    Tensor expected = tensors.get(name);
                    assertTrue(stored.storage().address() % 64 == 0, name);
                    assertTrue(expected != null && expected.equal(stored.view()), name);
                    assertEquals(ElementType.of(expected), stored.type(), name);
                });
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void keepsSharedStoragesAndEveryKindOfValue() throws IOException {
        Path file = folder.resolve("value.pt");
        try (TensorScope _ = new TensorScope()) {
            Tensor weight = Tensors.ofFloats(new float[]{1, 2, 3, 4, 5, 6}, 2, 3);
            TorchFile.write(file,
                    map("tied", List.of(weight, weight), "turned", weight.t(), "number", 1L << 40, "betas",
                            new Object[]{0.9, 0.95}, "none", null, "yes", true, "dict", Map.of("text", "größer\n")));
            try (TorchFile read = TorchFile.open(file)) {
                Map<?, ?> value = assertInstanceOf(Map.class, read.value());
                List<?> tied = assertInstanceOf(List.class, value.get("tied"));
                StoredTensor first = assertInstanceOf(StoredTensor.class, tied.get(0));
                assertEquals(first.storage(), assertInstanceOf(StoredTensor.class, tied.get(1)).storage());
                StoredTensor turned = assertInstanceOf(StoredTensor.class, value.get("turned"));
                assertArrayEquals(new float[]{1, 4, 2, 5, 3, 6}, Tensors.floats(turned.view()));
                assertEquals(1L << 40, value.get("number"));
                assertArrayEquals(new Object[]{0.9, 0.95}, (Object[]) value.get("betas"));
                assertTrue(value.containsKey("none"));
                assertNull(value.get("none"));
                assertEquals(Map.of("text", "größer\n"), value.get("dict"));
            }
        }
    }

    @Test
    void showsPartsOfAStorageInAnyOrder() throws IOException {
        Path file = folder.resolve("view.pt");
        byte[] floats = littleEndian(6 * 4, b -> {
            for (int i = 0; i < 6; i++) {
                b.putFloat(i);
            }
        });
        write(file, pickle -> tensor(pickle, "FloatStorage", "0", 6, 1, List.of(2L, 2L), List.of(1L, 2L)), floats);
        try (TorchFile read = TorchFile.open(file); TensorScope _ = new TensorScope()) {
            StoredTensor tensor = assertInstanceOf(StoredTensor.class, read.value());
            assertArrayEquals(new float[]{1, 3, 2, 4}, Tensors.floats(tensor.view()));
            assertThrows(IllegalArgumentException.class, tensor::bytes);
        }
    }

    @Test
    void refusesTensorsBeyondTheirStorage() throws IOException {
        assertRefusedTensor(7, 0, List.of(7L), List.of(1L),
                "expected 7 numbers of F32 in the storage 0 but was 24 bytes");
        assertRefusedTensor(-1, 0, List.of(1L), List.of(1L), "expected -1 numbers");
        assertRefusedTensor(1L << 62, 0, List.of(1L), List.of(1L), "numbers of F32");
        for (List<List<Long>> view : List.of(List.of(List.of(7L), List.of(1L)),
                List.of(List.of(2L, 2L), List.of(5L, 1L)),
                List.of(List.of(3L), List.of(Long.MAX_VALUE)), List.of(List.of(1L << 32, 1L << 32), List.of(0L, 0L)),
                List.of(List.of(-1L), List.of(1L)), List.of(List.of(2L), List.of(-1L)))) {
            assertRefusedTensor(6, 0, view.get(0), view.get(1), "expected a tensor within its storage of 6 numbers");
        }
        assertRefusedTensor(6, 6, List.of(1L), List.of(1L), "from 6");
        assertRefusedTensor(6, -1, List.of(1L), List.of(1L), "from -1");
        assertRefusedTensor(6, 0, List.of(1L), List.of(), "expected as many strides as sizes");
    }

    @Test
    void refusesNamesThatHoldNoData() throws IOException {
        for (String name : List.of("os system", "torch load", "torch.serialization load",
                "torch._utils _rebuild_tensor",
                "torch.storage _load_from_bytes", "torch.jit _script.load", "builtins getattr", "numpy load",
                "numpy.core.multiarray scalar", "__builtin__ eval", "torch._utils _rebuild_xla_tensor")) {
            String[] parts = name.split(" ");
            assertRefused(pickle -> pickle.global(parts[0], parts[1]).text("x").tuple(1).call(),
                    "expected only names that hold data but was " + parts[0] + "." + parts[1]);
        }
        assertRefused(pickle -> pickle.global("torch", "FloatStorage").text("x").tuple(1).call(), "expected a call");
        assertRefused(pickle -> pickle.text("0").persistent(), "expected the id of a storage but was a str");
        assertRefused(pickle -> storage(pickle, "FloatStorage", "9", 6), "expected the storage 9 in the archive");
        assertRefused(pickle -> storage(pickle, "FloatStorage", "../version", 6), "expected the storage ../version");
        assertRefused(pickle -> pickle.global("_codecs", "encode").text("os.system").text("rot13").tuple(2).call(),
                "expected bytes as text in Latin-1");
        assertRefused(pickle -> pickle.global("numpy", "dtype").text("O8").tuple(1).call(), "expected a NumPy type");
        assertRefused(
                pickle -> pickle.global("numpy.core.multiarray", "_reconstruct").none().none().none().tuple(3).call(),
                "expected a NumPy array but was another object");
    }

    @Test
    void saysWhatKindOfFileItIsNot() throws IOException {
        Path file = folder.resolve("other.pt");
        Files.write(file, "\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.".getBytes(ISO_8859_1));
        assertCorrupt(file, "expected the zip format of PyTorch 1.6 and later but was the older one");
        Files.write(file, new byte[0]);
        assertCorrupt(file, "expected a zip archive as torch.save writes it");
        Files.writeString(file, "PK");
        assertCorrupt(file, "its directory at the end is missing");
        zip(file, Map.of("other/readme", "x".getBytes(US_ASCII)));
        assertCorrupt(file, "expected one data.pkl in a folder of the archive but was 0");
        zip(file, Map.of("a/data.pkl", "N.".getBytes(US_ASCII), "a/constants.pkl", "N.".getBytes(US_ASCII)));
        assertCorrupt(file, "TorchScript");
        zip(file, Map.of("a/data.pkl", "N.".getBytes(US_ASCII)));
        assertCorrupt(file, "expected an entry a/version but there is none");
        zip(file, Map.of("a/data.pkl", "N.".getBytes(US_ASCII), "a/version", "x".getBytes(US_ASCII)));
        assertCorrupt(file, "expected a number as version");
        zip(file, Map.of("a/data.pkl", "N.".getBytes(US_ASCII), "a/version", "11\n".getBytes(US_ASCII)));
        assertThrows(FileVersionException.class, () -> TorchFile.open(file));
        zip(file, Map.of("a/data.pkl", "N.".getBytes(US_ASCII), "a/version", "3\n".getBytes(US_ASCII), "a/byteorder",
                "big".getBytes(US_ASCII)));
        assertCorrupt(file, "expected little-endian numbers but was byteorder big");
    }

    @Test
    void refusesPackedEntriesAndNamesThatLeadElsewhere() throws IOException {
        Path file = folder.resolve("packed.pt");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("a/data.pkl"));
            zip.write("N.".getBytes(US_ASCII));
        }
        assertCorrupt(file, "a/data.pkl is compressed");
        for (String name : List.of("/a/data.pkl", "a/../../data.pkl", "a\\data.pkl", "a//data.pkl", "a/", "./data.pkl",
                "a/\u0000data.pkl")) {
            zip(file, Map.of(name, "N.".getBytes(US_ASCII)));
            assertCorrupt(file, "expected plain names of entries");
        }
    }

    @Test
    void refusesADirectoryThatContradictsTheEntries() throws IOException {
        Path file = folder.resolve("sound.pt");
        TorchFile.write(file, "text");
        byte[] sound = Files.readAllBytes(file);
        int directory = ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).getInt(sound.length - 6);
        int second = directory + 46 + "sound/data.pkl".length();
        Map<String, byte[]> damaged = new LinkedHashMap<>();
        damaged.put("entries apart from each other", with(sound, directory + 20, 100, 100));
        damaged.put("expected 9999999 bytes stored", with(sound, directory + 20, 7, 9_999_999));
        damaged.put("the 9999999 bytes of the entry", with(sound, directory + 20, 9_999_999, 9_999_999));
        damaged.put("with a header at byte 4294967294", with(sound, directory + 42, -2));
        damaged.put("but was another entry", with(sound, second + 42, 0));
        damaged.put("expected the CRC-32", with(sound, directory + 16, 1));
        damaged.put("expected a directory of up to", with(sound, sound.length - 6, 0x7fffffff));
        damaged.put("expected the directory to end", with(sound, sound.length - 10, sound.length - 22 - directory - 1));
        damaged.put("expected a zip64 directory", with(sound, sound.length - 6, -1));
        byte[] twice = sound.clone();
        System.arraycopy("sound/version".getBytes(US_ASCII), 0, twice, second + 46, 13);
        damaged.put("", twice);
        for (Map.Entry<String, byte[]> one : damaged.entrySet()) {
            Files.write(file, one.getValue());
            assertCorrupt(file, one.getKey());
        }
    }

    /** A directory of 64-bit numbers that is there but lies. */
    @Test
    void refusesZip64NumbersThatLie() throws IOException {
        Path file = folder.resolve("sound.pt");
        TorchFile.write(file, "text");
        byte[] sound = Files.readAllBytes(file);
        int end = sound.length - 22;
        int directory = ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).getInt(end + 16);
        int size = end - directory;
        int count = sound[end + 10];
        for (long[] lie : new long[][]{{-1, size, directory}, {Long.MAX_VALUE, size, directory}, {count, -1, directory},
                {count, Long.MAX_VALUE, directory}, {count, size, -1}, {count, size, Long.MAX_VALUE},
                {count, 1L << 62, 1L << 62}, {count + 1, size, directory}, {count - 1, size, directory},
                {count, size, 0}}) {
            Files.write(file, zip64(sound, end, lie, end));
            assertCorrupt(file, "expected");
        }
        for (long elsewhere : new long[]{-1, Long.MAX_VALUE, Long.MIN_VALUE, 0, end + 1, end + 100}) {
            Files.write(file, zip64(sound, end, new long[]{count, size, directory}, elsewhere));
            assertCorrupt(file, "expected a zip64 directory");
        }
        Files.write(file, zip64(sound, end, new long[]{count, size, directory}, end));
        TorchFile.open(file).close(); // the same, and true
    }

    private static byte[] zip64(byte[] sound, int end, long[] numbers, long place) {
        byte[] longer = Arrays.copyOf(sound, end + 56 + 20 + 22);
        ByteBuffer ends = ByteBuffer.wrap(longer).order(ByteOrder.LITTLE_ENDIAN).position(end);
        ends.putInt(StoredZip.END_64).putLong(44).putShort((short) 45).putShort((short) 45).putInt(0).putInt(0)
                .putLong(numbers[0]).putLong(numbers[0]).putLong(numbers[1]).putLong(numbers[2]);
        ends.putInt(StoredZip.END_64_LOCATOR).putInt(0).putLong(place).putInt(1);
        ends.putInt(StoredZip.END).putInt(0).putShort((short) -1).putShort((short) -1).putInt(-1).putInt(-1)
                .putShort((short) 0);
        return longer;
    }

    /** A file of a few bytes that would fill any memory once its tensor is copied. */
    @Test
    void refusesAStateDictOfMoreNumbersThanItHolds() throws IOException {
        Path file = folder.resolve("bomb.pt");
        write(file, pickle -> {
            pickle.dict().mark().text("weight");
            tensor(pickle, "FloatStorage", "0", 6, 0, List.of(1L << 20, 1L << 20), List.of(0L, 0L));
            pickle.setItems();
        }, new byte[24]);
        CorruptFileException e = assertThrows(CorruptFileException.class, () -> TorchTensors.open(file).close());
        assertTrue(e.toString().contains("weight: expected at most the 6 numbers of its storage"), e.toString());
    }

    @Test
    void survivesAnyDamage() throws IOException {
        long seed = System.nanoTime();
        System.out.println("damage from seed " + seed);
        Random random = new Random(seed);
        Path file = folder.resolve("damaged.pt");
        write(file, pickle -> tensor(pickle, "FloatStorage", "0", 6, 0, List.of(2L, 3L), List.of(3L, 1L)),
                new byte[24]);
        byte[] sound = Files.readAllBytes(file);
        for (int round = 0; round < 3000; round++) {
            byte[] damaged = round % 3 == 0 ? Arrays.copyOf(sound, random.nextInt(sound.length)) : sound.clone();
            for (int n = random.nextInt(3); n >= 0 && damaged.length > 0; n--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(file, damaged);
            try (TorchFile read = TorchFile.open(file); TensorScope _ = new TensorScope()) {
                assertInstanceOf(StoredTensor.class, read.value()).view(); // the damage was in a storage or between entries
            } catch (CorruptFileException | FileVersionException e) {
                assertTrue(String.valueOf(e.getMessage()).startsWith(file + ": "), e.toString());
            } catch (Throwable e) {
                throw new AssertionError("round " + round + " of seed " + seed, e);
            }
        }
    }

    @Test
    void mapsEntriesOfMoreThanFourGigabytes() throws IOException {
        Path file = folder.resolve("large.pt");
        long rows = (1 << 11) + 1; // of a million bf16 each
        writeLarge(file, rows);
        try (TorchFile read = TorchFile.open(file); TensorScope _ = new TensorScope()) {
            StoredTensor weight = assertInstanceOf(StoredTensor.class, read.stateDict().get("weight"));
            assertEquals(List.of(rows, 1L << 20), weight.sizes());
            float[] last = Tensors.floats(weight.view().select(0, rows - 1).to(torch.ScalarType.Float));
            assertEquals(1, last[last.length - 1]);
            assertEquals(0, last[0]);
            StoredTensor bias = assertInstanceOf(StoredTensor.class, read.stateDict().get("bias"));
            assertArrayEquals(new float[]{3, 4}, Tensors.floats(bias.view()), "beyond the first 4 GB");
        }
    }

    @Test
    void writesWhatPyTorchLoads() throws IOException, InterruptedException {
        Path state = folder.resolve("state.pt");
        Path value = folder.resolve("value.pt");
        try (TensorScope _ = new TensorScope()) {
            TorchFile.writeStateDict(state, everyType());
            Tensor weight = Tensors.ofFloats(new float[]{1, 2, 3, 4, 5, 6}, 2, 3);
            TorchFile.write(value,
                    map("tied", List.of(weight, weight), "words", List.of("a", "<|\n|>", "größer"), "counts",
                            map("a", 3, "b", 1L << 40), "counter", counter(), "none", null, "yes", true, "betas",
                            new Object[]{0.9, -1, 70_000}));
        }
        PyTorch.run("""
                import collections, sys, torch
                state = torch.load(sys.argv[1])
                assert type(state) is collections.OrderedDict, type(state)
                types = dict(F64=torch.float64, F32=torch.float32, F16=torch.float16, BF16=torch.bfloat16,
                             I64=torch.int64, I32=torch.int32, I16=torch.int16, I8=torch.int8, U8=torch.uint8)
                for name, dtype in types.items():
                    assert torch.equal(state[name], torch.arange(6).reshape(2, 3).to(dtype)), (name, state[name])
                assert torch.equal(state['BOOL'], torch.tensor([[False, True, True], [True, True, True]]))
                assert state['scalar'].shape == () and state['scalar'].item() == 7.5
                assert state['empty'].shape == (0, 3)
                value = torch.load(sys.argv[2])
                first, second = value['tied']
                first[0, 0] = 9
                assert second[0, 0] == 9 and torch.equal(second, torch.tensor([[9., 2, 3], [4, 5, 6]]))
                assert value['words'] == ['a', '<|\\n|>', 'gr\\xf6\\xdfer'], value['words']
                assert value['counts'] == {'a': 3, 'b': 2 ** 40}
                assert value['counter'] == collections.Counter({'the': 3, 'of': 2})
                assert value['none'] is None and value['yes'] is True and value['betas'] == (0.9, -1, 70000)
                model = torch.nn.Linear(3, 2)
                model.load_state_dict(collections.OrderedDict(weight=state['F32'], bias=state['F32'][:, 0]))
                """, state, value);
    }

    @Test
    void readsWhatPyTorchWrites() throws IOException, InterruptedException {
        Path file = folder.resolve("theirs.pt");
        PyTorch.run(
                """
                        import collections, sys, torch
                        base = torch.arange(24, dtype=torch.float32)
                        torch.save(dict(view=base.reshape(2, 3, 4)[:, 1:, ::2].transpose(0, 2), tail=base[20:],
                                        half=torch.tensor(1.5, dtype=torch.bfloat16),
                                        parameter=torch.nn.Parameter(torch.ones(2)),
                                        state=torch.nn.Linear(3, 2).state_dict(), counter=collections.Counter('abca')), sys.argv[1])
                        """,
                file);
        try (TorchFile read = TorchFile.open(file); TensorScope _ = new TensorScope()) {
            Map<?, ?> value = assertInstanceOf(Map.class, read.value());
            StoredTensor view = assertInstanceOf(StoredTensor.class, value.get("view"));
            assertEquals(List.of(2L, 2L, 2L), view.sizes());
            assertArrayEquals(new float[]{4, 16, 8, 20, 6, 18, 10, 22}, Tensors.floats(view.view()));
            StoredTensor tail = assertInstanceOf(StoredTensor.class, value.get("tail"));
            assertEquals(view.storage(), tail.storage());
            assertArrayEquals(new float[]{20, 21, 22, 23}, Tensors.floats(tail.view()));
            StoredTensor half = assertInstanceOf(StoredTensor.class, value.get("half"));
            assertEquals(1.5f, half.view().item_float());
            assertTrue(assertInstanceOf(StoredTensor.class, value.get("parameter")).requiresGrad());
            Map<?, ?> state = assertInstanceOf(Map.class, value.get("state"));
            assertEquals(List.of("weight", "bias"), List.copyOf(state.keySet()));
            assertEquals(2, CounterPickle.counts(value.get("counter"), "file").count("a"));
        }
    }

    private static Map<String, Tensor> everyType() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Tensor six = Tensors.ofFloats(new float[]{0, 1, 2, 3, 4, 5}, 2, 3);
        for (ElementType type : ElementType.values()) {
            tensors.put(type.name(), six.to(type.scalarType()));
        }
        tensors.put("scalar", Tensors.ofFloats(new float[]{7.5f}));
        tensors.put("empty", Tensors.emptyFloats(0, 3));
        return tensors;
    }

    private static WordList counter() {
        WordCounts counts = new WordCounts();
        counts.add("the", 3);
        counts.add("of", 2);
        return WordList.inOrder(counts);
    }

    /** Writes some value of Python's. */
    private interface Value {
        void put(PickleWriter pickle) throws IOException;
    }

    private static void tensor(PickleWriter pickle, String storage, String key, long numbers, long offset,
            List<Long> sizes, List<Long> strides) throws IOException {
        pickle.global("torch._utils", "_rebuild_tensor_v2").mark();
        storage(pickle, storage, key, numbers);
        pickle.number(offset);
        for (List<Long> tuple : List.of(sizes, strides)) {
            pickle.mark();
            for (long number : tuple) {
                pickle.number(number);
            }
            pickle.tuple();
        }
        pickle.bool(false).none().tuple().call();
    }

    private static void storage(PickleWriter pickle, String type, String key, long numbers) throws IOException {
        pickle.mark().text("storage").global("torch", type).text(key).text("cpu").number(numbers).tuple().persistent();
    }

    private static void write(Path file, Value value, byte[] storage) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("a/data.pkl", pickle(value));
        entries.put("a/data/0", storage);
        entries.put("a/version", "3\n".getBytes(US_ASCII));
        zip(file, entries);
    }

    private static byte[] pickle(Value value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PickleWriter pickle = new PickleWriter(bytes);
        value.put(pickle);
        pickle.stop();
        return bytes.toByteArray();
    }

    private static void zip(Path file, Map<String, byte[]> entries) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            StoredZipWriter zip = new StoredZipWriter(out);
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.add(entry.getKey(), MemorySegment.ofArray(entry.getValue()));
            }
            zip.finish();
        }
    }

    /** A state dict of a large tensor, zero but for its last number, and a small one behind it. Zeros take no disk. */
    private void writeLarge(Path file, long rows) throws IOException {
        long numbers = rows << 20;
        byte[] pickle = pickle(p -> {
            p.dict().mark().text("weight");
            tensor(p, "BFloat16Storage", "0", numbers, 0, List.of(rows, 1L << 20), List.of(1L << 20, 1L));
            p.text("bias");
            tensor(p, "FloatStorage", "1", 2, 0, List.of(2L), List.of(1L));
            p.setItems();
        });
        Path zeros = folder.resolve("zeros");
        try (SparseOutput out = new SparseOutput(zeros)) {
            out.skip(2 * numbers - 2);
            out.write(new byte[]{(byte) 0x80, 0x3f}); // 1 in bf16
        }
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(zeros);
                SparseOutput out = new SparseOutput(file)) {
            StoredZipWriter zip = new StoredZipWriter(out);
            zip.add("large/data.pkl", MemorySegment.ofArray(pickle));
            zip.add("large/data/0", channel.map(MapMode.READ_ONLY, 0, channel.size(), arena));
            zip.add("large/data/1", MemorySegment.ofArray(littleEndian(8, b -> b.putFloat(3).putFloat(4))));
            zip.add("large/version", MemorySegment.ofArray("3\n".getBytes(US_ASCII)));
            zip.finish();
        }
    }

    /** A file in which a block of zeros is a hole. */
    private static final class SparseOutput extends OutputStream {
        private final RandomAccessFile file;

        SparseOutput(Path path) throws IOException {
            file = new RandomAccessFile(path.toFile(), "rw");
        }

        void skip(long bytes) throws IOException {
            file.seek(file.getFilePointer() + bytes);
        }

        @Override
        public void write(int b) throws IOException {
            file.write(b);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (length > 1 << 12
                    && MemorySegment.ofArray(bytes).asSlice(from, length).mismatch(ZEROS.asSlice(0, length)) < 0) {
                skip(length);
            } else {
                file.write(bytes, from, length);
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private void assertRefusedTensor(long numbers, long offset, List<Long> sizes, List<Long> strides, String why)
            throws IOException {
        assertRefused(pickle -> tensor(pickle, "FloatStorage", "0", numbers, offset, sizes, strides), why);
    }

    private void assertRefused(Value value, String why) throws IOException {
        Path file = folder.resolve("bad.pt");
        write(file, value, new byte[24]);
        assertCorrupt(file, why);
    }

    private static void assertCorrupt(Path file, String why) {
        CorruptFileException e = assertThrows(CorruptFileException.class, () -> TorchFile.open(file).close());
        assertTrue(String.valueOf(e.getMessage()).startsWith(file + ": "), e.toString());
        assertTrue(e.toString().contains(why), e.toString());
        assertEquals(1, e.toString().lines().count());
    }

    private static byte[] with(byte[] bytes, int at, int... numbers) {
        byte[] copy = bytes.clone();
        ByteBuffer buffer = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).position(at);
        Arrays.stream(numbers).forEach(buffer::putInt);
        return copy;
    }

    private static byte[] littleEndian(int size, Consumer<ByteBuffer> content) {
        byte[] bytes = new byte[size];
        content.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        return bytes;
    }

    private static Map<String, @Nullable Object> map(@Nullable Object... keysAndValues) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) Objects.requireNonNull(keysAndValues[i]), keysAndValues[i + 1]);
        }
        return map;
    }
}
