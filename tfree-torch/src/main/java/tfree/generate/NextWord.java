package tfree.generate;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
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
    private final int endOfText;
    private final Map<Integer, Double> bias = new HashMap<>();
    private final Set<Integer> inPrompt = new HashSet<>();
    private final Map<Integer, Integer> timesInAnswer = new HashMap<>();
    private @Nullable ChoiceTree choices; // null: anything

    /**
     * @param prompt the words that a repetition penalty looks back to, beside the answer's
     * @throws IllegalArgumentException if no choice is left
     */
    NextWord(Lexicon words, Vocabulary vocabulary, Sampling sampling, List<String> prompt) {
        this.sampling = sampling;
        this.sampler = Sampler.of(sampling);
        this.endOfText = words.indexOf(words.encoder().endOfText());
        Penalties penalties = sampling.penalties();
        penalties.bias().forEach((word, value) -> {
            if (words.indexOf(word) >= 0) {
                bias.put(words.indexOf(word), value);
            }
        });
        this.allowed = allowed(words, vocabulary, penalties);
        if (!vocabulary.choices().isEmpty()) {
            choices = ChoiceTree.of(vocabulary.choicesIn(words.encoder()), words, allowed);
        }
        if (penalties.repetition() != 1) {
            prompt.stream().map(words::indexOf).filter(i -> i >= 0).forEach(inPrompt::add);
        }
    }

    /** The places of the words that may be said. */
    static IntPredicate allowed(Lexicon words, Vocabulary vocabulary, Penalties penalties) {
        BitSet denied = new BitSet();
        vocabulary.deniedWords().stream().mapToInt(words::indexOf).filter(i -> i >= 0).forEach(denied::set);
        penalties.bias().forEach((word, value) -> {
            if (value == Double.NEGATIVE_INFINITY && words.indexOf(word) >= 0) {
                denied.set(words.indexOf(word));
            }
        });
        IntPredicate passing = words.allowed(vocabulary.filter());
        return word -> passing.test(word) && !denied.get(word);
    }

    /**
     * The place of the next word, which counts as said from now on; −1 if a choice is at its end.
     *
     * @throws IllegalArgumentException if no word may be said
     */
    int choose(Scores scores) {
        int chosen;
        if (choices != null) {
            chosen = among(scores, choices.next(endOfText));
            if (choices.endsWith(chosen)) {
                return -1;
            }
            choices = choices.after(chosen);
        } else {
            Set<Integer> changed = changed();
            int limit = sampling.temperature() == 0 ? 1 : sampling.topK();
            chosen = limit > 0 ? amongBest(scores, limit, changed) : amongAll(scores, changed);
        }
        timesInAnswer.merge(chosen, 1, Integer::sum);
        return chosen;
    }

    /** Whether the answer is a choice that nothing may follow. */
    boolean isWhole() {
        return choices != null && choices.isWhole();
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
        int[] words = IntStream.concat(IntStream.of(best), changed.stream().mapToInt(Integer::intValue)).distinct()
                .sorted().toArray(); // so that of equals the first is taken
        return among(scores, words);
    }

    private int among(Scores scores, int[] words) {
        return words[sampler.choose(IntStream.of(words).mapToDouble(word -> penalised(scores, word)).toArray())];
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
