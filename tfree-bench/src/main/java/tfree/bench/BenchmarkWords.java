package tfree.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;

/** Any number of distinct words that look like those of a language: each letter is drawn by those before it. */
final class BenchmarkWords {

    private BenchmarkWords() {}

    /** So many words after the letters of a {@link BenchmarkText}, each by the three before it; the same ones each time. */
    static List<String> like(String text, int count) {
        return like(text, count, 3, Integer.MAX_VALUE);
    }

    /** The same of nine letters at most, which makes seven on average, each by the two before it. */
    static List<String> shortLike(String text, int count) {
        return like(text, count, 2, 9);
    }

    private static List<String> like(String text, int count, int order, int longest) {
        List<String> starts = new ArrayList<>();
        Map<String, StringBuilder> following = new HashMap<>();
        Set<String> seen = new LinkedHashSet<>();
        for (String document : BenchmarkText.of(text).documents()) {
            for (String word : document.split("\\P{L}+")) {
                if (word.length() >= order && seen.add(word)) {
                    starts.add(word.substring(0, order));
                    for (int i = order; i <= word.length(); i++) {
                        following.computeIfAbsent(word.substring(i - order, i), _ -> new StringBuilder())
                                .append(i < word.length() ? word.charAt(i) : ' ');
                    }
                }
            }
        }
        SplittableRandom random = new SplittableRandom(1);
        Set<String> words = new LinkedHashSet<>();
        while (words.size() < count) {
            StringBuilder word = new StringBuilder(starts.get(random.nextInt(starts.size())));
            while (word.charAt(word.length() - 1) != ' ' && word.length() <= longest) {
                StringBuilder next = Objects.requireNonNull(following.get(word.substring(word.length() - order)));
                word.append(next.charAt(random.nextInt(next.length())));
            }
            if (word.charAt(word.length() - 1) == ' ') {
                words.add(word.toString().strip());
            }
        }
        return List.copyOf(words);
    }
}
