package tfree.example;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import tfree.checkpoint.Checkpoint;
import tfree.checkpoint.Units;
import tfree.config.RunConfig;
import tfree.config.RunConfigFile;
import tfree.data.DocumentStoreWriter;
import tfree.dictionary.Dictionary;
import tfree.dictionary.DictionaryScorer;
import tfree.dictionary.Scoring;
import tfree.dictionary.WordCounts;
import tfree.dictionary.WordFilter;
import tfree.dictionary.WordList;
import tfree.text.SplitMode;
import tfree.text.WordSplitter;
import tfree.train.RunUnits;
import tfree.train.Trainer;
import tfree.trigram.SlotTable;
import tfree.trigram.TokenizerConfig;

/** The code of docs/library.md, a method a block. */
final class LibraryExample {
    private LibraryExample() {}

    static List<String> split() {
        // library: split
        WordSplitter splitter = WordSplitter.of(SplitMode.REFERENCE);
        List<String> words = splitter.split("Grüße, 42 Mal!");
        // → [Grüße, ",", <|ws|>, 4, 2, Mal, !]
        String text = splitter.join(words); // the text again, to the byte
        // library: end
        return List.of(words.toString(), text);
    }

    static double[] match() {
        // library: match
        SlotTable slots = new SlotTable(TokenizerConfig.of(8000, 10, 2)); // v, m, k
        int[] colour = slots.pattern("colour").targets(); // ascending, without repeats
        int[] color = slots.pattern("color").targets();
        int[] table = slots.pattern("table").targets();
        double near = Arrays.stream(color).filter(slot -> Arrays.binarySearch(colour, slot) >= 0).count()
                / (double) color.length;
        double far = Arrays.stream(table).filter(slot -> Arrays.binarySearch(colour, slot) >= 0).count()
                / (double) table.length;
        // library: end
        return new double[]{near, far};
    }

    static String choose(float[] logits) {
        // library: choose
        WordCounts counts = new WordCounts();
        List.of("yes", "no", "maybe", "42").forEach(counts::add);
        Dictionary dictionary = Dictionary.of(WordList.ranked(counts), new SlotTable(TokenizerConfig.of(8000, 10, 2)));
        DictionaryScorer scorer = new DictionaryScorer(dictionary, Scoring.contrast(1));
        WordFilter letters = WordFilter.matching(Pattern.compile("\\p{L}+"));
        String best = scorer.top(logits, 1, letters.on(dictionary)).getFirst().word(); // float[] logits, one a slot
        // library: end
        return best;
    }

    static Path train(Path folder) throws IOException {
        // library: train
        try (DocumentStoreWriter writer = new DocumentStoreWriter(folder.resolve("rhymes"))) {
            writer.add("Twinkle, twinkle, little star, how I wonder what you are!");
            writer.finish();
        }
        RunConfig config = RunConfigFile.parse(
                """
                        architecture: {vocab_size: 2000, hidden_size: 32, num_layers: 2, num_attention_heads: 2, sequence_length: 64}
                        tokenizer: {vocab_size: 2000, vocab_population: 8, sequence_length: 64}
                        data: {sequence_length: 64}
                        training: {iterations: 20, micro_batch_size: 1, gradient_accumulation_steps: 1}
                        learning_rate_scheduler: {learning_rate: 0.01}
                        """,
                List.of("data.prefix_paths=[" + folder.resolve("rhymes") + "]",
                        "training.save_dir=" + folder.resolve("run")));
        Units units = RunUnits.begin(config, null);
        try (Trainer trainer = new Trainer(config, units, null)) {
            trainer.addListener(step -> System.out.println(step.step() + " " + step.loss()));
            trainer.run();
        }
        Checkpoint trained = Checkpoint.open(folder.resolve("run"));
        // library: end
        return trained.folder();
    }
}
