package tfree.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tfree.checkpoint.Units;
import tfree.config.RunConfig;
import tfree.config.RunConfigFile;
import tfree.console.Interrupt;
import tfree.console.TextSamples;
import tfree.console.TrainingProgress;
import tfree.data.DocumentStoreWriter;
import tfree.dictionary.Dictionary;
import tfree.dictionary.EscapeRule;
import tfree.dictionary.Scoring;
import tfree.dictionary.UnigramModel;
import tfree.dictionary.WordCounts;
import tfree.dictionary.WordList;
import tfree.generate.BitsPerByte;
import tfree.generate.BitsPerByte.Result;
import tfree.generate.GenerationRequest;
import tfree.generate.Generator;
import tfree.generate.Sampling;
import tfree.generate.WordLexicon;
import tfree.text.SplitMode;
import tfree.text.WordSplitter;
import tfree.train.CorpusWords;
import tfree.train.MetricsFile;
import tfree.train.StepMetrics;
import tfree.train.Trainer;
import tfree.trigram.SlotTable;

/**
 * The main job in minutes, on real text: import, dictionary, training, measuring, generating, and a page that shows it.
 *
 * <p>Everything lies in one folder afterwards: the text as memory maps, {@code config.yml}, {@code metrics.jsonl},
 * checkpoints, {@code report.html}; the other commands go on from there.
 *
 * @param language one of {@link Europarl#LANGUAGES}
 * @param minutes  how long training may take
 * @param folder   where everything goes; what an earlier demo left there is replaced
 * @param out      what the person reads
 */
public record Demo(String language, double minutes, Path folder, PrintWriter out) {
    private static final int HELD_BACK_EVERY = 20;
    private static final int PACE_WARM_UP = 4;
    private static final int PACE_STEPS = 16;
    private static final int CHOOSING_TEXTS = 8;
    private static final int MEASURED_TEXTS = 24;
    private static final int PROMPTS = 3;
    private static final int PROMPT_WORDS = 6;
    private static final int SAMPLE_WORDS = 60;
    private static final Sampling SAMPLING = new Sampling(0.6, 0, 0.95, 0, 1);
    private static final List<String> OWN_FILES = List.of("data", "checkpoints", "config.yml", MetricsFile.NAME,
            "report.html");

    /** Runs it all. Ctrl-C while training leaves a checkpoint of what has been learned so far. */
    public void run() throws IOException {
        clear();
        say("Europarl: identifying the language of 17,597 excerpts …");
        Texts texts = Texts.of(Europarl.documents(language));
        Path training = store("train", texts.training());
        Path heldBack = store("held-back", texts.heldBack());
        say("%s: %,d documents to learn from, %,d held back", Europarl.LANGUAGES.get(language),
                texts.training().size(), texts.heldBack().size());

        List<String> settings = List.of("data.prefix_paths=[" + quoted(training) + "]",
                "tfree.validation_prefix_paths=[" + quoted(heldBack) + "]",
                "training.save_dir=" + quoted(folder.resolve("checkpoints")));
        RunConfig draft = config(settings);
        WordCounts counts = CorpusWords.count(draft);
        WordList words = WordList.ranked(counts).specialWordsFirst();
        say("dictionary: %,d words out of %,d in the text", words.size(), counts.total());

        int iterations = iterations(draft, words);
        RunConfig config = config(Stream.concat(settings.stream(),
                Stream.of("training.iterations=" + iterations, "tfree.sample_interval=" + Math.max(1, iterations / 4),
                        "tfree.sample_prompts=[" + quoted(texts.prompts().getFirst()) + "]"))
                .toList());
        Files.writeString(folder.resolve("config.yml"), RunConfigFile.toJsonWithTFree(config));
        Outcome outcome = train(config, counts, words, texts);
        Path page = folder.resolve("report.html");
        outcome.report(this).write(page);
        say("%nbits per byte on held-back text: %.3f (a model that knows only how often words occur: %.3f)",
                outcome.measured().result().bitsPerByte(), outcome.unigramBitsPerByte());
        say("report      %s%ncheckpoint  %s", page.toAbsolutePath().normalize(), folder.resolve("checkpoints"));
        say("next        ./tfree generate --checkpoint %s --temperature 0.6 \"%s\"", folder.resolve("checkpoints"),
                outcome.samples().getFirst().prompt());
    }

    private Outcome train(RunConfig config, WordCounts counts, WordList words, Texts texts) throws IOException {
        List<StepMetrics> history = new ArrayList<>();
        Dictionary dictionary = Dictionary.of(words, new SlotTable(config.encoding()));
        try (Trainer trainer = new Trainer(config, new Units.Words(words), null)) {
            say("model: %,d parameters; training for about %.1f minutes%n", trainer.model().parameterCount(), minutes);
            try (MetricsFile metrics = new MetricsFile(folder, 0);
                    TrainingProgress progress = new TrainingProgress(0, config.training().iterations());
                    Interrupt _ = new Interrupt(trainer::stop)) {
                trainer.addListener(metrics);
                trainer.addListener(progress);
                trainer.addListener(history::add);
                trainer.addListener(new TextSamples(config, trainer, progress));
                trainer.run();
            }
            say("%nmeasuring on held-back text …");
            EscapeRule escape = EscapeRule.estimate(counts, dictionary);
            BitsPerByte measure = new BitsPerByte(trainer.model(), escape);
            double positives = config.training().lossPosWeight();
            List<Scoring> rules = List.of(Scoring.likelihood(positives, 0), Scoring.likelihood(positives, 1),
                    Scoring.likelihood(positives, 3), Scoring.likelihood(positives, 10), Scoring.contrast(1));
            List<Outcome.Measured> candidates = measured(measure, texts.choosing(), dictionary, rules);
            Scoring best = candidates.stream().min(Comparator.comparingDouble(each -> each.result().bitsPerByte()))
                    .orElseThrow().rule();
            Outcome.Measured measured = measured(measure, texts.measured(), dictionary, List.of(best)).getFirst();
            double unigram = unigram(new UnigramModel(dictionary, counts, escape), texts, config);
            List<Report.Sample> samples = samples(new Generator(trainer.model(), dictionary, best), texts.prompts());
            return new Outcome(config, trainer.model().parameterCount(), dictionary.size(), history, candidates,
                    measured, unigram, samples);
        }
    }

    private static List<Outcome.Measured> measured(BitsPerByte measure, List<String> texts, Dictionary dictionary,
            List<Scoring> rules) {
        List<Result> results = measure.measure(texts,
                rules.stream().map(rule -> new WordLexicon(dictionary, rule)).toList());
        return IntStream.range(0, rules.size()).mapToObj(i -> new Outcome.Measured(rules.get(i), results.get(i)))
                .toList();
    }

    private List<Report.Sample> samples(Generator generator, List<String> prompts) {
        String settings = String.format(Locale.ROOT, "temperature %.1f, top-p %.2f, seed %d", SAMPLING.temperature(),
                SAMPLING.topP(), SAMPLING.seed());
        List<Report.Sample> samples = new ArrayList<>();
        for (String prompt : prompts) {
            String all = generator.generate(GenerationRequest.of(prompt, SAMPLE_WORDS, SAMPLING).echoing())
                    .completion();
            say("%n> %s%n%s", prompt, all);
            samples.add(new Report.Sample(prompt, all.substring(prompt.length()), settings));
        }
        return samples;
    }

    /** The cost of the measured texts by a model of word frequencies alone, over the same words and bytes. */
    private static double unigram(UnigramModel model, Texts texts, RunConfig config) {
        WordSplitter splitter = WordSplitter.of(config.tfree().splitMode());
        List<String> words = new ArrayList<>();
        long bytes = 0;
        for (String text : texts.measured()) {
            List<String> all = splitter.split(text);
            words.addAll(all.subList(1, all.size()));
            bytes += utf8(text) - utf8(all.getFirst());
        }
        return model.bitsPerByte(words, bytes);
    }

    /** How many steps fit the minutes: a few steps of a model that is thrown away tell. */
    private int iterations(RunConfig draft, WordList words) throws IOException {
        RunConfig paced = RunConfigFile.parse(RunConfigFile.toJson(draft),
                List.of("training.iterations=" + (PACE_WARM_UP + PACE_STEPS), "training.save_dir=null"));
        double[] seconds = {0};
        try (Trainer trainer = new Trainer(paced, new Units.Words(words), null)) {
            trainer.addListener(step -> seconds[0] += step.step() > PACE_WARM_UP ? step.seconds() : 0);
            trainer.run();
        }
        return Math.max(PACE_STEPS, (int) (minutes * 60 * PACE_STEPS / seconds[0]));
    }

    private static RunConfig config(List<String> settings) throws IOException {
        try (InputStream in = Objects.requireNonNull(Demo.class.getResourceAsStream("demo.yml"))) {
            return RunConfigFile.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), settings);
        }
    }

    private Path store(String name, List<String> documents) throws IOException {
        Path prefix = folder.resolve("data").resolve(name);
        Files.createDirectories(prefix.getParent());
        try (DocumentStoreWriter writer = new DocumentStoreWriter(prefix)) {
            for (String document : documents) {
                writer.add(document);
            }
            writer.finish();
        }
        return prefix;
    }

    /** Removes what an earlier demo made, and nothing else. */
    private void clear() throws IOException {
        for (String name : OWN_FILES) {
            Path own = folder.resolve(name);
            if (Files.exists(own)) {
                try (Stream<Path> files = Files.walk(own)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        }
        Files.createDirectories(folder);
    }

    private void say(String format, @Nullable Object... arguments) {
        out.println(String.format(Locale.ROOT, format, arguments));
    }

    /** As a YAML string, whatever its characters. */
    private static String quoted(Object text) {
        return "'" + text.toString().replace("'", "''") + "'";
    }

    private static long utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * The excerpts, cleaned and dealt out: what is learned, and of what is held back the part that chooses the scoring
     * rule, the part that measures, and the prompts.
     */
    record Texts(List<String> training, List<String> heldBack) {

        static Texts of(List<String> excerpts) {
            List<String> training = new ArrayList<>();
            List<String> heldBack = new ArrayList<>();
            for (int i = 0; i < excerpts.size(); i++) {
                (i % HELD_BACK_EVERY == HELD_BACK_EVERY / 2 ? heldBack : training).add(cleaned(excerpts.get(i)));
            }
            return new Texts(training, heldBack);
        }

        /** Paragraphs are parted by two or more spaces in the file. */
        private static String cleaned(String excerpt) {
            return excerpt.strip().replaceAll(" {2,}", "\n");
        }

        List<String> choosing() {
            return heldBack.subList(0, Math.min(CHOOSING_TEXTS, heldBack.size() / 2));
        }

        List<String> measured() {
            int from = choosing().size();
            return heldBack.subList(from, Math.min(heldBack.size(), from + MEASURED_TEXTS));
        }

        /** The first words of the last paragraph of some held-back texts. */
        List<String> prompts() {
            WordSplitter splitter = WordSplitter.of(SplitMode.REFERENCE);
            return heldBack.reversed().stream().map(text -> text.substring(text.lastIndexOf('\n') + 1))
                    .map(splitter::split).filter(words -> words.size() > 2 * PROMPT_WORDS)
                    .map(words -> splitter.join(words.subList(0, PROMPT_WORDS)))
                    .filter(prompt -> Character.isUpperCase(prompt.codePointAt(0))).limit(PROMPTS).toList();
        }
    }
}
