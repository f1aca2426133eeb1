package tfree.train;

/** Another process of the group is gone, or was silent for too long: this one cannot go on either. */
public final class RankLostException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RankLostException(int rank, int ranks, RuntimeException cause) {
        super("rank %d of %d lost another rank (%s); the output of the one that ended first says why".formatted(rank,
                ranks, firstLine(cause)), cause);
    }

    /** c10d's messages begin with a source file and end with a stack of C++ frames. */
    static String firstLine(RuntimeException thrown) {
        String message = String.valueOf(thrown.getMessage());
        return message.lines().findFirst().orElse("").replaceFirst("^\\[[^]]*\\.cc:\\d+]\\s*", "").strip();
    }
}
