package tfree.server;

import java.time.Duration;

/**
 * What one request, and all of them together, may ask for. A prompt's length is bounded by the model's sequence.
 *
 * @param bodyBytes   the largest body
 * @param listLength  entries of a list: of prompts, words, choices, messages
 * @param answers     answers to one request: prompts × n
 * @param running     answers that are generated side by side
 * @param queued      answers that may wait for a place among these; beyond, 429
 * @param connections open at once; further ones wait in the system's queue
 * @param requestTime until an answer has to be complete
 * @param endTime     for running answers, once the server was asked to end
 */
public record Limits(int bodyBytes, int listLength, int answers, int running, int queued, int connections,
        Duration requestTime, Duration endTime) {
    /** What fits a machine that serves a small model to a team. */
    public static final Limits DEFAULT = new Limits(4 << 20, 10_000, 128, 64, 256, 2048, Duration.ofMinutes(5),
            Duration.ofSeconds(30));

    /** @throws IllegalArgumentException naming the limit, what was expected and what it was */
    public Limits {
        require(bodyBytes, "the largest body");
        require(listLength, "the longest list");
        require(answers, "answers to a request");
        require(running, "answers at once");
        require(queued, "waiting answers");
        require(connections, "connections");
        if (requestTime.isNegative() || requestTime.isZero() || endTime.isNegative()) {
            throw new IllegalArgumentException(
                    "expected times above 0 but was " + requestTime + " and " + endTime);
        }
    }

    private static void require(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": expected at least 1 but was " + value);
        }
    }
}
