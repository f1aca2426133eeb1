package tfree.trigram;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tfree.text.SplitMode;

class SlotTableTest {
    private static final TokenizerConfig CONFIG = TokenizerConfig.of(32_000, 10, 2);

    @Test
    void sharesSlotsBetweenAWordAndItsCapitalisedForm() {
        SlotTable table = new SlotTable(CONFIG);
        int[] upper = table.row(id(" He"));
        int[] lower = table.row(id(" he"));
        assertArrayEquals(Arrays.copyOfRange(lower, 8, 10), Arrays.copyOfRange(upper, 8, 10));
        assertFalse(Arrays.equals(upper, lower));
    }

    @Test
    void takesTheWordOutOfLongerBytes() {
        SlotTable table = new SlotTable(CONFIG);
        byte[] text = "say Hello again".getBytes(StandardCharsets.UTF_8);
        assertArrayEquals(table.pattern("Hello").slots(), table.pattern(text, 4, 9).slots());
    }

    @Test
    void countsAWordsWindowsOnceInOrderOfFirstOccurrence() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            byte[] word = new byte[1 + random.nextInt(200)];
            for (int i = 0; i < word.length; i++) {
                word[i] = (byte) "ab\u00ff ".charAt(random.nextInt(4));
            }
            byte[] padded = new byte[word.length + 2];
            padded[0] = padded[padded.length - 1] = ' ';
            System.arraycopy(word, 0, padded, 1, word.length);
            Set<Integer> expected = new LinkedHashSet<>();
            for (int i = 0; i + 2 < padded.length; i++) {
                expected.add((padded[i] & 0xff) + 256 * (padded[i + 1] & 0xff) + 65536 * (padded[i + 2] & 0xff));
            }
            assertArrayEquals(expected.stream().mapToInt(Integer::intValue).toArray(),
                    Trigrams.of(word, 0, word.length), () -> "seed " + seed);
        }
    }

    @Test
    void hashesEveryWordAsAWholeWhenToldSo() {
        SlotTable table = new SlotTable(new TokenizerConfig(32_000, 10, 0, false, true, SplitMode.REFERENCE));
        assertTrue(table.pattern("Hello").wholeWord());
        assertEquals(1, table.pattern("Hello").trigramCount());
        assertEquals(0, table.size());
    }

    @Test
    void takesStoredRowsAsTheyStandAndComputesTheOthers() {
        TokenizerConfig config = TokenizerConfig.of(100, 3, 1);
        int stored = id("bbb");
        SlotTable table = new SlotTable(config, stored + 1, id -> new int[]{7, 5, 5});
        assertArrayEquals(new int[]{7, 5, 5}, table.row(stored));
        assertArrayEquals(new SlotTable(config).row(stored + 1), table.row(stored + 1));
    }

    @Test
    void refusesStoredRowsThatDoNotFit() {
        TokenizerConfig config = TokenizerConfig.of(100, 3, 1);
        assertThrows(IllegalArgumentException.class, () -> new SlotTable(config, 1, id -> new int[]{1, 2}).row(0));
        assertThrows(IllegalArgumentException.class,
                () -> new SlotTable(config, 1, id -> new int[]{1, 2, 100}).row(0));
    }

    @Test
    void refusesTheEmptyWord() {
        SlotTable table = new SlotTable(CONFIG);
        assertThrows(IllegalArgumentException.class, () -> table.pattern(""));
    }

    @Test
    void refusesNumbersThatDoNotFitEachOther() {
        assertThrows(IllegalArgumentException.class, () -> TokenizerConfig.of(0, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> TokenizerConfig.of(10, 11, 0));
        assertThrows(IllegalArgumentException.class, () -> TokenizerConfig.of(10, 4, 5));
        assertThrows(IllegalArgumentException.class, () -> TokenizerConfig.of(10, 0, 0));
    }

    @Test
    void givesThreadsTheSameRowsWhileItGrows() throws Exception {
        int rows = 1 << 14;
        SlotTable shared = new SlotTable(CONFIG);
        List<Callable<int[][]>> readers = new ArrayList<>();
        for (int reader = 0; reader < 4; reader++) {
            int step = 2 * reader + 1; // odd, so that every reader walks all ids, each in an order of its own
            readers.add(() -> {
                int[][] seen = new int[rows][];
                for (int i = 0; i < rows; i++) {
                    int n = i * step % rows;
                    seen[n] = shared.row(0x414141 + n);
                }
                return seen;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(readers.size())) {
            SlotTable alone = new SlotTable(CONFIG);
            for (Future<int[][]> result : threads.invokeAll(readers)) {
                int[][] seen = result.get();
                for (int n = 0; n < rows; n++) {
                    assertArrayEquals(alone.row(0x414141 + n), seen[n]);
                }
            }
        }
    }

    private static int id(String trigram) {
        return trigram.charAt(0) | trigram.charAt(1) << 8 | trigram.charAt(2) << 16;
    }
}
