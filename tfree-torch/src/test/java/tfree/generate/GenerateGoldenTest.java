package tfree.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.checkpoint.Checkpoint;
import tfree.checkpoint.OriginalCheckpoint;
import tfree.checkpoint.Units;
import tfree.dictionary.WordFilter;
import tfree.dictionary.WordList;
import tfree.golden.Golden;
import tfree.model.Transformer;
import tfree.pickle.CounterPickle;
import tools.jackson.databind.JsonNode;

/** What the original says, from its own checkpoint and dictionary: the golden cases {@code G_generate}. */
class GenerateGoldenTest {
    private static final double LOG_PROB = 2e-4;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void saysTheOriginalsWordsWithItsProbabilities() throws IOException {
        Checkpoint published = Checkpoint.open(OriginalCheckpoint.published(folder));
        Path counter = Files.write(folder.resolve("counter"), Golden.bytes("G_generate/dictionary_counter.pckl"));
        WordList words = WordList.mostCommon(CounterPickle.read(counter)).specialWordsAdded();
        int said = 0;
        try (Transformer model = published.transformer()) {
            Generator generator = new Generator(model,
                    Lexicon.of(new Units.Words(words), published.config(), published.config().scoring()));
            for (JsonNode golden : Golden.jsonLines("G_generate/generate.jsonl")) {
                if (!golden.has("error")) {
                    said += check(golden, generator);
                }
            }
        }
        assertEquals(141, said);
    }

    /** Compares the words that were generated; those of the prompt the original decoded wrongly. */
    private static int check(JsonNode golden, Generator generator) {
        JsonNode args = golden.get("args");
        Generation answer = generator.generate(GenerationRequest
                .of(golden.get("prompt").asString(), args.get("max_tokens").asInt(), Sampling.GREEDY)
                .withLogProbs(args.path("log_probs").asInt(0))
                .with(new Ending(List.of(), null, args.path("abort_eot").asBoolean(true)))
                .with(new Vocabulary(args.path("more_words").asString(null), List.of(), WordFilter.ALL, List.of())));
        int prompt = args.path("echo").asBoolean(false) ? golden.get("prompt_words").size() : 0;
        List<String> expected = golden.get("tokens").valueStream().skip(prompt).map(JsonNode::asString).toList();
        assertEquals(expected, answer.words().stream().map(GeneratedWord::word).toList());
        for (int i = 0; i < expected.size(); i++) {
            GeneratedWord word = answer.words().get(i);
            assertEquals(golden.get("tokens_count_training").get(prompt + i).asLong(), word.count(), word.word());
            JsonNode best = args.path("log_probs").asInt(0) == 0 ? null : golden.get("log_probs").get(prompt + i);
            for (int k = 0; best != null && k < word.best().size(); k++) {
                assertEquals(best.get(k).get(1).asDouble(), word.best().get(k).logProb(), LOG_PROB,
                        golden.get("id") + ", word " + i + ", best " + k);
            }
        }
        return expected.size();
    }
}
