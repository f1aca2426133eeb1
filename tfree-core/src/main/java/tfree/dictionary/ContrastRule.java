package tfree.dictionary;

/** {@link ScoringRule#CONTRAST} over a dictionary's blocks; sums of slots are kept for each distinct trigram. */
final class ContrastRule {
    private final Dictionary dictionary;
    private final double edgeWeight;
    private final float[] active; // [v], σ of the logits

    ContrastRule(Dictionary dictionary, double edgeWeight) {
        this.dictionary = dictionary;
        this.edgeWeight = edgeWeight;
        this.active = new float[dictionary.table().config().vocabSize()];
    }

    void score(float[] logits, double[] scores) {
        double total = 0;
        for (int slot = 0; slot < active.length; slot++) {
            active[slot] = (float) (1 / (1 + Math.exp(-logits[slot])));
            total += active[slot];
        }
        int at = 0;
        for (PatternBlock block : dictionary.blocks()) {
            sumSlots(block, scores, at);
            contrast(block, total, scores, at);
            at += block.size();
        }
    }

    /** Writes S of the block's words. */
    private void sumSlots(PatternBlock block, double[] out, int at) {
        float[] rowSums = rowSums(block);
        int[] wordRows = block.wordRows;
        for (int w = 0; w < block.size(); w++) {
            double inner = 0;
            for (int i = block.start[w]; i < block.edgeStart[w]; i++) {
                inner += rowSums[wordRows[i]];
            }
            double edge = 0;
            for (int i = block.edgeStart[w]; i < block.start[w + 1]; i++) {
                edge += rowSums[wordRows[i]];
            }
            out[at + w] = inner + edgeWeight * edge;
        }
        for (int i = 0; i < block.repeats; i++) {
            // A slot both inner and edge rightly counts in both.
            switch (block.repeatKind[i]) {
                case PatternBlock.INNER -> out[at + block.repeatWord[i]] -= active[block.repeatSlot[i]];
                case PatternBlock.EDGE -> out[at + block.repeatWord[i]] -= edgeWeight * active[block.repeatSlot[i]];
                default -> {
                }
            }
        }
    }

    private float[] rowSums(PatternBlock block) {
        float[] sums = new float[block.rows];
        int m = block.m;
        for (int row = 0; row < sums.length; row++) {
            float sum = 0;
            for (int i = row * m; i < (row + 1) * m; i++) {
                sum += active[block.slots[i]];
            }
            sums[row] = sum;
        }
        return sums;
    }

    private void contrast(PatternBlock block, double total, double[] scores, int at) {
        for (int w = 0; w < block.size(); w++) {
            double on = (double) block.m * block.trigramCount(w);
            double sum = scores[at + w];
            scores[at + w] = sum / on + (sum - total) / (active.length - on);
        }
    }
}
