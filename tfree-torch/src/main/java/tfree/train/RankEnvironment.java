package tfree.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tfree.config.ConfigException;

/**
 * Where a process stands among those that train together, as torchrun's environment says it; SLURM, Kubernetes'
 * PyTorchJob and {@code tfree train --processes} say the same.
 *
 * <pre>
 * WORLD_SIZE=4 RANK=1 MASTER_ADDR=node-0 MASTER_PORT=29500 [LOCAL_RANK=1 LOCAL_WORLD_SIZE=2]
 * </pre>
 *
 * @param rank        of this process, from 0 to ranks − 1; rank 0 reports and writes checkpoints
 * @param ranks       how many processes train together
 * @param localRank   of this process on its machine: which GPU is its
 * @param localRanks  how many of them share this machine's cores
 * @param master      the host on which rank 0, or torchrun's agent, brings the ranks together
 * @param port        where it listens
 * @param agent       whether torchrun's agent listens there already, and not rank 0
 * @param attempt     how often torchrun has begun anew
 * @param carrier     what carries the tensors
 * @param joinSeconds how long ranks wait for each other at the beginning
 */
public record RankEnvironment(int rank, int ranks, int localRank, int localRanks, String master, int port,
        boolean agent, int attempt, Carrier carrier, int joinSeconds) {
    /** Names the carrier: {@code gloo}, which is the default, or {@code nccl}. */
    public static final String CARRIER = "TFREE_BACKEND";
    /** Seconds that ranks wait for each other at the beginning, where another number than five minutes is wanted. */
    public static final String JOIN_SECONDS = "TFREE_JOIN_SECONDS";

    private static final int DEFAULT_JOIN_SECONDS = 300;

    /** c10d's backends: Gloo between CPUs, NCCL between GPUs. */
    public enum Carrier {
        GLOO, NCCL
    }

    /** @throws ConfigException naming the variable, what was expected and what it was */
    public RankEnvironment {
        within("WORLD_SIZE", ranks, 1, Integer.MAX_VALUE);
        within("RANK", rank, 0, ranks - 1);
        within("LOCAL_WORLD_SIZE", localRanks, 1, ranks);
        within("LOCAL_RANK", localRank, 0, ranks - 1);
        within("MASTER_PORT", port, 1, 65_535);
        within(JOIN_SECONDS, joinSeconds, 1, 86_400);
    }

    /**
     * Reads the variables.
     *
     * @return null where the process trains alone: {@code WORLD_SIZE} is missing or 1
     * @throws ConfigException if some are missing or contradict each other
     */
    public static @Nullable RankEnvironment of(Map<String, String> environment) {
        List<String> missing = new ArrayList<>();
        for (String name : List.of("WORLD_SIZE", "RANK")) {
            if (!environment.containsKey(name)) {
                missing.add(name);
            }
        }
        if (missing.size() == 2) {
            return null;
        }
        if (missing.isEmpty()) {
            if (number(environment, "WORLD_SIZE", 1) == 1) {
                within("RANK", number(environment, "RANK", 0), 0, 0);
                return null;
            }
            for (String name : List.of("MASTER_ADDR", "MASTER_PORT")) {
                if (!environment.containsKey(name)) {
                    missing.add(name);
                }
            }
        }
        if (!missing.isEmpty()) {
            throw new ConfigException("expected WORLD_SIZE, RANK, MASTER_ADDR and MASTER_PORT in the environment of"
                    + " each of several processes but " + String.join(" and ", missing)
                    + " is missing; set all four, as"
                    + " torchrun does, or start local processes with tfree train --processes N");
        }
        String master = environment.getOrDefault("MASTER_ADDR", "").strip();
        if (master.isEmpty()) {
            throw new ConfigException("MASTER_ADDR: expected the name or address of rank 0's host but it is empty");
        }
        int ranks = number(environment, "WORLD_SIZE", 1);
        int localRanks = number(environment, "LOCAL_WORLD_SIZE", 1);
        int localRank = number(environment, "LOCAL_RANK", 0);
        if (environment.containsKey("LOCAL_WORLD_SIZE")) {
            within("LOCAL_RANK", localRank, 0, localRanks - 1);
        }
        String carrier = environment.getOrDefault(CARRIER, "gloo");
        if (!carrier.equals("gloo") && !carrier.equals("nccl")) {
            throw new ConfigException(
                    CARRIER + ": expected gloo or nccl in the environment but was \"" + carrier + "\"");
        }
        boolean agent = "True".equals(environment.get("TORCHELASTIC_USE_AGENT_STORE"));
        return new RankEnvironment(number(environment, "RANK", 0), ranks, localRank, localRanks, master,
                number(environment, "MASTER_PORT", 0), agent, number(environment, "TORCHELASTIC_RESTART_COUNT", 0),
                carrier.equals("nccl") ? Carrier.NCCL : Carrier.GLOO,
                number(environment, JOIN_SECONDS, DEFAULT_JOIN_SECONDS));
    }

    private static int number(Map<String, String> environment, String name, int otherwise) {
        String text = environment.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new ConfigException(name + ": expected a whole number in the environment but was \"" + text + "\"");
        }
    }

    private static void within(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ConfigException("%s: expected %s in the environment but was %d".formatted(name,
                    most == Integer.MAX_VALUE ? "at least " + least : least + " to " + most, value));
        }
    }
}
