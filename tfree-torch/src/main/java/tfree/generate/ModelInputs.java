package tfree.generate;

import java.util.List;
import java.util.stream.IntStream;
import tfree.model.ModelInput;
import tfree.trigram.ActivationPattern;
import tfree.trigram.EncodedText;

/** Words → what the model reads: their patterns one after the other, as one document. */
final class ModelInputs {
    private ModelInputs() {}

    /** Words {@code from … to − 1} of a text, at the positions from 0 on. */
    static ModelInput of(EncodedText text, int from, int to) {
        return of(IntStream.range(from, to).mapToObj(text::pattern).toList(), 0);
    }

    /** @param firstPosition the position of the first of the words */
    static ModelInput of(List<ActivationPattern> words, int firstPosition) {
        int[] offsets = new int[words.size() + 1];
        int[] trigramCounts = new int[words.size()];
        for (int p = 0; p < words.size(); p++) {
            offsets[p + 1] = offsets[p] + words.get(p).slots().length;
            trigramCounts[p] = words.get(p).trigramCount();
        }
        int[] slots = new int[offsets[words.size()]];
        for (int p = 0; p < words.size(); p++) {
            System.arraycopy(words.get(p).slots(), 0, slots, offsets[p], offsets[p + 1] - offsets[p]);
        }
        return ModelInput.document(slots, offsets, trigramCounts, firstPosition);
    }
}
