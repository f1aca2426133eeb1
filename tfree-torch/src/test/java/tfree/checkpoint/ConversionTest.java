package tfree.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.config.RunConfig;
import tfree.config.RunConfigFile;
import tfree.dictionary.WordList;
import tfree.file.CorruptFileException;
import tfree.model.TensorScope;
import tfree.model.Tensors;
import tfree.tiny.TinyRun;
import tfree.train.Trainer;

/** From the original's layout to the project's own and back. */
class ConversionTest {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void takesARunThereAndBackBitForBit() throws IOException {
        Path original = OriginalCheckpoint.trained(folder.resolve("original"));
        Path own = folder.resolve("own");
        Path back = folder.resolve("back");
        Checkpoint trained = Checkpoint.open(original);
        Conversion.toOwn(trained, trained.units(), own);
        Checkpoint imported = Checkpoint.open(own);
        assertTrue(Files.exists(own.resolve("000000000004/transformer/transformer.safetensors")));
        assertEquals(trained.state(), imported.state());
        assertEquals(trained.config(), imported.config());
        assertEquals(trained.dictionary().words(), imported.dictionary().words());
        Conversion.toOriginal(imported, imported.units(), back, 1024);
        assertEquals("000000000004", Files.readString(back.resolve("latest")));
        for (String file : List.of("transformer/transformer.pt", "context/context_global_rank_0.pt",
                "optimizer/optimizer_state_layer_0.pt")) {
            assertSameValue(original.resolve("000000000004").resolve(file), back.resolve("000000000004").resolve(file));
        }
        Path config = Path.of("000000000004", "context", "config.yml");
        assertEquals(RunConfigFile.read(original.resolve(config), List.of()),
                RunConfigFile.read(back.resolve(config), List.of()));
    }

    @Test
    void takesAPublishedModelThereAndBack() throws IOException {
        Path original = OriginalCheckpoint.published(folder.resolve("original"));
        Checkpoint published = Checkpoint.open(original);
        Conversion.toOwn(published, published.units(), folder.resolve("own"));
        Checkpoint imported = Checkpoint.open(folder.resolve("own"));
        assertFalse(imported.hasContext());
        assertFalse(Files.exists(folder.resolve("own/context")));
        WordList words = imported.dictionary().top(200); // and special words, which the original lacked
        Conversion.toOriginal(imported, new Units.Words(words), folder.resolve("back"), 1024);
        assertSameValue(original.resolve("transformer/transformer.pt"),
                folder.resolve("back/transformer/transformer.pt"));
        assertSameTokenizer(original.resolve("tokenizer/tokenizer.pt"), folder.resolve("back/tokenizer/tokenizer.pt"));
        assertFalse(Checkpoint.open(folder.resolve("back")).hasContext());
    }

    private static void assertSameTokenizer(Path expected, Path actual) throws IOException {
        try (TorchFile first = TorchFile.open(expected); TorchFile second = TorchFile.open(actual)) {
            Map<?, ?> original = assertInstanceOf(Map.class, first.value());
            Map<?, ?> written = assertInstanceOf(Map.class, second.value());
            assertEquals(List.copyOf(original.keySet()), List.copyOf(written.keySet()));
            assertSame(original.get("trigram_to_vocab"), written.get("trigram_to_vocab"), "trigram_to_vocab");
            for (String name : List.of("word_trigram_counts", "word_counts")) {
                assertArrayEquals(longs(original, name), Arrays.copyOf(longs(written, name), 200), name);
            }
            for (String kind : List.of("", "_edges")) {
                assertEquals(slots(original, kind), slots(written, kind).headMap(200L, false));
            }
        }
    }

    /** By word: the original writes a word's slots in the order of a Python set. */
    private static NavigableMap<Long, Set<Long>> slots(Map<?, ?> tokenizer, String kind) {
        long[] words = longs(tokenizer, "words_to_weights_word_indices" + kind);
        long[] slots = longs(tokenizer, "words_to_weights_token_indices" + kind);
        assertEquals(words.length, slots.length);
        NavigableMap<Long, Set<Long>> all = new TreeMap<>();
        for (int i = 0; i < words.length; i++) {
            assertTrue(all.computeIfAbsent(words[i], _ -> new TreeSet<>()).add(slots[i]));
        }
        return all;
    }

    private static long[] longs(Map<?, ?> tokenizer, String name) {
        return assertInstanceOf(StoredTensor.class, tokenizer.get(name)).bytes().toArray(LONG);
    }

    /** What a run of the project leaves is gone on with from the exported files as from its own. */
    @Test
    void anExportedRunGoesOnWithTheSameBits() throws IOException {
        RunConfig config = TinyRun.config(folder, "training.iterations=4", "architecture.bias_terms=true",
                "optimizer.loss_scaler.enable=true", "optimizer.loss_scaler.initial_scale=256");
        try (Trainer trainer = new Trainer(config, TinyRun.units(config), null)) {
            trainer.run();
        }
        Checkpoint own = Checkpoint.open(folder.resolve("checkpoints"));
        Path exported = folder.resolve("exported");
        Conversion.toOriginal(own, own.units(), exported, 0);
        Checkpoint original = Checkpoint.open(exported);
        assertEquals(own.state(), original.state());
        assertEquals(own.dictionary().words(), original.dictionary().words());
        assertEquals(bits(own), bits(original));
        try (TorchFile state = TorchFile.open(original.folder().resolve("optimizer/optimizer_state_layer_0.pt"))) {
            Map<?, ?> content = assertInstanceOf(Map.class, state.value());
            assertEquals(2, assertInstanceOf(List.class, content.get("optimizer_param_groups")).size());
        }
        Path again = folder.resolve("again");
        Conversion.toOwn(original, original.units(), again);
        assertEquals(bits(own), bits(Checkpoint.open(again)));
    }

    /** The weights after two more steps. */
    private Map<String, List<Float>> bits(Checkpoint from) throws IOException {
        RunConfig more = TinyRun.config(folder, "training.iterations=6", "architecture.bias_terms=true",
                "training.save_dir=null");
        Map<String, List<Float>> weights = new TreeMap<>();
        try (Trainer trainer = Trainer.resume(more, from.units(), from)) {
            trainer.run();
            assertEquals(6, trainer.stepsDone());
            trainer.model().parameters().forEach((name, tensor) -> {
                Float[] boxed = new Float[(int) tensor.numel()];
                float[] values = Tensors.floats(tensor);
                Arrays.setAll(boxed, i -> values[i]);
                weights.put(name, List.of(boxed));
            });
        }
        return weights;
    }

    /** In the original such a run keeps fp32 values beside its optimizer's moments, and rounds them for the model. */
    @Test
    void takesARunInBfloat16ThereAndBackBitForBit() throws IOException {
        Path original = OriginalCheckpoint.trained(folder.resolve("original"));
        Path iteration = original.resolve("000000000004");
        for (String file : List.of("context/config.yml", "transformer/transformer_config.yaml")) {
            String text = Files.readString(iteration.resolve(file));
            Files.writeString(iteration.resolve(file), text.replace("\"float32\"", "\"bfloat16\""));
        }
        Path weights = iteration.resolve("transformer/transformer.pt");
        Path exact = Files.move(weights, folder.resolve("exact.pt"));
        try (TorchTensors floats = TorchTensors.open(exact); TensorScope _ = new TensorScope()) {
            Map<String, Tensor> rounded = new LinkedHashMap<>();
            floats.tensors().forEach((name, tensor) -> rounded.put(name, tensor.to(torch.ScalarType.BFloat16)));
            TorchFile.writeStateDict(weights, rounded);
        }
        Checkpoint run = Checkpoint.open(original);
        Conversion.toOwn(run, run.units(), folder.resolve("own"));
        Checkpoint imported = Checkpoint.open(folder.resolve("own"));
        try (TorchTensors expected = TorchTensors.open(exact)) {
            imported.withWeights(actual -> expected.tensors().forEach((name,
                    tensor) -> assertTrue(tensor.equal(Objects.requireNonNull(actual.get(name))), name)));
        }
        Conversion.toOriginal(imported, imported.units(), folder.resolve("back"), 0);
        Path back = folder.resolve("back/000000000004");
        try (TorchTensors expected = TorchTensors.open(weights);
                TorchTensors actual = TorchTensors.open(back.resolve("transformer/transformer.pt"))) {
            expected.tensors().forEach((name, tensor) -> {
                Tensor other = Objects.requireNonNull(actual.tensors().get(name));
                assertEquals(ElementType.BF16, ElementType.of(other));
                assertTrue(tensor.equal(other), name);
            });
        }
        assertSameValue(iteration.resolve("optimizer/optimizer_state_layer_0.pt"),
                back.resolve("optimizer/optimizer_state_layer_0.pt"));
    }

    @Test
    void leavesNothingWhenItFails() throws IOException {
        Path original = OriginalCheckpoint.trained(folder.resolve("original"));
        Checkpoint trained = Checkpoint.open(original);
        Units units = trained.units();
        Files.write(original.resolve("000000000004/optimizer/optimizer_state_layer_0.pt"), new byte[]{1, 2});
        assertThrows(IOException.class, () -> Conversion.toOwn(trained, units, folder.resolve("own")));
        Checkpoint other = Checkpoint.open(OriginalCheckpoint.published(folder.resolve("published")));
        Files.writeString(folder.resolve("published/transformer/transformer.pt"), "not a zip");
        IOException damaged = assertThrows(IOException.class,
                () -> Conversion.toOriginal(other, units, folder.resolve("back"), 0));
        assertTrue(damaged.toString().contains("transformer.pt: expected a zip archive"), damaged.toString());
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(Set.of(original, folder.resolve("published")), Set.copyOf(left.toList()));
        }
    }

    @Test
    void refusesWeightsThatDoNotFitTheArchitecture() throws IOException {
        Path published = OriginalCheckpoint.published(folder.resolve("published"));
        Path architecture = published.resolve("transformer/transformer_config.yaml");
        Files.writeString(architecture,
                Files.readString(architecture).replace("\"num_layers\": 2", "\"num_layers\": 1"));
        Checkpoint unfit = Checkpoint.open(published);
        String message = String.valueOf(assertThrows(CorruptFileException.class,
                () -> Conversion.toOwn(unfit, unfit.units(), folder.resolve("own"))).getMessage());
        assertTrue(message.contains("transformer.pt: expected no parameter transformer.layers.1."), message);
    }

    private static void assertSameValue(Path expected, Path actual) throws IOException {
        try (TorchFile first = TorchFile.open(expected);
                TorchFile second = TorchFile.open(actual);
                TensorScope _ = new TensorScope()) {
            assertSame(first.value(), second.value(), "");
        }
    }

    /** The same structure, and in tensors the same bits. The learning rate of the last step is the schedule's to know. */
    private static void assertSame(@Nullable Object expected, @Nullable Object actual, String place) {
        if (place.endsWith(".lr")) {
            return;
        }
        switch (expected) {
            case null -> assertEquals(expected, actual, place);
            case Map<?, ?> map -> {
                Map<?, ?> other = assertInstanceOf(Map.class, actual, place);
                assertEquals(List.copyOf(map.keySet()), List.copyOf(other.keySet()), place);
                map.forEach((key, value) -> assertSame(value, other.get(key), place + "." + key));
            }
            case List<?> list ->
                assertSame(list.toArray(), assertInstanceOf(List.class, actual, place).toArray(), place);
            case Object[] items -> {
                Object[] others = assertInstanceOf(Object[].class, actual, place);
                assertEquals(items.length, others.length, place);
                for (int i = 0; i < items.length; i++) {
                    assertSame(items[i], others[i], place + "[" + i + "]");
                }
            }
            case StoredTensor tensor -> {
                StoredTensor other = assertInstanceOf(StoredTensor.class, actual, place);
                assertEquals(tensor.type(), other.type(), place);
                assertEquals(tensor.sizes(), other.sizes(), place);
                assertEquals(tensor.requiresGrad(), other.requiresGrad(), place);
                assertEquals(-1, tensor.bytes().mismatch(other.bytes()), place);
            }
            case NumpyArray array -> {
                NumpyArray other = assertInstanceOf(NumpyArray.class, actual, place);
                assertEquals(array.type(), other.type(), place);
                assertArrayEquals(array.bytes(), other.bytes(), place);
            }
            default -> assertEquals(expected, actual, place);
        }
    }
}
