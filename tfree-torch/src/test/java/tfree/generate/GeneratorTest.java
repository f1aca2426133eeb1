package tfree.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import tfree.checkpoint.Checkpoint;
import tfree.config.RunConfig;
import tfree.dictionary.Dictionary;
import tfree.dictionary.EscapeRule;
import tfree.dictionary.Scoring;
import tfree.dictionary.WordFilter;
import tfree.generate.Generation.FinishReason;
import tfree.model.Transformer;
import tfree.tiny.TinyRun;
import tfree.train.Trainer;
import tfree.trigram.SlotTable;

/** One model that has learned the rhymes by heart serves all tests. */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class GeneratorTest {
    private RunConfig config;
    private Transformer model;
    private Dictionary dictionary;
    private Generator generator;

    @BeforeAll
    void train(@TempDir Path folder) throws IOException {
        config = TinyRun.config(folder, "training.iterations=300");
        try (Trainer trainer = new Trainer(config, TinyRun.units(config), null)) {
            trainer.run();
        }
        Checkpoint checkpoint = Checkpoint.open(folder.resolve("checkpoints"));
        model = checkpoint.transformer();
        dictionary = Dictionary.of(checkpoint.dictionary(), new SlotTable(config.encoding()));
        generator = new Generator(model, dictionary, checkpoint.config().scoring());
    }

    @AfterAll
    void close() {
        model.close();
    }

    private static GenerationRequest request(String prompt, boolean echo, int logProbs, List<String> denied,
            Sampling sampling) {
        GenerationRequest request = GenerationRequest.of(prompt, 12, sampling).withLogProbs(logProbs)
                .with(new Vocabulary(null, denied, WordFilter.ALL, List.of()));
        return echo ? request.echoing() : request;
    }

    @Test
    void recitesWhatItHasLearnedUnderEitherRule() {
        String rest = "another day.<|endoftext|>";
        GenerationRequest request = GenerationRequest.of("Rain, rain, go away, come again", 20, Sampling.GREEDY);
        for (Scoring scoring : List.of(Scoring.likelihood(10, 0), Scoring.likelihood(10, 5), Scoring.contrast(1))) {
            Generation answer = new Generator(model, dictionary, scoring).generate(request);
            assertEquals(rest, answer.completion(), scoring.toString());
            assertEquals(FinishReason.END_OF_TEXT, answer.finishReason());
            assertEquals(new Usage(9, 0, 4), answer.usage());
        }
    }

    @Test
    void streamsTheWordsThatItReturns() {
        List<GeneratedWord> streamed = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        Generation answer = generator.generate(GenerationRequest.of("Jack and Jill", 6, Sampling.GREEDY), so -> {
            streamed.add(so.words().getLast());
            text.append(so.takeText());
        });
        assertEquals(answer.words(), streamed);
        assertEquals(answer.completion(), text.toString());
        assertEquals("went", answer.words().getFirst().word());
        assertEquals(1, answer.words().getFirst().count());
    }

    @Test
    void theSameSeedSaysTheSameWords() {
        Sampling hot = new Sampling(3, 0, 1, 0, 11);
        GenerationRequest request = GenerationRequest.of("The", 30, hot);
        assertEquals(generator.generate(request).completion(), generator.generate(request).completion());
        assertNotEquals(generator.generate(request).completion(), generator
                .generate(GenerationRequest.of("The", 30, new Sampling(3, 0, 1, 0, 12))).completion());
    }

    @Test
    void neverSaysADeniedWord() {
        for (int seed = 0; seed < 20; seed++) {
            Generation answer = generator.generate(request("The cat", false, 0, List.of("sat", "the", "dog"),
                    new Sampling(1, 0, 1, 0, seed)));
            for (GeneratedWord word : answer.words()) {
                assertTrue(!List.of("sat", "the", "dog").contains(word.word()), answer.completion());
            }
        }
    }

    @Test
    void neverSaysAWordOutsideTheFilter() {
        WordFilter choices = WordFilter.allowing(List.of("Zanzibar", "hill", "dog"));
        WordFilter letters = WordFilter.matching(Pattern.compile("\\p{L}+")).and(WordFilter.startingWith("t"));
        for (int seed = 0; seed < 20; seed++) {
            GenerationRequest request = request("The cat", false, 1, List.of("dog"), new Sampling(3, 0, 1, 0, seed));
            for (GeneratedWord word : generator.generate(request.with(choices)).words()) {
                assertTrue(List.of("Zanzibar", "hill").contains(word.word()), word.word());
            }
            for (GeneratedWord word : generator.generate(request.with(letters)).words()) {
                assertTrue(word.word().matches("t\\p{L}*"), word.word());
            }
        }
        assertThrows(IllegalArgumentException.class, () -> generator.generate(
                GenerationRequest.of("The cat", 3, Sampling.GREEDY).with(WordFilter.startingWith("nobody"))));
    }

    @Test
    void echoGivesThePromptsWordsTheLogProbsThatGeneratingThemGave() {
        Generation said = generator.generate(request("One, two, buckle", false, 3, List.of(), Sampling.GREEDY));
        List<String> prompt = List.of("One", ",", "two", ",", "buckle");
        Generation echoed = generator.generate(
                request("One, two, buckle " + said.completion().substring(0, said.completion().indexOf(';') + 1), true,
                        3, List.of(), Sampling.GREEDY));
        assertNull(echoed.words().getFirst().logProb());
        for (int i = 0; i < 3; i++) {
            GeneratedWord expected = said.words().get(i);
            GeneratedWord actual = echoed.words().get(prompt.size() + i);
            assertEquals(expected.word(), actual.word());
            assertNotNull(actual.logProb());
            assertEquals(java.util.Objects.requireNonNull(expected.logProb()), actual.logProb(), 1e-4);
            assertEquals(3, actual.best().size());
        }
    }

    @Test
    void saysWordsOfThePromptThatTheDictionaryLacks() {
        Generation answer = generator.generate(request("Zanzibar", true, 1, List.of(), Sampling.GREEDY));
        assertTrue(answer.words().getFirst().index() >= dictionary.size());
        assertEquals(0, answer.words().getFirst().count());
    }

    @Test
    void stopsAtTheStopWordAndAtTheLimit() {
        GenerationRequest rain = GenerationRequest.of("Rain, rain, go", 20, Sampling.GREEDY);
        Generation stopped = generator.generate(rain.with(new Ending(List.of(), "come", true)));
        assertEquals(FinishReason.STOP, stopped.finishReason());
        assertEquals("come", stopped.words().getLast().word());
        Generation before = generator.generate(rain.with(Ending.at("me aga", "day")));
        assertEquals(FinishReason.STOP, before.finishReason());
        assertEquals("away, co", before.completion());
        assertEquals("again", before.words().getLast().word());
        Generation cut = generator.generate(GenerationRequest.of("Rain, rain, go", 2, Sampling.GREEDY));
        assertEquals(FinishReason.LENGTH, cut.finishReason());
        assertEquals(2, cut.words().size());
    }

    @Test
    void refusesAPromptThatIsEmptyOrTooLong() {
        assertEquals("prompt: expected at least one word but it is empty",
                assertThrows(IllegalArgumentException.class,
                        () -> generator.generate(GenerationRequest.of("", 5, Sampling.GREEDY))).getMessage());
        assertEquals(
                "prompt: expected at most 48 words together with max_tokens (the model's sequence_length)"
                        + " but was 2 + 47; shorten one of them",
                assertThrows(IllegalArgumentException.class,
                        () -> generator.generate(GenerationRequest.of("The cat", 47, Sampling.GREEDY))).getMessage());
    }

    @Test
    void measuresFewBitsWhereTheModelKnowsTheText() {
        EscapeRule escape = new EscapeRule(0.01);
        BitsPerByte measure = new BitsPerByte(model, escape);
        BitsPerByte.Result known = measure
                .measure(TinyRun.RHYMES, List.of(new WordLexicon(dictionary, config.scoring()))).getFirst();
        assertTrue(known.bitsPerByte() < 0.5, () -> "bits per byte " + known.bitsPerByte());
        assertEquals(TinyRun.RHYMES.stream().mapToInt(String::length).sum() - "TheOneRainTwinkleJackRow".length(),
                known.bytes());
        assertEquals(0, known.unknown());
        assertEquals(known.bytes(), known.knownBytes());
        assertTrue(known.closedBitsPerByte() < known.bitsPerByte());
        assertTrue(known.first() <= known.amongFive() && known.amongFive() <= known.words());
        assertTrue(known.accuracy() > 0.8, () -> "accuracy " + known.accuracy());
        BitsPerByte.Result unknown = measure
                .measure(List.of("Rain zzz"), List.of(new WordLexicon(dictionary, config.scoring()))).getFirst();
        assertEquals(1, unknown.unknown());
        assertEquals(escape.unknownBits("zzz"), unknown.bits(), 1e-9);
        assertEquals(4, unknown.bytes());
        assertEquals(0, unknown.knownBytes());
    }

    @Test
    void readsATextLongerThanItsSequenceInWindows() {
        BitsPerByte measure = new BitsPerByte(model, new EscapeRule(0.01));
        String longText = String.join("\n", TinyRun.RHYMES).repeat(3);
        int words = new tfree.trigram.TextEncoder(dictionary.table()).encode(longText).size();
        BitsPerByte.Result result = measure
                .measure(List.of(longText), List.of(new WordLexicon(dictionary, config.scoring()))).getFirst();
        assertEquals(words - 1, result.words());
        assertEquals(longText.length() - TinyRun.RHYMES.getFirst().split(" ")[0].length(), result.bytes());
    }

    @Test
    void choosesTheContinuationThatItHasLearned() {
        MultipleChoice choose = new MultipleChoice(model, new WordLexicon(dictionary, config.scoring()));
        List<String> choices = List.of("went to the Kalahari", "went up the hill", "sat on a quilted xylophone");
        MultipleChoice.Result right = choose.answer(new MultipleChoice.Question("Jack and Jill", choices, 1));
        assertEquals(new MultipleChoice.Result(1, 1, 1), right);
        MultipleChoice.Result wrong = choose.answer(new MultipleChoice.Question("Jack and Jill", choices, 0));
        assertEquals(new MultipleChoice.Result(2, 1, 1), right.plus(wrong));
        String longQuestion = String.join(" ", TinyRun.RHYMES).repeat(2) + " Jack and Jill";
        assertEquals(1, choose.answer(new MultipleChoice.Question(longQuestion, choices, 1)).correct());
        assertThrows(IllegalArgumentException.class, () -> choose.answer(
                new MultipleChoice.Question("Jack", List.of("went", "up ".repeat(60)), 0)));
    }

    @Test
    void aChoicesLikelihoodIsWhatGeneratingItGave() {
        GenerationRequest request = request("One, two, buckle", false, 1, List.of(), Sampling.GREEDY);
        Generation said = generator.generate(request);
        double sum = said.words().stream().limit(3)
                .mapToDouble(word -> java.util.Objects.requireNonNull(word.logProb())).sum();
        String choice = said.words().stream().limit(3).map(GeneratedWord::word)
                .reduce("", (text, word) -> text.isEmpty() ? word : text + (word.matches("\\W") ? "" : " ") + word);
        MultipleChoice choose = new MultipleChoice(model, new WordLexicon(dictionary, config.scoring()));
        assertEquals(sum, choose.logLikelihoods("One, two, buckle", List.of(choice, choice))[0], 1e-3, choice);
    }
}
