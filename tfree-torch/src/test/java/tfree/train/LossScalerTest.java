package tfree.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import tfree.checkpoint.Checkpoint;
import tfree.config.ConfigException;
import tfree.config.RunConfig;

class LossScalerTest {
    private static LossScaler scaler(boolean consecutive) {
        return new LossScaler(new RunConfig.LossScaler(true, 64, 3, 2, consecutive, 8, 4), null);
    }

    @Test
    void lowersTheScaleOnceTheHysteresisIsUsedUp() {
        LossScaler scaler = scaler(false);
        assertTrue(scaler.goesOnAfter(false));
        assertEquals(64, scaler.scale());
        assertTrue(scaler.goesOnAfter(false));
        assertEquals(16, scaler.scale());
        assertTrue(scaler.goesOnAfter(false));
        assertEquals(8, scaler.scale(), "not below min_scale");
        assertFalse(scaler.goesOnAfter(false), "no smaller scale is left");
    }

    @Test
    void raisesTheScaleAfterEveryWindowOfFiniteSteps() {
        LossScaler scaler = scaler(false);
        for (double expected : new double[]{64, 64, 256, 256, 256, 1024}) {
            assertTrue(scaler.goesOnAfter(true));
            assertEquals(expected, scaler.scale());
        }
    }

    @Test
    void fillsTheHysteresisAgainAfterAWindowOrAfterEveryFiniteStep() {
        for (boolean consecutive : new boolean[]{false, true}) {
            LossScaler scaler = scaler(consecutive);
            scaler.goesOnAfter(false);
            scaler.goesOnAfter(true);
            scaler.goesOnAfter(false);
            assertEquals(consecutive ? 64 : 16, scaler.scale());
        }
    }

    @Test
    void goesOnFromWhereItStood() {
        LossScaler scaler = scaler(false);
        scaler.goesOnAfter(false);
        scaler.goesOnAfter(true);
        scaler.goesOnAfter(true);
        Checkpoint.LossScale state = scaler.state();
        assertEquals(new Checkpoint.LossScale(64, 1, 2), state);
        LossScaler other = new LossScaler(new RunConfig.LossScaler(true, 1, 3, 2, false, 8, 4), state);
        assertTrue(other.goesOnAfter(true));
        assertEquals(new Checkpoint.LossScale(256, 2, 3), other.state());
    }

    @Test
    void scalesNothingWhenItIsSwitchedOff() {
        LossScaler off = new LossScaler(new RunConfig.LossScaler(false, 64, 3, 2, false, 8, 4),
                new Checkpoint.LossScale(32, 2, 0));
        assertEquals(1, off.scale());
        assertTrue(off.goesOnAfter(true));
        assertFalse(off.goesOnAfter(false));
        assertNull(off.state());
    }

    @Test
    void refusesSettingsThatCannotWork() {
        ConfigException e = assertThrows(ConfigException.class,
                () -> new LossScaler(new RunConfig.LossScaler(true, 64, 3, 2, false, 8, 1), null));
        assertEquals("optimizer.loss_scaler.factor: expected a number above 1 but was 1.0", e.getMessage());
    }
}
