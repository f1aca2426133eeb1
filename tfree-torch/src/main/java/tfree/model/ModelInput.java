package tfree.model;

import java.util.Arrays;

/**
 * What the transformer reads: P positions (words) of one or more documents, one after the other, without padding.
 *
 * <p>
 * Rows of a batch need no dimension of their own: a row's first position starts a document, and attention never crosses
 * a document's start. The arrays belong to the input from here on; nobody changes them.
 *
 * @param slots the slots of all positions' trigrams, m for each trigram; a slot counts as often as it stands here
 * @param offsets position p has {@code slots[offsets[p]] … slots[offsets[p + 1] - 1]}; P + 1 entries, the first 0
 * @param trigramCounts a position's number of trigrams; 1 for a word that is hashed as a whole
 * @param positionIds what rotary embedding turns by; P entries
 * @param documentStarts the positions at which attention starts anew, rising, the first 0
 */
public record ModelInput(int[] slots, int[] offsets, int[] trigramCounts, int[] positionIds, int[] documentStarts) {

    /** @throws IllegalArgumentException if the arrays do not fit each other */
    public ModelInput {
        int positions = positionIds.length;
        require(positions > 0, "at least one position", "0");
        require(offsets.length == positions + 1, positions + 1 + " offsets", String.valueOf(offsets.length));
        require(offsets[0] == 0 && offsets[positions] == slots.length && rises(offsets, false),
                "offsets that rise from 0 to " + slots.length, "another order");
        require(trigramCounts.length == positions, positions + " trigram counts",
                String.valueOf(trigramCounts.length));
        require(documentStarts.length > 0 && documentStarts[0] == 0 && rises(documentStarts, true)
                && documentStarts[documentStarts.length - 1] < positions,
                "document starts that rise from 0 to below " + positions, Arrays.toString(documentStarts));
    }

    /** One document, at positions {@code firstPosition}, {@code firstPosition + 1}, …: a prompt, or the next word. */
    public static ModelInput document(int[] slots, int[] offsets, int[] trigramCounts, int firstPosition) {
        int[] positionIds = new int[trigramCounts.length];
        Arrays.setAll(positionIds, p -> firstPosition + p);
        return new ModelInput(slots, offsets, trigramCounts, positionIds, new int[]{0});
    }

    /** P. */
    public int positions() {
        return positionIds.length;
    }

    private static boolean rises(int[] values, boolean strictly) {
        for (int i = 1; i < values.length; i++) {
            if (values[i] < values[i - 1] || (strictly && values[i] == values[i - 1])) {
                return false;
            }
        }
        return true;
    }

    private static void require(boolean holds, String expected, String actual) {
        if (!holds) {
            throw new IllegalArgumentException("expected " + expected + " but was " + actual);
        }
    }
}
