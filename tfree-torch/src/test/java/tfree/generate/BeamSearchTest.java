package tfree.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import tfree.config.RunConfig;
import tfree.dictionary.Dictionary;
import tfree.dictionary.Scoring;
import tfree.dictionary.WordCounts;
import tfree.dictionary.WordFilter;
import tfree.dictionary.WordList;
import tfree.generate.Generation.FinishReason;
import tfree.model.KvCache;
import tfree.model.Transformer;
import tfree.tiny.TinyRun;
import tfree.trigram.EncodedText;
import tfree.trigram.SlotTable;

/** Against all answers that there are, of a fresh model over five words. */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class BeamSearchTest {
    private static final int WORDS = 4;
    private static final List<String> DICTIONARY = List.of("cat", "dog", "rain", "hill", "<|endoftext|>");
    private static final String PROMPT = "cat dog rain";

    private Transformer model;
    private WordLexicon lexicon;
    private Generator generator;

    private record Found(List<String> words, double logProb) {
        double score(double lengthPenalty) {
            return logProb / Math.pow(words.size(), lengthPenalty);
        }
    }

    @BeforeAll
    void makeModel(@TempDir Path folder) throws IOException {
        RunConfig config = TinyRun.config(folder, "architecture.init=xavier");
        model = Transformer.initialised(config.architecture(), 3);
        WordCounts counts = new WordCounts();
        DICTIONARY.forEach(counts::add);
        lexicon = new WordLexicon(Dictionary.of(WordList.inOrder(counts), new SlotTable(config.encoding())),
                Scoring.likelihood(1, 2));
        generator = new Generator(model, lexicon);
    }

    @AfterAll
    void close() {
        model.close();
    }

    /** Every answer, each read from its beginning. */
    private void addAll(List<String> said, double logProb, List<Found> all) {
        boolean ended = !said.isEmpty() && said.getLast().equals("<|endoftext|>");
        if (ended || said.size() == WORDS) {
            all.add(new Found(said, logProb));
            return;
        }
        EncodedText text = lexicon.encoder().encode((PROMPT + " " + String.join(" ", said)).strip());
        assertEquals(3 + said.size(), text.size());
        try (KvCache cache = new KvCache(model.config())) {
            double[] next = lexicon.scorer().logProbs(model.next(ModelInputs.of(text, 0, text.size()), cache));
            for (int word = 0; word < next.length; word++) {
                List<String> longer = new ArrayList<>(said);
                longer.add(lexicon.unit(word));
                addAll(longer, logProb + next[word], all);
            }
        }
    }

    private static List<String> words(Generation answer) {
        return answer.words().stream().map(GeneratedWord::word).toList();
    }

    @Test
    void aBeamThatHoldsAllBeginningsFindsTheBestAnswersThatThereAre() {
        List<Found> all = new ArrayList<>();
        addAll(List.of(), 0, all);
        assertEquals(1 + 4 + 16 + 64 * 5, all.size());
        GenerationRequest request = GenerationRequest.of(PROMPT, WORDS, Sampling.GREEDY).withSamples(20);
        for (double lengthPenalty : new double[]{-1, 0, 0.5, 1, 3}) {
            all.sort(Comparator.comparingDouble(found -> -found.score(lengthPenalty)));
            List<Generation> found = generator.search(request, new Beams(400, lengthPenalty));
            assertEquals(20, found.size());
            for (int i = 0; i < found.size(); i++) {
                assertEquals(all.get(i).words, words(found.get(i)),
                        "length penalty " + lengthPenalty + ", answer " + i);
                assertEquals(all.get(i).words.getLast().equals("<|endoftext|>") ? FinishReason.END_OF_TEXT
                        : FinishReason.LENGTH, found.get(i).finishReason());
            }
        }
    }

    @Test
    void aWiderBeamIsNoWorseThanItsOwnGreedyAnswerAndOneOfWidthOneIsGreedy() {
        GenerationRequest request = GenerationRequest.of(PROMPT, 8, Sampling.GREEDY).withLogProbs(1);
        Generation greedy = generator.generate(request);
        assertEquals(words(greedy), words(generator.search(request, new Beams(1, 0)).getFirst()));
        double best = Double.NEGATIVE_INFINITY;
        for (int width : new int[]{1, 2, 5, 50}) {
            Generation found = generator.search(request, new Beams(width, 0)).getFirst();
            double logProb = found.words().stream()
                    .mapToDouble(word -> word.logProb() == null ? 0 : word.logProb()).sum();
            best = Math.max(best, logProb);
            assertTrue(width != 50 || logProb == best, "width " + width);
        }
    }

    @Test
    void followsFiltersChoicesAndStopStrings() {
        GenerationRequest request = GenerationRequest.of(PROMPT, 5, Sampling.GREEDY).withSamples(3);
        Beams beams = new Beams(6, 1);
        for (Generation found : generator.search(request.with(WordFilter.allowing(List.of("hill", "dog"))), beams)) {
            assertEquals(5, words(found).stream().filter(List.of("hill", "dog")::contains).count());
        }
        List<String> choices = List.of("dog", "dog hill", "rain cat rain", "Zanzibar hill");
        List<Generation> chosen = generator.search(request.with(Vocabulary.ofChoices(choices)).withSamples(4), beams);
        assertEquals(choices.stream().sorted().toList(), chosen.stream().map(Generation::completion).sorted().toList());
        for (Generation found : generator.search(request.with(Ending.at("l r", "g c", "t", "ai")), beams)) {
            assertTrue(found.completion().matches("(?!.*(l r|g c|t|ai)).*"), found.completion());
        }
    }

    @Test
    void refusesWhatDrawsWords() {
        GenerationRequest drawn = GenerationRequest.of(PROMPT, 5, new Sampling(1, 0, 1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> generator.search(drawn, new Beams(2, 1)));
        assertEquals("n: expected at most num_beams (2) but was 3", assertThrows(IllegalArgumentException.class,
                () -> generator.search(GenerationRequest.of(PROMPT, 5, Sampling.GREEDY).withSamples(3),
                        new Beams(2, 1)))
                .getMessage());
    }
}
