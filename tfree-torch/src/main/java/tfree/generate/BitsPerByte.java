package tfree.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tfree.dictionary.EscapeRule;
import tfree.model.KvCache;
import tfree.model.Transformer;
import tfree.trigram.EncodedText;
import tfree.trigram.UnitEncoder;

/**
 * How many bits the model needs to write down texts that it has not seen: the measure that lets models with different
 * units stand side by side.
 *
 * <p>A text's first word has nothing before it and is not counted, neither in bits nor in bytes. A text longer than the
 * model's sequence is read in windows; the last word of one is the first of the next. A word that the dictionary lacks
 * goes by the {@link EscapeRule}; a token that stands for unknown text costs 8 bits a byte of it beside its own.
 */
public final class BitsPerByte {
    private final Transformer model;
    private final @Nullable EscapeRule escape;

    /** @param escape null for a lexicon that covers every text, as tokens do */
    public BitsPerByte(Transformer model, @Nullable EscapeRule escape) {
        this.model = model;
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
    public record Result(double bits, long bytes, double knownBits, long knownBytes, long words, long unknown,
            long first,
            long amongFive) {
        private static final Result NONE = new Result(0, 0, 0, 0, 0, 0, 0, 0);

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

        private Result plus(Result other) {
            return new Result(bits + other.bits, bytes + other.bytes, knownBits + other.knownBits,
                    knownBytes + other.knownBytes, words + other.words, unknown + other.unknown, first + other.first,
                    amongFive + other.amongFive);
        }
    }

    /**
     * Measures with several lexicons in one pass of the model.
     *
     * @param lexicons of the same units, such as one dictionary under several scoring rules
     * @return a result for each lexicon
     */
    public List<Result> measure(Iterable<String> texts, List<? extends Lexicon> lexicons) {
        Lexicon any = lexicons.getFirst();
        UnitEncoder encoder = any.encoder();
        List<Sum> sums = lexicons.stream().map(Sum::new).toList();
        for (String text : texts) {
            EncodedText words = encoder.encode(text);
            int[] bytes = any.bytes(text, words);
            for (int from = 0; from + 1 < words.size(); from += model.config().sequenceLength()) {
                Window window = window(words, bytes, from);
                sums.forEach(sum -> sum.add(window));
            }
        }
        return sums.stream().map(sum -> sum.result).toList();
    }

    /** As many of the words after the first as the model reads at once. */
    private Window window(EncodedText text, int[] bytes, int first) {
        int last = Math.min(text.size() - 1, first + model.config().sequenceLength());
        try (KvCache cache = new KvCache(model.config())) {
            return new Window(text.words().subList(first + 1, last + 1), Arrays.copyOfRange(bytes, first + 1, last + 1),
                    model.nextAfterEach(ModelInputs.of(text, first, last), cache));
        }
    }

    /** Words to predict, how many bytes each adds to the text, and the logits behind the word before each: [words][v]. */
    private record Window(List<String> words, int[] bytes, float[][] logits) {}

    /** One lexicon's sum over the texts. A word's scores are work for one thread, so threads take turns at the words. */
    private final class Sum {
        private final Lexicon lexicon;
        private final List<Lexicon.Scorer> scorers = new ArrayList<>();
        private Result result = Result.NONE;

        Sum(Lexicon lexicon) {
            this.lexicon = lexicon;
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                scorers.add(lexicon.scorer());
            }
        }

        void add(Window window) {
            result = IntStream.range(0, scorers.size()).parallel().mapToObj(turn -> ofTurn(turn, window)).toList()
                    .stream().reduce(result, Result::plus); // in the same order each time, so that the sum has the same bits
        }

        private Result ofTurn(int turn, Window window) {
            Result part = Result.NONE;
            for (int p = turn; p < window.words().size(); p += scorers.size()) {
                part = part.plus(ofWord(window.words().get(p), window.bytes()[p], window.logits()[p],
                        scorers.get(turn)));
            }
            return part;
        }

        private Result ofWord(String word, int bytes, float[] logits, Lexicon.Scorer scorer) {
            int index = lexicon.indexOf(word);
            if (index < 0) {
                return new Result(unknownBits(word), bytes, 0, 0, 1, 1, 0, 0);
            }
            double[] logProbs = scorer.logProbs(logits);
            double bits = escape == null ? -logProbs[index] / Math.log(2) : escape.knownBits(logProbs[index]);
            if (!lexicon.saysItsText(index)) {
                return new Result(bits + 8.0 * bytes, bytes, 0, 0, 1, 1, 0, 0);
            }
            int better = better(logProbs, index);
            return new Result(bits, bytes, -logProbs[index] / Math.log(2), bytes, 1, 0, better < 1 ? 1 : 0,
                    better < 5 ? 1 : 0);
        }

        private double unknownBits(String word) {
            if (escape == null) {
                throw new IllegalArgumentException(
                        "expected a lexicon that covers every text, or an escape rule, but \""
                                + word + "\" is unknown");
            }
            return escape.unknownBits(word);
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
