package tfree.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tfree.golden.Golden;
import tfree.trigram.SlotTable;
import tfree.trigram.TextEncoder;
import tfree.trigram.TokenizerConfig;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Pre-training samples of the golden cases {@code D_mmap}, from maps to targets. */
@EnabledIfSystemProperty(named = "tfree.golden.local", matches = ".+")
class DatasetGoldenTest {
    private static final int SLOTS = 1000;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void packsTheOriginalsSamples() throws Exception {
        int exact = 0;
        for (String line : Files.readAllLines(local("dataset_samples.jsonl"))) {
            JsonNode c = JsonMapper.shared().readTree(line);
            try (Storages storages = new Storages(c);
                    SampleOrder order = new SampleOrder(storages.size(), c.get("seed").asLong())) {
                if (c.get("random_index").isArray()) {
                    assertArrayEquals(c.get("random_index").valueStream().mapToLong(JsonNode::asLong).toArray(),
                            LongStream.range(0, order.size()).map(order::item).toArray());
                }
                exact += check(c, storages, order);
            }
        }
        assertTrue(exact > 40, () -> "few samples are exact to their end");
    }

    /**
     * The original passed over items when it refilled a sample, so a sample is compared up to the end of its first item.
     *
     * @return 1 if that is the whole sample
     */
    private static int check(JsonNode c, TextItems items, SampleOrder order) throws Exception {
        int length = c.get("sequence_length").asInt();
        SequencePacker packer = new SequencePacker(
                new TextEncoder(new SlotTable(TokenizerConfig.of(SLOTS, 4, 0))), length,
                c.get("reset_position_ids").asBoolean(), true);
        PackedSequence sample = packer.newSample();
        long idx = c.get("idx").asLong();
        packer.pack(items, order.item(idx), sample);
        int comparable = sample.filled();
        packer.pack(items, order, idx, sample);
        assertEquals(length, sample.positions());
        List<Integer> ends = c.get("eot_positions").valueStream().map(JsonNode::asInt).toList();
        for (int p = 0; p < comparable; p++) {
            assertEquals(c.get("words_targets").get(p).asString(), sample.targetWord(p));
            assertEquals(c.get("position_ids").get(p).asInt(), sample.positionIds()[p]);
            assertEquals(ends.contains(p), sample.endsText()[p]);
        }
        if (comparable < length) {
            return 0;
        }
        assertEquals(0, c.get("padded").asInt());
        assertEquals(c.get("n_rows").asInt(), sample.inputOffsets()[length] / 4);
        assertEquals(c.get("target_nnz").asInt(), sample.targetOffsets()[length]);
        assertEquals(c.get("targets_sha256").asString(), digest(sample));
        return 1;
    }

    /** Of the targets as a matrix of bytes, positions × v. */
    private static String digest(PackedSequence sample) throws NoSuchAlgorithmException {
        byte[] targets = new byte[sample.positions() * SLOTS];
        for (int p = 0; p < sample.positions(); p++) {
            for (int i = sample.targetOffsets()[p]; i < sample.targetOffsets()[p + 1]; i++) {
                targets[p * SLOTS + sample.targetSlots()[i]] = 1;
            }
        }
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(targets));
    }

    private static Path local(String name) {
        return Path.of(System.getProperty("tfree.golden.local", ""), "D_mmap", name);
    }

    /** As many items of each map as the original saw: all but the last. */
    private final class Storages implements TextItems {
        private final List<AlignedIndex> maps = new ArrayList<>();
        private final long[] sizes;

        Storages(JsonNode c) throws IOException {
            for (JsonNode prefix : c.get("prefixes")) {
                maps.add(AlignedIndex.open(map(prefix.asString())));
            }
            sizes = c.get("storage_sizes").valueStream().mapToLong(JsonNode::asLong).toArray();
        }

        private Path map(String name) throws IOException {
            boolean local = Files.exists(local(name + ".bin"));
            for (String ending : List.of("bin", "idx", "meta.json", "indices.bin", "lengths.bin", "offsets.bin")) {
                String file = name + "." + ending;
                Files.write(folder.resolve(file),
                        local ? Files.readAllBytes(local(file)) : Golden.bytes("D_mmap/" + file));
            }
            return folder.resolve(name);
        }

        @Override
        public long size() {
            return Arrays.stream(sizes).sum();
        }

        @Override
        public void read(long item, ItemText into) throws IOException {
            int map = map(item);
            maps.get(map).read(item - IntStream.range(0, map).mapToLong(i -> sizes[i]).sum(), into);
        }

        private int map(long item) {
            long end = 0;
            for (int map = 0;; map++) {
                end += sizes[map];
                if (item < end) {
                    return map;
                }
            }
        }

        @Override
        public String name(long item) {
            return "item " + item;
        }

        @Override
        public void close() {
            maps.forEach(AlignedIndex::close);
        }
    }
}
