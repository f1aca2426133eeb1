package tfree.generate;

import java.util.List;
import java.util.stream.IntStream;
import tfree.model.ModelInput;
import tfree.trigram.ActivationPattern;
import tfree.trigram.EncodedText;

/** Words → what the model reads: their patterns one after the other. */
final class ModelInputs {
    private ModelInputs() {}

    /** Words {@code from … to − 1} of a text, at the positions from 0 on. */
    static ModelInput of(EncodedText text, int from, int to) {
        return of(List.of(patterns(text, from, to)), new int[]{0});
    }

    /** The patterns of words {@code from … to − 1} of a text. */
    static List<ActivationPattern> patterns(EncodedText text, int from, int to) {
        return IntStream.range(from, to).mapToObj(text::pattern).toList();
    }

    /**
     * Several documents.
     *
     * @param documents      the words of each
     * @param firstPositions the position of the first word of each
     */
    static ModelInput of(List<List<ActivationPattern>> documents, int[] firstPositions) {
        List<ActivationPattern> words = documents.stream().flatMap(List::stream).toList();
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
        int[] positions = new int[words.size()];
        int[] starts = new int[documents.size()];
        int at = 0;
        for (int d = 0; d < starts.length; d++) {
            starts[d] = at;
            for (int i = 0; i < documents.get(d).size(); i++) {
                positions[at++] = firstPositions[d] + i;
            }
        }
        return new ModelInput(slots, offsets, trigramCounts, positions, starts);
    }
}
