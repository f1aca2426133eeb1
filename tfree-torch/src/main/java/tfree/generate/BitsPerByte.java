package tfree.generate;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
 * <p>A text's first word has nothing before it and is not counted, neither in bits nor in bytes. A text longer than the
 * model's sequence is read in windows; the last word of one is the first of the next. A word that the dictionary lacks
 * goes by the {@link EscapeRule}.
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
     * @param bits       for all words, the unknown ones by the escape rule
     * @param bytes      of all words, with the spaces before them
     * @param knownBits  for the words of the dictionary, as if it held every word: {@code −log₂ p(word)}
     * @param knownBytes of the words of the dictionary
     * @param words      how many words were to be predicted
     * @param unknown    how many of them the dictionary lacks
     * @param first      how many of them were the most probable word
     * @param amongFive  how many of them were one of the five most probable words
     */
    public record Result(Scoring scoring, double bits, long bytes, double knownBits, long knownBytes, long words,
            long unknown, long first, long amongFive) {
        /** Bits for each byte of text, the dictionary open: unknown words cost their escape and 8 bits a byte. */
        public double bitsPerByte() {
            return bits / bytes;
        }

        /** Bits for each byte, the dictionary closed: of its words and their bytes alone. */
        public double closedBitsPerByte() {
            return knownBits / knownBytes;
        }

        /** The share of words that the model would have said itself. */
        public double accuracy() {
            return (double) first / words;
        }

        /** The share of words that are among the model's five best. */
        public double accuracyAmongFive() {
            return (double) amongFive / words;
        }

        private static Result none(Scoring scoring) {
            return new Result(scoring, 0, 0, 0, 0, 0, 0, 0, 0);
        }

        private Result plus(Result other) {
            return new Result(scoring, bits + other.bits, bytes + other.bytes, knownBits + other.knownBits,
                    knownBytes + other.knownBytes, words + other.words, unknown + other.unknown, first + other.first,
                    amongFive + other.amongFive);
        }
    }

    /**
     * Measures under several rules in one pass of the model.
     *
     * @return a result for each rule
     */
    public List<Result> measure(Iterable<String> texts, List<Scoring> rules) {
        TextEncoder encoder = new TextEncoder(dictionary.table());
        List<Rule> sums = rules.stream().map(Rule::new).toList();
        for (String text : texts) {
            EncodedText words = encoder.encode(text);
            for (int from = 0; from + 1 < words.size(); from += model.config().sequenceLength()) {
                Window window = window(words, from);
                sums.forEach(rule -> rule.add(window));
            }
        }
        return sums.stream().map(rule -> rule.sum).toList();
    }

    /** As many of the words after the first as the model reads at once. */
    private Window window(EncodedText text, int first) {
        int last = Math.min(text.size() - 1, first + model.config().sequenceLength());
        WordSplitter splitter = WordSplitter.of(dictionary.table().config().splitMode());
        int[] bytes = new int[last - first];
        for (int p = 0; p < bytes.length; p++) {
            String before = text.word(first + p);
            bytes[p] = utf8(splitter.join(List.of(before, text.word(first + p + 1))))
                    - utf8(splitter.join(List.of(before)));
        }
        try (KvCache cache = new KvCache(model.config())) {
            return new Window(text.words().subList(first + 1, last + 1), bytes,
                    model.nextAfterEach(ModelInputs.of(text, first, last), cache));
        }
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Words to predict, how many bytes each adds to the text, and the logits behind the word before each: [words][v]. */
    private record Window(List<String> words, int[] bytes, float[][] logits) {}

    /** One rule's sum over the texts. A word's scores are work for one thread, so threads take turns at the words. */
    private final class Rule {
        private final List<DictionaryScorer> scorers = new ArrayList<>();
        private Result sum;

        Rule(Scoring scoring) {
            sum = Result.none(scoring);
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                scorers.add(new DictionaryScorer(dictionary, scoring));
            }
        }

        void add(Window window) {
            sum = IntStream.range(0, scorers.size()).parallel().mapToObj(turn -> ofTurn(turn, window)).toList().stream()
                    .reduce(sum, Result::plus); // in the same order each time, so that the sum has the same bits
        }

        private Result ofTurn(int turn, Window window) {
            Result part = Result.none(sum.scoring);
            for (int p = turn; p < window.words().size(); p += scorers.size()) {
                part = part.plus(ofWord(window.words().get(p), window.bytes()[p], window.logits()[p],
                        scorers.get(turn)));
            }
            return part;
        }

        private Result ofWord(String word, int bytes, float[] logits, DictionaryScorer scorer) {
            int index = dictionary.indexOf(word);
            if (index < 0) {
                return new Result(sum.scoring, escape.unknownBits(word), bytes, 0, 0, 1, 1, 0, 0);
            }
            double[] logProbs = scorer.logProbs(logits);
            int better = better(logProbs, index);
            return new Result(sum.scoring, escape.knownBits(logProbs[index]), bytes, -logProbs[index] / Math.log(2),
                    bytes, 1, 0, better < 1 ? 1 : 0, better < 5 ? 1 : 0);
        }

        /** How many words are more probable, or as probable and before it. */
        private static int better(double[] logProbs, int index) {
            int better = 0;
            for (int w = 0; w < logProbs.length; w++) {
                better += logProbs[w] > logProbs[index] || (logProbs[w] == logProbs[index] && w < index) ? 1 : 0;
            }
            return better;
        }
    }
}
