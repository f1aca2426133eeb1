package tfree.generate;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntPredicate;
import tfree.dictionary.Dictionary;
import tfree.dictionary.DictionaryScorer;
import tfree.dictionary.ScoredWord;
import tfree.dictionary.Scoring;
import tfree.dictionary.WordFilter;
import tfree.dictionary.WordScores;
import tfree.text.WordJoiner;
import tfree.text.WordSplitter;
import tfree.trigram.ActivationPattern;
import tfree.trigram.EncodedText;
import tfree.trigram.TextEncoder;
import tfree.trigram.UnitEncoder;

/** The words of a dictionary, chosen by a scoring rule. */
public record WordLexicon(Dictionary dictionary, Scoring scoring) implements Lexicon {

    @Override
    public UnitEncoder encoder() {
        return new TextEncoder(dictionary.table());
    }

    @Override
    public Scorer scorer() {
        DictionaryScorer scorer = new DictionaryScorer(dictionary, scoring);
        return logits -> new ScoresOfWords(scorer.of(logits));
    }

    private record ScoresOfWords(WordScores words) implements Scores {
        @Override
        public double[] logProbs() {
            return words.allLogProbs();
        }

        @Override
        public double[] scores() {
            return words.all();
        }

        @Override
        public double score(int index) {
            return words.score(index);
        }

        @Override
        public double logProb(int index) {
            return words.logProb(index);
        }

        @Override
        public int[] best(int n, IntPredicate allowed) {
            return words.best(n, allowed);
        }

        @Override
        public List<ScoredWord> top(int n) {
            return words.top(n);
        }
    }

    @Override
    public int size() {
        return dictionary.size();
    }

    @Override
    public String unit(int index) {
        return dictionary.word(index);
    }

    @Override
    public int indexOf(String unit) {
        return dictionary.indexOf(unit);
    }

    @Override
    public long count(int index) {
        return dictionary.count(index);
    }

    @Override
    public boolean saysItsText(int index) {
        return true;
    }

    @Override
    public ActivationPattern pattern(String unit) {
        byte[] utf8 = unit.getBytes(StandardCharsets.UTF_8);
        return dictionary.table().pattern(utf8, 0, utf8.length);
    }

    @Override
    public String join(List<String> units) {
        return splitter().join(units);
    }

    @Override
    public Joining joining() {
        return new WordJoiner()::add;
    }

    @Override
    public WordLexicon plus(List<String> units) {
        return new WordLexicon(dictionary.plus(units), scoring);
    }

    @Override
    public IntPredicate allowed(WordFilter filter) {
        return filter.on(dictionary);
    }

    /** By what each adds behind the word before it. */
    @Override
    public int[] bytes(String text, EncodedText units) {
        WordSplitter splitter = splitter();
        int[] bytes = new int[units.size()];
        for (int i = 0; i < bytes.length; i++) {
            List<String> before = i == 0 ? List.of() : List.of(units.word(i - 1));
            List<String> both = i == 0 ? List.of(units.word(0)) : List.of(units.word(i - 1), units.word(i));
            bytes[i] = utf8(splitter.join(both)) - utf8(splitter.join(before));
        }
        return bytes;
    }

    private WordSplitter splitter() {
        return WordSplitter.of(dictionary.table().config().splitMode());
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
