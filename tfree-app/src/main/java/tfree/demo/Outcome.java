package tfree.demo;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tfree.config.RunConfig;
import tfree.dictionary.Scoring;
import tfree.dictionary.ScoringRule;
import tfree.generate.BitsPerByte.Result;
import tfree.train.StepMetrics;
import tfree.trigram.ActivationPattern;
import tfree.trigram.SlotTable;
import tfree.trigram.Trigrams;

/**
 * What the demo has found out.
 *
 * @param history    every step
 * @param candidates the scoring rules on the texts that choose among them
 * @param measured   the best of them on other texts
 */
record Outcome(RunConfig config, long parameters, int dictionarySize, List<StepMetrics> history,
        List<Measured> candidates, Measured measured, double unigramBitsPerByte, List<Report.Sample> samples) {
    private static final int CLASSIC_VOCABULARY = 64_000; // the published comparison: arXiv 2406.19223, table 1
    private static final int MOST_POINTS = 600;
    private static final String[] WORDS = {"Parliament", "Parliamentary"};

    /** What a scoring rule came to. */
    record Measured(Scoring rule, Result result) {
        String name() {
            return rule.rule() == ScoringRule.CONTRAST ? "rule contrast, softmax of the scores"
                    : "rule likelihood, %d refinement steps".formatted(rule.refinementSteps());
        }
    }

    Report report(Demo demo) {
        int v = config.architecture().vocabSize();
        String language = Europarl.LANGUAGES.getOrDefault(demo.language(), demo.language());
        double minutes = history.stream().mapToDouble(StepMetrics::seconds).sum() / 60;
        List<StepMetrics> points = thinned();
        List<@Nullable Double> validation = new ArrayList<>();
        points.forEach(point -> validation.add(point.validationLoss()));
        return new Report("T-Free learned %s in %s".formatted(language, text("%.1f minutes", minutes)),
                "From excerpts of the European Parliament's proceedings, on this machine's processor, without a"
                        + " tokenizer.",
                figures(v), points.stream().map(point -> (int) point.step()).toList(), smoothed(points), validation,
                new ArrayList<>(points.stream().map(StepMetrics::learningRate).toList()), samples, scores(),
                picture(v), card(language, minutes));
    }

    private List<List<String>> figures(int v) {
        double saved = 1 - (double) v / CLASSIC_VOCABULARY;
        return List.of(row(text("%.3f", measured.result().bitsPerByte()), "bits per byte on text it has not seen"),
                row(text("%.3f", unigramBitsPerByte), "bits per byte if only word frequencies were known"),
                row(text("%,d", parameters), "parameters"),
                row(text("−%.1f %%", 100 * saved), "embedding and head, against a classic vocabulary of 64,000"),
                row(text("%,.0f", wordsPerSecond()), "words a second in training"));
    }

    private List<List<String>> scores() {
        List<List<String>> rows = new ArrayList<>();
        Result best = measured.result();
        rows.add(row(measured.name(),
                text("%.3f bits per byte, %.2f bits a word; of %,d words %.1f %% would have been said"
                        + " just so, %.1f %% are among the five most probable and %.1f %% are unknown (the rule was chosen on"
                        + " other texts, see below)", best.bitsPerByte(), best.bits() / best.words(), best.words(),
                        100 * best.accuracy(), 100 * best.accuracyAmongFive(), 100.0 * best.unknown() / best.words())));
        rows.add(row("word frequencies alone", text("%.3f bits per byte, the same texts", unigramBitsPerByte)));
        for (Measured candidate : candidates) {
            rows.add(row("choosing: " + candidate.name(),
                    text("%.3f bits per byte", candidate.result().bitsPerByte())));
        }
        return rows;
    }

    private List<List<String>> card(String language, double minutes) {
        var a = config.architecture();
        var t = config.tokenizer();
        var training = config.training();
        long steps = history.size();
        return List.of(row("architecture", text("decoder, %d layers of width %d, %d heads, SwiGLU, RMSNorm",
                a.numLayers(), a.hiddenSize(), a.numAttentionHeads())),
                row("slots", text("v = %,d, m = %d a trigram, k = %d shared with lower case", t.vocabSize(),
                        t.vocabPopulation(), t.vocabPopulationPartialLowercase())),
                row("dictionary", text("%,d words, exchangeable without training", dictionarySize)),
                row("data", language + " excerpts of the Europarl corpus, as shipped in Lucene's test framework"),
                row("training", text("%,d steps of %,d words, %.1f passes over the text, %.1f minutes", steps,
                        training.microBatchSize() * config.data().sequenceLength(),
                        history.getLast().epochs(), minutes)),
                row("recipe", text("AdamW, learning rate %.1e → %.1e, positive weight %.0f",
                        config.learningRateScheduler().learningRate(),
                        config.learningRateScheduler().learningRateMinimum(), training.lossPosWeight())),
                row("limits", "Minutes of training on a megabyte of speeches: it knows the tone, not the facts."),
                row("machine", text("%d cores, %s %s, Java %s", Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.name"), System.getProperty("os.arch"), Runtime.version().feature())));
    }

    private Report.WordPicture picture(int v) {
        SlotTable table = new SlotTable(config.encoding());
        List<Report.Word> words = new ArrayList<>();
        for (String word : WORDS) {
            ActivationPattern pattern = table.pattern(word);
            int m = config.tokenizer().vocabPopulation();
            List<Report.Trigram> trigrams = new ArrayList<>();
            for (int i = 0; i < pattern.trigramCount(); i++) {
                trigrams.add(new Report.Trigram(letters(pattern.trigrams()[i]),
                        Arrays.copyOfRange(pattern.slots(), i * m, (i + 1) * m)));
            }
            words.add(new Report.Word(word, trigrams));
        }
        return new Report.WordPicture(v, ("Each word is cut into its character trigrams, and each trigram is hashed to"
                + " %d of the %,d slots. The word's vector is the sum of its slots' rows; what two words share, they"
                + " share from the start.").formatted(config.tokenizer().vocabPopulation(), v), words);
    }

    private static String letters(int trigram) {
        return new String(HexFormat.of().parseHex(Trigrams.hex(trigram)), StandardCharsets.UTF_8);
    }

    private double wordsPerSecond() {
        return history.stream().mapToDouble(StepMetrics::wordsPerSecond).sorted().skip(history.size() / 2).findFirst()
                .orElse(0);
    }

    /** Every n-th step, and those that were validated. */
    private List<StepMetrics> thinned() {
        int every = Math.max(1, history.size() / MOST_POINTS);
        return history.stream().filter(step -> step.step() % every == 0 || step.validationLoss() != null).toList();
    }

    /** The training loss, averaged over the steps around so that its noise does not hide its course. */
    private List<@Nullable Double> smoothed(List<StepMetrics> points) {
        int window = Math.max(1, history.size() / 60);
        List<@Nullable Double> smoothed = new ArrayList<>();
        for (StepMetrics point : points) {
            int at = (int) point.step() - 1;
            smoothed.add(history.subList(Math.max(0, at - window), Math.min(history.size(), at + window + 1)).stream()
                    .mapToDouble(StepMetrics::loss).average().orElse(point.loss()));
        }
        return smoothed;
    }

    private static List<String> row(String name, String value) {
        return List.of(name, value);
    }

    private static String text(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
