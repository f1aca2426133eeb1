package tfree.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;

/** Any number of distinct words that look like those of a language: each letter is drawn by the three before it. */
final class BenchmarkWords {
    private static final int ORDER = 3;

    private BenchmarkWords() {}

    /** So many words after the letters of a {@link BenchmarkText}; the same ones each time. */
    static List<String> like(String text, int count) {
        List<String> starts = new ArrayList<>();
        Map<String, StringBuilder> following = new HashMap<>();
        Set<String> seen = new LinkedHashSet<>();
        for (String document : BenchmarkText.of(text).documents()) {
            for (String word : document.split("\\P{L}+")) {
                if (word.length() >= ORDER && seen.add(word)) {
                    starts.add(word.substring(0, ORDER));
                    for (int i = ORDER; i <= word.length(); i++) {
                        following.computeIfAbsent(word.substring(i - ORDER, i), _ -> new StringBuilder())
                                .append(i < word.length() ? word.charAt(i) : ' ');
                    }
                }
            }
        }
        SplittableRandom random = new SplittableRandom(1);
        Set<String> words = new LinkedHashSet<>();
        while (words.size() < count) {
            StringBuilder word = new StringBuilder(starts.get(random.nextInt(starts.size())));
            while (word.charAt(word.length() - 1) != ' ') {
                StringBuilder next = Objects.requireNonNull(following.get(word.substring(word.length() - ORDER)));
                word.append(next.charAt(random.nextInt(next.length())));
            }
            words.add(word.toString().strip());
        }
        return List.copyOf(words);
    }
}
