package tfree.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import tfree.text.PythonText;
import tfree.text.SpecialWords;
import tfree.trigram.EncodedText;
import tfree.trigram.TextEncoder;

/**
 * Texts → samples of exactly {@code sequenceLength} positions.
 *
 * <p>A text of w words has w − 1 positions: word p is the input and word p + 1 the target. Each text is encoded by
 * itself, so no position looks from one text to the next.
 *
 * <pre>{@code
 * SequencePacker packer = new SequencePacker(encoder, 4096, true, true);
 * PackedSequence sample = packer.pack(i, order.length, p -> store.texts(order[p]));
 * }</pre>
 *
 * <p>One thread at a time, as the encoder.
 */
public final class SequencePacker {
    private final TextEncoder encoder;
    private final boolean resetPositionIds;
    private final boolean resetAttentionMask;
    private final Positions positions;

    /**
     * @param sequenceLength     positions of a sample
     * @param resetPositionIds   whether position ids begin at 0 with each text instead of running on
     * @param resetAttentionMask whether a position sees only its own text
     */
    public SequencePacker(TextEncoder encoder, int sequenceLength, boolean resetPositionIds,
            boolean resetAttentionMask) {
        if (sequenceLength < 1) {
            throw new IllegalArgumentException(
                    "expected a sequence length of at least 1 but was " + sequenceLength);
        }
        this.encoder = encoder;
        this.resetPositionIds = resetPositionIds;
        this.resetAttentionMask = resetAttentionMask;
        this.positions = new Positions(sequenceLength);
    }

    /**
     * A sample for pre-training: item {@code first} of the order, then as many of the following ones, beyond the last
     * the first, as it takes to fill the sample. What is left of the last item is dropped: the next sample begins with
     * the item after {@code first}.
     *
     * @param count how many items the order has
     * @param item  the texts of the order's item by its place from 0 to {@code count - 1}
     * @throws IllegalArgumentException if no item has a position
     */
    public PackedSequence pack(int first, int count, IntFunction<List<String>> item) {
        if (first < 0 || first >= count) {
            throw new IllegalArgumentException("expected an item from 0 to " + (count - 1) + " but was " + first);
        }
        positions.clear();
        int place = first;
        while (!positions.isFull()) {
            addTexts(item.apply(place));
            place = (place + 1) % count;
            if (place == first && positions.size() == 0) {
                throw new IllegalArgumentException("expected texts of at least one word but all " + count
                        + " items are empty");
            }
        }
        return positions.toSequence(resetAttentionMask);
    }

    /** A sample for pre-training of these texts alone, cut or padded. */
    public PackedSequence pack(List<String> texts) {
        positions.clear();
        addTexts(texts);
        positions.pad(null);
        return positions.toSequence(resetAttentionMask);
    }

    /** An instruction as one sample, cut or padded: all pieces are one text, and positions run on. */
    public PackedSequence packPieces(List<TextPiece> pieces) {
        positions.clear();
        List<EncodedText> encoded = new ArrayList<>();
        for (TextPiece piece : pieces) {
            encoded.add(encoder.encode(PythonText.strip(piece.text())));
        }
        positions.add(encoded, pieces);
        positions.pad(null);
        return positions.toSequence(resetAttentionMask);
    }

    /**
     * One text, stripped, not ended, cut or padded. Its last word, if there is room, is the input of the first padded
     * position.
     */
    public PackedSequence packText(String text) {
        positions.clear();
        EncodedText encoded = encoder.encode(PythonText.strip(text));
        positions.add(encoded, resetPositionIds);
        positions.pad(encoded.size() == 0 ? null : encoded.pattern(encoded.size() - 1));
        return positions.toSequence(resetAttentionMask);
    }

    private void addTexts(List<String> texts) {
        for (String text : texts) {
            if (positions.isFull()) {
                return;
            }
            // The end keeps the whitespace before it from being stripped.
            positions.add(encoder.encode(PythonText.strip(text + SpecialWords.END_OF_TEXT)), resetPositionIds);
        }
    }
}
