package tfree.generate;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import tfree.generate.Lexicon.Scores;

/**
 * Chooses an answer's next word: what may be said, penalties, then the {@link Sampler}.
 *
 * <p>Penalties change few words' scores. So where only the best count (greedy, top-k), the best of the others and the
 * changed ones are enough, and nobody asks for all words' probabilities.
 */
final class NextWord {
    private final Sampling sampling;
    private final Sampler sampler;
    private final IntPredicate allowed;
    private final Map<Integer, Double> bias = new HashMap<>();
    private final Set<Integer> inPrompt = new HashSet<>();
    private final Map<Integer, Integer> timesInAnswer = new LinkedHashMap<>();

    /** @param prompt the words that a repetition penalty looks back to, beside the answer's */
    NextWord(Lexicon words, Vocabulary vocabulary, Sampling sampling, List<String> prompt) {
        this.sampling = sampling;
        this.sampler = Sampler.of(sampling);
        BitSet denied = new BitSet();
        vocabulary.deniedWords().stream().mapToInt(words::indexOf).filter(i -> i >= 0).forEach(denied::set);
        sampling.penalties().bias().forEach((word, value) -> {
            int index = words.indexOf(word);
            if (index >= 0 && value == Double.NEGATIVE_INFINITY) {
                denied.set(index);
            } else if (index >= 0) {
                bias.put(index, value);
            }
        });
        IntPredicate passing = words.allowed(vocabulary.filter());
        this.allowed = word -> passing.test(word) && !denied.get(word);
        if (sampling.penalties().repetition() != 1) {
            prompt.stream().map(words::indexOf).filter(i -> i >= 0).forEach(inPrompt::add);
        }
    }

    /**
     * The place of the next word, which counts as said from now on.
     *
     * @throws IllegalArgumentException if no word may be said
     */
    int choose(Scores scores) {
        Set<Integer> changed = changed();
        int limit = sampling.temperature() == 0 ? 1 : sampling.topK();
        int chosen = limit > 0 ? amongBest(scores, limit, changed) : amongAll(scores, changed);
        timesInAnswer.merge(chosen, 1, Integer::sum);
        return chosen;
    }

    /** The allowed words whose scores are not those of the rule. */
    private Set<Integer> changed() {
        Penalties penalties = sampling.penalties();
        Set<Integer> changed = new TreeSet<>(bias.keySet());
        changed.addAll(inPrompt);
        if (penalties.repetition() != 1 || penalties.frequency() != 0 || penalties.presence() != 0) {
            changed.addAll(timesInAnswer.keySet());
        }
        changed.removeIf(word -> !allowed.test(word));
        return changed;
    }

    private double penalised(Scores scores, int word) {
        return sampling.penalties().of(scores.score(word), bias.getOrDefault(word, 0.0), inPrompt.contains(word),
                timesInAnswer.getOrDefault(word, 0));
    }

    private int amongBest(Scores scores, int limit, Set<Integer> changed) {
        int[] best = scores.best(limit + changed.size(), allowed);
        Set<Integer> candidates = new TreeSet<>(changed); // ascending, so that of equals the first is taken
        for (int word : best) {
            candidates.add(word);
        }
        int[] words = candidates.stream().mapToInt(Integer::intValue).toArray();
        double[] of = new double[words.length];
        for (int i = 0; i < words.length; i++) {
            of[i] = changed.contains(words[i]) ? penalised(scores, words[i]) : scores.score(words[i]);
        }
        return words[sampler.choose(of)];
    }

    private int amongAll(Scores scores, Set<Integer> changed) {
        double[] all = scores.scores();
        for (int word : changed) {
            all[word] = penalised(scores, word);
        }
        for (int word = 0; word < all.length; word++) {
            if (!allowed.test(word)) {
                all[word] = Double.NEGATIVE_INFINITY;
            }
        }
        return sampler.choose(all);
    }
}
