package tfree.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BenchmarkTextTest {
    @Test
    void makesTenMegabytesOfEachText() {
        for (String name : new String[]{"english", "greek", "bulgarian", "europarl", "devanagari", "han"}) {
            BenchmarkText text = BenchmarkText.of(name);
            assertTrue(text.length() >= 10_000_000 && text.length() < 10_100_000, name);
            assertEquals(text.length(), text.ends()[text.ends().length - 1], name);
        }
        assertThrows(IllegalArgumentException.class, () -> BenchmarkText.of("klingon"));
    }

    @Test
    void makesTheSameUnitsFromBytesAndFromStrings() {
        EncodeBenchmark benchmark = new EncodeBenchmark();
        EncodeBenchmark.English english = new EncodeBenchmark.English();
        EncodeBenchmark.TFree ours = new EncodeBenchmark.TFree();
        long words = benchmark.tfree(english, ours);
        assertEquals(words, benchmark.tfreeFromStrings(english, ours));
        long lettersOnly = benchmark.bareScan(english);
        assertTrue(words > lettersOnly && words < 2 * lettersOnly, words + " and " + lettersOnly);
    }
}
