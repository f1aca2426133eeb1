package tfree.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import tfree.dictionary.ScoredWord;
import tfree.dictionary.WordFilter;
import tfree.token.TokenEncoder;
import tfree.token.TokenizerFile;
import tfree.trigram.ActivationPattern;
import tfree.trigram.EncodedText;
import tfree.trigram.UnitEncoder;

/** The tokens of a tokenizer, all of them and no others, by the softmax over their logits. */
public record TokenLexicon(TokenizerFile tokenizer, String endOfText) implements Lexicon {

    @Override
    public UnitEncoder encoder() {
        return new TokenEncoder(tokenizer, endOfText);
    }

    @Override
    public Scorer scorer() {
        return Softmax::new;
    }

    @Override
    public int size() {
        return tokenizer.size();
    }

    @Override
    public String unit(int index) {
        return tokenizer.token(index);
    }

    @Override
    public int indexOf(String unit) {
        return tokenizer.id(unit);
    }

    @Override
    public long count(int index) {
        return 0;
    }

    @Override
    public boolean saysItsText(int index) {
        return !tokenizer.isUnknown(index);
    }

    @Override
    public ActivationPattern pattern(String unit) {
        return tokenizer.pattern(tokenizer.id(unit));
    }

    @Override
    public String join(List<String> units) {
        return tokenizer.decode(units.stream().mapToInt(tokenizer::id).toArray());
    }

    @Override
    public Joining joining() {
        return new Joining() {
            private final List<String> units = new ArrayList<>();
            private int given;

            @Override
            public String add(String unit) {
                units.add(unit);
                String text = join(units);
                int end = text.length();
                while (end > given && text.charAt(end - 1) == '\uFFFD') { // a character that is not whole yet
                    end--;
                }
                return upTo(text, end);
            }

            @Override
            public String rest() {
                String text = join(units);
                return upTo(text, text.length());
            }

            private String upTo(String text, int end) {
                String some = text.substring(Math.min(given, end), end);
                given = Math.max(given, end);
                return some;
            }
        };
    }

    @Override
    public TokenLexicon plus(List<String> units) {
        return this;
    }

    @Override
    public IntPredicate allowed(WordFilter filter) {
        if (filter != WordFilter.ALL) {
            throw new IllegalArgumentException(
                    "expected a model that says words for a filter of words but this one says tokens; deny tokens instead");
        }
        return _ -> true;
    }

    /** Several tokens may share a character: its bytes count for the first of them. */
    @Override
    public int[] bytes(String text, EncodedText units) {
        int[] ends = tokenizer.encode(text).ends();
        int[] bytes = new int[units.size()];
        int at = 0; // in the text's UTF-16
        int codePoints = 0;
        for (int i = 0; i < bytes.length; i++) {
            for (; codePoints < ends[i]; codePoints++) {
                int codePoint = text.codePointAt(at);
                at += Character.charCount(codePoint);
                bytes[i] += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
            }
        }
        return bytes;
    }

    /** The softmax over the logits of the tokens that there are; a model may have more rows than its tokenizer has tokens. */
    private final class Softmax implements Scores {
        private final float[] logits;
        private final double[] logProbs;

        Softmax(float[] logits) {
            this.logits = logits;
            this.logProbs = new double[size()];
            double largest = Double.NEGATIVE_INFINITY;
            for (int id = 0; id < logProbs.length; id++) {
                logProbs[id] = tokenizer.token(id).isEmpty() ? Double.NEGATIVE_INFINITY : logits[id];
                largest = Math.max(largest, logProbs[id]);
            }
            double sum = 0;
            for (double logit : logProbs) {
                sum += Math.exp(logit - largest);
            }
            double normaliser = largest + Math.log(sum);
            for (int id = 0; id < logProbs.length; id++) {
                logProbs[id] -= normaliser;
            }
        }

        @Override
        public double[] logProbs() {
            return logProbs;
        }

        @Override
        public double[] scores() {
            double[] scores = new double[logProbs.length];
            Arrays.setAll(scores, this::score);
            return scores;
        }

        @Override
        public double score(int id) {
            return logProbs[id] == Double.NEGATIVE_INFINITY ? logProbs[id] : logits[id];
        }

        @Override
        public double logProb(int id) {
            return logProbs[id];
        }

        @Override
        public int[] best(int n, IntPredicate allowed) {
            return IntStream.range(0, logProbs.length)
                    .filter(id -> logProbs[id] > Double.NEGATIVE_INFINITY && allowed.test(id)).boxed()
                    .sorted(Comparator.comparingDouble((Integer id) -> -logProbs[id])).limit(n)
                    .mapToInt(Integer::intValue).toArray();
        }

        @Override
        public List<ScoredWord> top(int n) {
            return IntStream.of(best(n, _ -> true))
                    .mapToObj(id -> new ScoredWord(unit(id), id, logits[id], logProbs[id])).toList();
        }
    }
}
