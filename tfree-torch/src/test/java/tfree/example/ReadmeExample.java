package tfree.example;

import java.util.Arrays;
import tfree.config.RunConfigFile;
import tfree.dictionary.Dictionary;
import tfree.dictionary.Scoring;
import tfree.dictionary.WordCounts;
import tfree.dictionary.WordList;
import tfree.generate.GenerationRequest;
import tfree.generate.Generator;
import tfree.generate.Sampling;
import tfree.model.ArchitectureConfig;
import tfree.model.Transformer;
import tfree.trigram.EncodedText;
import tfree.trigram.SlotTable;
import tfree.trigram.TextEncoder;
import tfree.trigram.TokenizerConfig;

final class ReadmeExample {
    private ReadmeExample() {}

    static void main() {
        // README: begin
        SlotTable slots = new SlotTable(TokenizerConfig.of(8000, 10, 2)); // v, m, k
        EncodedText text = new TextEncoder(slots).encode("Hello World!");
        System.out.println(text.words() + " " + Arrays.toString(text.pattern(0).targets()));

        WordCounts counts = new WordCounts();
        text.words().forEach(counts::add);
        Dictionary dictionary = Dictionary.of(WordList.ranked(counts).specialWordsFirst(), slots);

        ArchitectureConfig shape = RunConfigFile.parseSection(ArchitectureConfig.class, "architecture",
                "{vocab_size: 8000, hidden_size: 64, num_layers: 2, num_attention_heads: 2}");
        try (Transformer model = Transformer.initialised(shape, 42)) {
            Generator generator = new Generator(model, dictionary, Scoring.likelihood(100, 5));
            System.out.println(generator.generate(GenerationRequest.of("Hello", 5, Sampling.GREEDY)).completion());
        }
        // README: end
    }
}
