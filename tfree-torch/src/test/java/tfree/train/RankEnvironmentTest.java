package tfree.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tfree.config.ConfigException;
import tfree.train.RankEnvironment.Carrier;

class RankEnvironmentTest {
    private static final Map<String, String> COMPLETE = Map.of("WORLD_SIZE", "4", "RANK", "1", "MASTER_ADDR", "node-0",
            "MASTER_PORT", "29500");

    private static Map<String, String> with(String... namesAndValues) {
        Map<String, String> environment = new HashMap<>(COMPLETE);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            environment.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return environment;
    }

    private static Map<String, String> without(String name) {
        Map<String, String> environment = with();
        environment.remove(name);
        return environment;
    }

    private static String error(Map<String, String> environment) {
        return String.valueOf(assertThrows(ConfigException.class, () -> RankEnvironment.of(environment)).getMessage());
    }

    @Test
    void readsWhatTorchrunSets() {
        assertEquals(new RankEnvironment(1, 4, 0, 1, "node-0", 29500, false, 0, Carrier.GLOO, 300),
                RankEnvironment.of(COMPLETE));
        assertEquals(new RankEnvironment(3, 4, 1, 2, "node-0", 29500, true, 2, Carrier.NCCL, 7),
                RankEnvironment.of(with("RANK", "3", "LOCAL_RANK", "1", "LOCAL_WORLD_SIZE", "2",
                        "TORCHELASTIC_USE_AGENT_STORE", "True", "TORCHELASTIC_RESTART_COUNT", "2", "TFREE_BACKEND",
                        "nccl", "TFREE_JOIN_SECONDS", "7")));
    }

    @Test
    void nothingOrAWorldOfOneIsAProcessAlone() {
        assertNull(RankEnvironment.of(Map.of("MASTER_ADDR", "node-0")));
        assertNull(RankEnvironment.of(Map.of("WORLD_SIZE", "1", "RANK", "0")));
    }

    @Test
    void namesWhatIsMissing() {
        for (String name : COMPLETE.keySet()) {
            String message = error(without(name));
            assertEquals("expected WORLD_SIZE, RANK, MASTER_ADDR and MASTER_PORT in the environment of each of several"
                    + " processes but " + name + " is missing; set all four, as torchrun does, or start local processes"
                    + " with tfree train --processes N", message);
        }
    }

    @Test
    void namesWhatContradicts() {
        assertEquals("RANK: expected 0 to 3 in the environment but was 4", error(with("RANK", "4")));
        assertEquals("RANK: expected a whole number in the environment but was \"one\"", error(with("RANK", "one")));
        assertEquals("WORLD_SIZE: expected at least 1 in the environment but was 0", error(with("WORLD_SIZE", "0")));
        assertEquals("MASTER_PORT: expected 1 to 65535 in the environment but was 70000",
                error(with("MASTER_PORT", "70000")));
        assertEquals("LOCAL_RANK: expected 0 to 1 in the environment but was 2",
                error(with("LOCAL_RANK", "2", "LOCAL_WORLD_SIZE", "2")));
        assertEquals("LOCAL_WORLD_SIZE: expected 1 to 4 in the environment but was 8",
                error(with("LOCAL_WORLD_SIZE", "8")));
        assertEquals("MASTER_ADDR: expected the name or address of rank 0's host but it is empty",
                error(with("MASTER_ADDR", " ")));
        assertEquals("TFREE_BACKEND: expected gloo or nccl in the environment but was \"mpi\"",
                error(with("TFREE_BACKEND", "mpi")));
        assertEquals("RANK: expected 0 to 0 in the environment but was 1",
                error(Map.of("WORLD_SIZE", "1", "RANK", "1")));
    }
}
