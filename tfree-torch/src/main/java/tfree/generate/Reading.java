package tfree.generate;

import java.util.List;
import java.util.function.Consumer;
import tfree.model.KvCache;
import tfree.model.Transformer;
import tfree.trigram.ActivationPattern;

/**
 * Words that the model reads next of one text, in a pass that it shares with other texts.
 *
 * @param cache what the model has of the text so far
 * @param words at least one
 * @param each  whether the logits behind every word are wanted, or behind the last one only
 * @param then  gets the logits: [words or 1][v]
 */
record Reading(KvCache cache, List<ActivationPattern> words, boolean each, Consumer<float[][]> then) {

    /** Has all of them read in one pass. */
    static void together(List<Reading> readings, Transformer model) {
        if (readings.isEmpty()) {
            return;
        }
        int[] firstPositions = readings.stream().mapToInt(reading -> reading.cache.length()).toArray();
        int[] at = new int[readings.stream().mapToInt(Reading::rows).sum()];
        int row = 0;
        int end = 0;
        for (Reading reading : readings) {
            end += reading.words.size();
            for (int i = reading.rows(); i > 0; i--) {
                at[row++] = end - i;
            }
        }
        float[][] logits = model.next(ModelInputs.of(readings.stream().map(Reading::words).toList(), firstPositions),
                readings.stream().map(Reading::cache).toList(), at);
        row = 0;
        for (Reading reading : readings) {
            float[][] own = new float[reading.rows()][];
            System.arraycopy(logits, row, own, 0, own.length);
            row += own.length;
            reading.then.accept(own);
        }
    }

    private int rows() {
        return each ? words.size() : 1;
    }
}
