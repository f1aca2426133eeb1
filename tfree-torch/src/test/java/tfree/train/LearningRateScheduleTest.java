package tfree.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import tfree.config.RunConfig.DecayStyle;
import tfree.golden.Golden;
import tools.jackson.databind.JsonNode;

class LearningRateScheduleTest {

    @Test
    void followsTheOriginalsRates() {
        for (JsonNode golden : Golden.json("F_transformer/learning_rates.json")) {
            JsonNode c = golden.get("config");
            LearningRateSchedule schedule = new LearningRateSchedule(c.get("learning_rate").asDouble(),
                    c.get("learning_rate_minimum").asDouble(),
                    DecayStyle.valueOf(c.get("learning_rate_decay_style").asString().toUpperCase(Locale.ROOT)),
                    c.get("learning_rate_decay_iters").asInt(), c.get("learning_rate_warmup_steps").asInt());
            for (int step = 0; step <= 60; step++) {
                assertEquals(golden.get("lr_step_0_to_60").get(step).asDouble(), schedule.at(step), 1e-15,
                        schedule + " at step " + step);
            }
        }
    }

    @Test
    void staysAtTheMinimumWhenTheWarmUpOutlastsTheDecay() {
        LearningRateSchedule schedule = new LearningRateSchedule(1, 0.5, DecayStyle.COSINE, 5, 10);
        assertEquals(1, schedule.at(10));
        assertEquals(0.5, schedule.at(11));
    }

    @Test
    void refusesAMinimumAboveThePeak() {
        assertEquals("learning_rate_scheduler.learning_rate_minimum: expected 0 to learning_rate (0.1) but was 0.2",
                assertThrows(IllegalArgumentException.class,
                        () -> new LearningRateSchedule(0.1, 0.2, DecayStyle.LINEAR, 10, 0)).getMessage());
    }
}
