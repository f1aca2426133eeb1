package tfree.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.config.ConfigException;
import tfree.config.RunConfig;
import tfree.file.CorruptFileException;
import tfree.model.Tensors;
import tfree.model.Transformer;
import tfree.tiny.TinyRun;

class CheckpointTest {
    @TempDir
    private Path folder = Path.of("");
    private Path saved = Path.of("");

    @BeforeEach
    void saveOne() throws IOException {
        RunConfig config = TinyRun.config(folder);
        try (Transformer model = Transformer.initialised(config.architecture(), 3)) {
            saved = Checkpoint.save(folder, config, TinyRun.units(config), model, Map.of(), Map.of(),
                    new Checkpoint.State(42, 168, 42, null));
        }
    }

    @Test
    void comesBackWhole() throws IOException {
        RunConfig config = TinyRun.config(folder);
        Checkpoint checkpoint = Checkpoint.open(folder);
        assertEquals(saved, checkpoint.folder());
        assertEquals(config, checkpoint.config());
        assertEquals(new Checkpoint.State(42, 168, 42, null), checkpoint.state());
        assertEquals(TinyRun.words(config).words(), checkpoint.dictionary().words());
        try (Transformer expected = Transformer.initialised(config.architecture(), 3);
                Transformer loaded = Checkpoint.open(saved).transformer()) {
            expected.parameters().forEach((name, tensor) -> assertArrayEquals(Tensors.floats(tensor),
                    Tensors.floats(Objects.requireNonNull(loaded.parameters().get(name))), name));
        }
    }

    @Test
    void keepsWhatIsOursOutOfTheOriginalsFiles() throws IOException {
        assertTrue(!Files.readString(saved.resolve("context/config.yml")).contains("tfree"));
        assertTrue(Files.readString(saved.resolve("tfree.json")).contains("scoring_rule"));
    }

    @Test
    void aRestOfAKilledSaveIsNoCheckpointAndIsReplaced() throws IOException {
        Path partial = folder.resolve(".000000000043.partial");
        Files.createDirectories(partial.resolve("transformer"));
        Files.writeString(partial.resolve("transformer/transformer.safetensors"), "half");
        Path deleted = folder.resolve(".000000000007.deleted"); // of a keepNewest that was killed
        Files.createDirectories(deleted.resolve("transformer"));
        assertEquals(42, Checkpoint.open(folder).state().iterations());
        RunConfig config = TinyRun.config(folder);
        try (Transformer model = Transformer.initialised(config.architecture(), 3)) {
            Checkpoint.save(folder, config, TinyRun.units(config), model, Map.of(), Map.of(),
                    new Checkpoint.State(43, 172, 43, null));
        }
        assertEquals(43, Checkpoint.open(folder).state().iterations());
        assertTrue(!Files.exists(partial));
        assertTrue(!Files.exists(deleted));
    }

    /** Killed between the two renames that replace a checkpoint of the same iteration. */
    @Test
    void theOneBeforeIsFoundWhereAReplacementWasCutShort() throws IOException {
        Path aside = folder.resolve(".000000000042.replaced");
        Files.move(saved, aside);
        assertEquals(aside, Checkpoint.open(folder).folder());
        RunConfig config = TinyRun.config(folder);
        try (Transformer model = Transformer.initialised(config.architecture(), 4)) {
            Checkpoint.save(folder, config, TinyRun.units(config), model, Map.of(), Map.of(),
                    new Checkpoint.State(42, 168, 42, null));
        }
        assertEquals(saved, Checkpoint.open(folder).folder());
        assertTrue(!Files.exists(aside));
    }

    @Test
    void aSaveThatFailsLeavesTheOneBefore() throws IOException {
        RunConfig config = TinyRun.config(folder);
        try (Transformer model = Transformer.initialised(config.architecture(), 3)) {
            Map<String, Tensor> wrong = Map.of("moment",
                    Tensors.ofInts(new int[]{1}).to(torch.ScalarType.ComplexFloat));
            assertThrows(IllegalArgumentException.class, () -> Checkpoint.save(folder, config, TinyRun.units(config),
                    model, wrong, Map.of(), new Checkpoint.State(43, 172, 43, null)));
        }
        assertEquals(42, Checkpoint.open(folder).state().iterations());
        assertTrue(!Files.exists(folder.resolve(".000000000043.partial")));
    }

    @Test
    void keepsTheNewestAndNeverTouchesOtherFiles() throws IOException {
        RunConfig config = TinyRun.config(folder);
        try (Transformer model = Transformer.initialised(config.architecture(), 3)) {
            for (int step : new int[]{43, 44, 1000}) {
                Checkpoint.save(folder, config, TinyRun.units(config), model, Map.of(), Map.of(),
                        new Checkpoint.State(step, step, step, null));
            }
        }
        Files.writeString(folder.resolve("latest"), "000000000044"); // 1000 is another run's, that went further
        Files.createDirectories(folder.resolve("000000000001-best"));
        new SaveFolder(folder).keepNewest(2);
        assertTrue(!Files.exists(saved));
        for (String kept : List.of("000000000043", "000000000044", "000000001000", "000000000001-best")) {
            assertTrue(Files.isDirectory(folder.resolve(kept)), kept);
        }
    }

    @Test
    void saysWhatIsDamaged() throws IOException {
        Path weights = saved.resolve("transformer/transformer.safetensors");
        try (FileChannel channel = FileChannel.open(weights, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2);
        }
        assertError(CorruptFileException.class, "transformer.safetensors");
        Files.delete(weights);
        assertError(CorruptFileException.class,
                "expected the file transformer/transformer.safetensors but it is missing");
        Files.writeString(saved.resolve("context/context.json"), "{\"iterations\": 1");
        assertError(CorruptFileException.class, "context.json");
        Files.writeString(folder.resolve("latest"), "000000000099");
        assertError(CorruptFileException.class, "expected the name of an iteration's folder");
        Files.delete(folder.resolve("latest"));
        assertError(ConfigException.class, "expected a checkpoint");
    }

    private void assertError(Class<? extends Exception> type, String part) {
        String message = String
                .valueOf(assertThrows(type, () -> Checkpoint.open(folder).transformer().close()).getMessage());
        assertTrue(message.contains(part), message);
    }
}
