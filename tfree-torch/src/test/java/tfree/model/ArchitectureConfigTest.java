package tfree.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import tfree.model.ArchitectureConfig.Aggregation;
import tfree.model.ArchitectureConfig.Init;
import tfree.model.ArchitectureConfig.MlpType;
import tfree.model.ArchitectureConfig.Norm;
import tfree.model.ArchitectureConfig.Precision;

class ArchitectureConfigTest {

    @Test
    void cutsTheInnerWidthToAWholeNumber() {
        assertEquals(683, config(256, 8, 2.66796875).mlpWidth());
        assertEquals(32, config(256, 8, 2.66796875).headWidth());
    }

    @Test
    void namesTheFieldThatDoesNotFit() {
        assertEquals("architecture.hidden_size: expected a multiple of num_attention_heads (4) but was 130",
                refusal(130, 4, 4));
        assertEquals("architecture.hidden_size: expected an even width per attention head, since rotary embedding "
                + "turns pairs, but was 12 over 4 heads = 3", refusal(12, 4, 4));
        assertEquals("architecture.num_attention_heads: expected at least 1 but was 0", refusal(12, 0, 4));
        assertEquals("architecture.mlp_factor: expected a factor that gives an inner width of at least 1 but was 0.01",
                refusal(16, 4, 0.01));
    }

    private static String refusal(int hiddenSize, int heads, double mlpFactor) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> config(hiddenSize, heads, mlpFactor)).getMessage());
    }

    private static ArchitectureConfig config(int hiddenSize, int heads, double mlpFactor) {
        return new ArchitectureConfig(true, false, Aggregation.SUM, Norm.RMS, MlpType.SWIGLU, Init.PYTHIA, false, 8000,
                hiddenSize, 4, heads, 10000, 256, mlpFactor, Precision.FLOAT32, 1e-5, 1.0);
    }
}
