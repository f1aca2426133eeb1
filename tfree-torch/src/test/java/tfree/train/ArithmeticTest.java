package tfree.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import tfree.config.RunConfigFile;
import tfree.model.ArchitectureConfig;
import tfree.model.ModelInput;

class ArithmeticTest {
    /** Counted by hand: layer 4·16 + 3·4·8 = 160 weights, two of them and a head of 4·10: 360. */
    @Test
    void countsEveryWeightAndEveryPairWithinADocument() {
        ArchitectureConfig shape = RunConfigFile.parseSection(ArchitectureConfig.class, "architecture",
                "{vocab_size: 10, hidden_size: 4, num_layers: 2, num_attention_heads: 2, mlp_factor: 2,"
                        + " mlp_type: swiglu}");
        assertEquals(6 * 5 * 360 + 12 * 2 * 4 * (3 + 6), Arithmetic.operations(shape, batch(0, 2)));
        assertEquals(6 * 5 * 360 + 12 * 2 * 4 * 15, Arithmetic.operations(shape, batch(0)));
    }

    @Test
    void countsTwoMatricesInSimpleGelu() {
        ArchitectureConfig shape = RunConfigFile.parseSection(ArchitectureConfig.class, "architecture",
                "{vocab_size: 10, hidden_size: 4, num_layers: 2, num_attention_heads: 2, mlp_factor: 2,"
                        + " mlp_type: simple_gelu}");
        assertEquals(6 * 5 * (360 - 2 * 32) + 12 * 2 * 4 * 15, Arithmetic.operations(shape, batch(0)));
    }

    /** Five positions of one slot each. */
    private static Batch batch(int... documentStarts) {
        int[] offsets = {0, 1, 2, 3, 4, 5};
        int[] slots = {1, 2, 3, 4, 5};
        return new Batch(new ModelInput(slots, offsets, new int[]{1, 1, 1, 1, 1}, new int[]{0, 1, 2, 3, 4},
                documentStarts), new SlotTargets(slots, offsets, new boolean[0], new float[]{1, 1, 1, 1, 1}));
    }
}
