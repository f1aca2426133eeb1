package tfree.data;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tfree.file.CorruptFileException;
import tfree.text.PythonText;
import tfree.trigram.ActivationPattern;
import tfree.trigram.UnitEncoder;

/**
 * Texts → samples of {@code sequenceLength} positions.
 *
 * <p>A text of w words has w − 1 positions: word p is the input and word p + 1 the target. Each text is encoded by
 * itself, so no position looks from one text to the next. Texts are read from the bytes of their memory map and only as
 * far as the sample needs them; packer and sample are used again, and in the long run nothing is allocated.
 *
 * <pre>{@code
 * SequencePacker packer = new SequencePacker(encoder, 4096, true, true);
 * PackedSequence sample = packer.newSample();
 * packer.pack(corpus, order, 17, sample);    // item order.item(17) of the corpus, and those that follow it
 * }</pre>
 *
 * <p>One thread at a time, as the encoder.
 */
public final class SequencePacker {
    private final UnitEncoder encoder;
    private final int sequenceLength;
    private final boolean resetPositionIds;
    private final boolean resetAttentionMask;
    private final ItemText item;

    /**
     * @param sequenceLength     positions of a sample
     * @param resetPositionIds   whether position ids begin at 0 with each text instead of running on
     * @param resetAttentionMask whether a position sees only its own text
     */
    public SequencePacker(UnitEncoder encoder, int sequenceLength, boolean resetPositionIds,
            boolean resetAttentionMask) {
        if (sequenceLength < 1) {
            throw new IllegalArgumentException(
                    "expected a sequence length of at least 1 but was " + sequenceLength);
        }
        this.encoder = encoder;
        this.item = new ItemText(encoder.endOfText());
        this.sequenceLength = sequenceLength;
        this.resetPositionIds = resetPositionIds;
        this.resetAttentionMask = resetAttentionMask;
    }

    /** A sample with room for the sequence length, to be filled here. */
    public PackedSequence newSample() {
        return new PackedSequence(sequenceLength);
    }

    /**
     * A sample for pre-training: the order's item at {@code first}, then as many of the following ones, beyond the last
     * the first, as it takes to fill the sample. What is left of the last item is dropped: the next sample begins with
     * the item after {@code first}.
     *
     * @throws CorruptFileException     if an item cannot be read, naming it
     * @throws IllegalArgumentException if no item has a position
     */
    public void pack(TextItems items, SampleOrder order, long first, PackedSequence into) throws IOException {
        into.clear();
        long place = first;
        while (!into.isFull()) {
            addItem(items, order.item(place), into);
            place = place + 1 == order.size() ? 0 : place + 1;
            if (place == first && into.positions() == 0) {
                throw new IllegalArgumentException("expected texts of at least one word but all " + order.size()
                        + " items are empty");
            }
        }
        into.startDocuments(resetAttentionMask);
    }

    /** A sample for pre-training of this item alone, cut or padded. */
    public void pack(TextItems items, long number, PackedSequence into) throws IOException {
        into.clear();
        addItem(items, number, into);
        into.pad(null);
        into.startDocuments(resetAttentionMask);
    }

    /**
     * An item whose texts are instructions as one sample, cut or padded; as {@link #packPieces} of {@link Instruction}.
     *
     * @throws CorruptFileException if it is no instruction, naming it
     */
    public void packInstruction(TextItems items, long number, PackedSequence into) throws IOException {
        try {
            items.read(number, item);
            packPieces(Instruction.parse(item.text(0)), into);
        } catch (IllegalArgumentException e) {
            throw named(items, number, e);
        }
    }

    /** An instruction as one sample, cut or padded: all pieces are one text, and positions run on. */
    public void packPieces(List<TextPiece> pieces, PackedSequence into) {
        into.clear();
        ActivationPattern last = null;
        for (TextPiece piece : pieces) {
            encoder.start(PythonText.strip(piece.text()));
            last = addWords(last, piece.weight(), into.positions(), into);
        }
        into.pad(null);
        into.startDocuments(resetAttentionMask);
    }

    /**
     * One text, stripped, not ended, cut or padded. Its last word, if there is room, is the input of the first padded
     * position.
     */
    public void packText(String text, PackedSequence into) {
        into.clear();
        encoder.start(PythonText.strip(text));
        into.pad(addWords(null, 1, 0, into));
        into.startDocuments(resetAttentionMask);
    }

    private void addItem(TextItems items, long number, PackedSequence into) throws IOException {
        try {
            items.read(number, item);
            for (int i = 0; i < item.count() && !into.isFull(); i++) {
                // The end keeps the whitespace before it from being stripped.
                int end = item.endMarked(i);
                encoder.start(item.utf8(), PythonText.stripLeading(item.utf8(), item.start(i), end), end);
                addWords(null, 1, resetPositionIds ? 0 : into.positions(), into);
            }
        } catch (IllegalArgumentException e) {
            throw named(items, number, e);
        }
    }

    /**
     * Adds as many positions as there is room for.
     *
     * @param input the word before the first one, if it is to be predicted from it
     * @return the last word, or {@code input} if there is none
     */
    private @Nullable ActivationPattern addWords(@Nullable ActivationPattern input, float weight, int firstId,
            PackedSequence into) {
        int id = firstId;
        while (!into.isFull()) {
            int count = encoder.next();
            if (count == 0) {
                break;
            }
            for (int i = 0; i < count && !into.isFull(); i++) {
                ActivationPattern word = encoder.pattern(i);
                if (input != null) {
                    into.add(input, word, encoder.word(i), encoder.endsText(i), weight, id++);
                }
                input = word;
            }
        }
        return input;
    }

    private static CorruptFileException named(TextItems items, long number, IllegalArgumentException e) {
        return new CorruptFileException(items.name(number), String.valueOf(e.getMessage()));
    }
}
