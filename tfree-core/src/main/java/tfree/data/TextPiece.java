package tfree.data;

/**
 * A piece of an instruction: what a user, the system or the model says.
 *
 * @param text   the piece with its markers, such as {@code <|start_header_id|>}; whitespace at its ends does not count
 * @param weight how much its words weigh in the loss, when they are to be predicted: 0 for what is only read
 */
public record TextPiece(String text, float weight) {
    /** @throws IllegalArgumentException for a weight that is negative or not a number */
    public TextPiece {
        if (!(weight >= 0) || Float.isInfinite(weight)) {
            throw new IllegalArgumentException("expected a loss weight of at least 0 but was " + weight);
        }
    }
}
