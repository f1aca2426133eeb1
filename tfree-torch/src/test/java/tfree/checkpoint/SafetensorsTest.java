package tfree.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tfree.file.CorruptFileException;
import tfree.model.TensorScope;
import tfree.model.Tensors;

class SafetensorsTest {
    @TempDir
    Path folder;

    @Test
    void readsWhatItWrote() throws IOException {
        Path file = folder.resolve("model.safetensors");
        Map<String, String> metadata = Map.of("format", "tfree", "step", "400");
        try (TensorScope _ = new TensorScope()) {
            Map<String, Tensor> tensors = everyType();
            Safetensors.write(file, tensors, metadata);
            try (Safetensors read = Safetensors.open(file)) {
                assertEquals(metadata, read.metadata());
                assertEquals(tensors.keySet(), read.tensors().keySet());
                tensors.forEach((name, written) -> {
                    Tensor tensor = Objects.requireNonNull(read.tensors().get(name));
                    assertEquals(ElementType.of(written), ElementType.of(tensor), name);
                    assertEquals(Tensors.shape(written), Tensors.shape(tensor), name);
                    assertArrayEquals(bytes(written.contiguous()), bytes(tensor), name);
                });
            }
        }
        assertEquals(List.of("model.safetensors"), names());
    }

    @Test
    void writesTheHeaderThatTheFormatAsksFor() throws IOException {
        Path file = folder.resolve("small.safetensors");
        try (TensorScope _ = new TensorScope()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put("flags", Tensors.ofFloats(new float[]{1, 0, 2}, 3).to(torch.ScalarType.Bool));
            tensors.put("ä", Tensors.ofFloats(new float[]{1, 2}, 1, 2));
            Safetensors.write(file, tensors, Map.of());
        }
        byte[] bytes = Files.readAllBytes(file);
        int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertEquals(0, length % 8);
        assertEquals("""
                {"ä":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},\
                "flags":{"dtype":"BOOL","shape":[3],"data_offsets":[8,11]}}""",
                new String(bytes, 8, length, StandardCharsets.UTF_8).stripTrailing());
        assertArrayEquals(new byte[]{0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40, 1, 0, 1},
                Arrays.copyOfRange(bytes, 8 + length, bytes.length));
    }

    @Test
    void readsAnOddlyPlacedTensorOfAnotherWriter() throws IOException {
        Path file = write("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[1,5]}}", 7, 0, 0, 0x80, 0x3f);
        try (Safetensors read = Safetensors.open(file); TensorScope _ = new TensorScope()) {
            assertArrayEquals(new float[]{1}, Tensors.floats(Objects.requireNonNull(read.tensors().get("b"))));
        }
    }

    @Test
    void refusesAFileThatIsCutAnywhere() throws IOException {
        Path whole = folder.resolve("whole.safetensors");
        try (TensorScope _ = new TensorScope()) {
            Safetensors.write(whole, everyType(), Map.of("a", "b"));
        }
        byte[] bytes = Files.readAllBytes(whole);
        for (int length = 0; length < bytes.length; length += length < 16 ? 1 : 37) {
            Path cut = folder.resolve("cut.safetensors");
            Files.write(cut, Arrays.copyOf(bytes, length));
            assertThrows(CorruptFileException.class, () -> Safetensors.open(cut), length + " bytes");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "[1] | expected a JSON object as header but was ARRAY", //
            "{\"a\": | expected a JSON header but was none", //
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{}} | Duplicate",
            "{\"a\":{\"dtype\":\"F33\",\"shape\":[1],\"data_offsets\":[0,4]}} | known dtype but was F33 at tensor a",
            "{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}} | expected a string but was  as dtype of a",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} | bytes of shape [2] F32 but was 4",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}} | numbers of at least 0 but was [-1]",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}} | numbers of at least 0 but was [1.5]",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}} | bytes of shape",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}} | two rising data_offsets",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | tensor a to start at byte 0",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | 8 bytes of tensors but was 4: the file is",
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}} | expected 2 bytes of tensors but was 4",
            "{\"__metadata__\":{\"a\":1}} | expected a string but was 1 as __metadata__"})
    void saysWhatIsWrongWithAHeader(String header, String complaint) throws IOException {
        Path file = write(header, 1, 2, 3, 4);
        String message = String
                .valueOf(assertThrows(CorruptFileException.class, () -> Safetensors.open(file)).getMessage());
        assertTrue(message.startsWith(file + ": ") && message.contains(complaint), message);
    }

    @Test
    void leavesNothingBehindWhenWritingFails() {
        Path file = folder.resolve("model.safetensors");
        try (TensorScope _ = new TensorScope()) {
            Tensor complex = torch.view_as_complex(Tensors.ofFloats(new float[]{1, 2}, 1, 2));
            assertThrows(IllegalArgumentException.class, () -> Safetensors.write(file, Map.of("a", complex), Map.of()));
        }
        assertEquals(List.of(), names());
    }

    private Map<String, Tensor> everyType() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (ElementType type : ElementType.values()) {
            tensors.put("matrix." + type, torch.randn(3, 5).mul(new Scalar(50.0))
                    .to(type.scalarType()));
        }
        tensors.put("scalar", Tensors.ofFloats(new float[]{3}).view());
        tensors.put("nothing", Tensors.emptyFloats(0, 4));
        tensors.put("turned", torch.randn(4, 7).t());
        Map<String, Tensor> widestFirst = new LinkedHashMap<>();
        tensors.entrySet().stream().sorted((a, b) -> Integer.compare(ElementType.of(b.getValue()).bytes(),
                ElementType.of(a.getValue()).bytes())).forEach(e -> widestFirst.put(e.getKey(), e.getValue()));
        return widestFirst;
    }

    private Path write(String header, int... data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(json.length).put(json);
        for (int b : data) {
            out.put((byte) b);
        }
        return Files.write(folder.resolve("made.safetensors"), out.array());
    }

    private List<String> names() {
        return List.of(Objects.requireNonNull(folder.toFile().list()));
    }

    private static byte[] bytes(Tensor tensor) {
        return Tensors.memory(tensor).toArray(ValueLayout.JAVA_BYTE);
    }
}
