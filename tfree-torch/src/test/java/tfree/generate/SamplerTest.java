package tfree.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SamplerTest {
    private static final double[] PROBABILITIES = {0.4, 0.1, 0.3, 0.15, 0.05};
    private static final double[] LOGS = Arrays.stream(PROBABILITIES).map(Math::log).toArray();
    private static final int DRAWS = 100_000;

    private static double[] shares(Sampling settings) {
        Sampler sampler = Sampler.of(settings);
        double[] shares = new double[LOGS.length];
        for (int i = 0; i < DRAWS; i++) {
            shares[sampler.choose(LOGS)] += 1.0 / DRAWS;
        }
        return shares;
    }

    private static Set<Integer> drawn(Sampling settings) {
        double[] shares = shares(settings);
        Set<Integer> drawn = new TreeSet<>();
        for (int w = 0; w < shares.length; w++) {
            if (shares[w] > 0) {
                drawn.add(w);
            }
        }
        return drawn;
    }

    @Test
    void drawsByTheProbabilities() {
        double[] shares = shares(new Sampling(1, 0, 1, 0, 7));
        for (int w = 0; w < shares.length; w++) {
            double tolerance = 5 * Math.sqrt(PROBABILITIES[w] * (1 - PROBABILITIES[w]) / DRAWS);
            assertEquals(PROBABILITIES[w], shares[w], tolerance, "word " + w);
        }
    }

    @Test
    void aLowerTemperatureSharpens() {
        double[] shares = shares(new Sampling(0.5, 0, 1, 0, 7));
        double total = Arrays.stream(PROBABILITIES).map(p -> p * p).sum();
        assertEquals(0.16 / total, shares[0], 0.01);
        assertEquals(0, Sampler.of(Sampling.GREEDY).choose(LOGS));
    }

    @Test
    void topKTopPAndMinPCutTheTail() {
        assertEquals(Set.of(0, 2), drawn(new Sampling(1, 2, 1, 0, 7)));
        assertEquals(Set.of(0, 2, 3), drawn(new Sampling(1, 0, 0.8, 0, 7)));
        assertEquals(Set.of(0, 2), drawn(new Sampling(1, 0, 0.69, 0, 7)));
        assertEquals(Set.of(0, 2, 3), drawn(new Sampling(1, 0, 1, 0.3, 7)));
        assertEquals(Set.of(0), drawn(new Sampling(1, 3, 0.1, 0.3, 7)));
    }

    @Test
    void aForbiddenWordIsNeverDrawn() {
        double[] logs = LOGS.clone();
        logs[0] = Double.NEGATIVE_INFINITY;
        assertEquals(2, Sampler.of(Sampling.GREEDY).choose(logs));
        Sampler sampler = Sampler.of(new Sampling(1.5, 0, 1, 0, 3));
        for (int i = 0; i < DRAWS; i++) {
            assertTrue(sampler.choose(logs) != 0);
        }
        Arrays.fill(logs, Double.NEGATIVE_INFINITY);
        assertThrows(IllegalArgumentException.class, () -> sampler.choose(logs));
    }

    @Test
    void refusesSettingsOutOfRange() {
        assertEquals("top_p: expected a probability above 0 and up to 1 but was 1.5",
                assertThrows(IllegalArgumentException.class, () -> new Sampling(1, 0, 1.5, 0, 0)).getMessage());
        assertThrows(IllegalArgumentException.class, () -> new Sampling(-1, 0, 1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Sampling(1, -1, 1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Sampling(1, 0, 1, 2, 0));
    }
}
