package tfree.generate;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import tfree.dictionary.Dictionary;
import tfree.dictionary.DictionaryScorer;
import tfree.dictionary.EscapeRule;
import tfree.dictionary.Scoring;
import tfree.model.KvCache;
import tfree.model.Transformer;
import tfree.text.WordSplitter;
import tfree.trigram.EncodedText;
import tfree.trigram.TextEncoder;

/**
 * How many bits the model needs to write down texts that it has not seen: the measure that lets models with different
 * units stand side by side.
 *
 * <p>A text's first word has nothing before it and is not counted, neither in bits nor in bytes. A word that the
 * dictionary lacks goes by the {@link EscapeRule}.
 */
public final class BitsPerByte {
    private final Transformer model;
    private final Dictionary dictionary;
    private final EscapeRule escape;

    public BitsPerByte(Transformer model, Dictionary dictionary, EscapeRule escape) {
        this.model = model;
        this.dictionary = dictionary;
        this.escape = escape;
    }

    /**
     * A measurement.
     *
     * @param words    how many words were to be predicted
     * @param unknown  how many of them the dictionary lacks
     * @param correct  how many of them were the most probable word
     */
    public record Result(Scoring scoring, double bits, long bytes, long words, long unknown, long correct) {
        /** Bits for each byte of text. */
        public double bitsPerByte() {
            return bits / bytes;
        }

        /** The share of words that the model would have said itself. */
        public double accuracy() {
            return (double) correct / words;
        }

        private Result plus(Result other) {
            return new Result(scoring, bits + other.bits, bytes + other.bytes, words + other.words,
                    unknown + other.unknown, correct + other.correct);
        }
    }

    /**
     * Measures under several rules in one pass of the model.
     *
     * @param texts each is cut after {@code sequence_length} words
     * @return a result for each rule
     */
    public List<Result> measure(List<String> texts, List<Scoring> rules) {
        TextEncoder encoder = new TextEncoder(dictionary.table());
        List<Rule> sums = rules.stream().map(Rule::new).toList();
        for (String text : texts) {
            EncodedText words = encoder.encode(text);
            int count = Math.min(words.size(), model.config().sequenceLength());
            if (count > 1) {
                float[][] logits = logits(words, count - 1);
                sums.parallelStream().forEach(rule -> rule.add(words, logits));
            }
        }
        return sums.stream().map(rule -> rule.sum).toList();
    }

    /** The logits behind each of the first words: [words][v]. */
    private float[][] logits(EncodedText text, int words) {
        try (KvCache cache = new KvCache(model.config())) {
            return model.nextAfterEach(ModelInputs.of(IntStream.range(0, words).mapToObj(text::pattern).toList(), 0),
                    cache);
        }
    }

    /** One rule's sum over the texts. */
    private final class Rule {
        private final DictionaryScorer scorer;
        private final WordSplitter splitter = WordSplitter.of(dictionary.table().config().splitMode());
        private Result sum;

        Rule(Scoring scoring) {
            scorer = new DictionaryScorer(dictionary, scoring);
            sum = new Result(scoring, 0, 0, 0, 0, 0);
        }

        void add(EncodedText text, float[][] logits) {
            double bits = 0;
            int unknown = 0;
            int correct = 0;
            for (int p = 0; p < logits.length; p++) {
                String word = text.word(p + 1);
                int index = dictionary.indexOf(word);
                if (index < 0) {
                    unknown++;
                    bits += escape.unknownBits(word);
                } else {
                    double[] logProbs = scorer.logProbs(logits[p]);
                    correct += Sampler.mostProbable(logProbs) == index ? 1 : 0;
                    bits += escape.knownBits(logProbs[index]);
                }
            }
            List<String> words = text.words().subList(0, logits.length + 1);
            long bytes = utf8(splitter.join(words)) - utf8(splitter.join(words.subList(0, 1)));
            sum = sum.plus(new Result(sum.scoring, bits, bytes, logits.length, unknown, correct));
        }

        private static long utf8(String text) {
            return text.getBytes(StandardCharsets.UTF_8).length;
        }
    }
}
