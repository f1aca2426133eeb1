package tfree.text;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;

/** What somebody may have meant who misspelt a name. */
public final class Spelling {
    private Spelling() {}

    /** The known name that takes the fewest changes of a character; the first of several. There must be one. */
    public static String nearest(String name, Collection<String> known) {
        return known.stream().min(Comparator.comparingInt(k -> editDistance(name, k))).orElseThrow();
    }

    private static int editDistance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
