package tfree.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import tfree.config.RunConfig;
import tfree.dictionary.Dictionary;
import tfree.dictionary.Scoring;
import tfree.dictionary.WordFilter;
import tfree.generate.Generation.FinishReason;
import tfree.model.Transformer;
import tfree.tiny.TinyRun;
import tfree.trigram.SlotTable;

/** Answers side by side, by a fresh model: it says anything, and differently after every word before it. */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class SequenceTest {
    private static final Sampling DRAWN = new Sampling(1, 0, 1, 0, 7);

    private Transformer model;
    private WordLexicon lexicon;
    private Generator generator;

    @BeforeAll
    void makeModel(@TempDir Path folder) throws IOException {
        RunConfig config = TinyRun.config(folder, "architecture.sequence_length=1500",
                "tokenizer.sequence_length=1500", "architecture.init=xavier");
        model = Transformer.initialised(config.architecture(), 3);
        lexicon = new WordLexicon(Dictionary.of(TinyRun.words(config), new SlotTable(config.encoding())),
                Scoring.likelihood(10, 2));
        generator = new Generator(model, lexicon);
    }

    @AfterAll
    void close() {
        model.close();
    }

    private static List<String> words(Generation answer) {
        return answer.words().stream().map(GeneratedWord::word).toList();
    }

    /** The same words up to a place where the two best were too close to tell, and the same log-probs. */
    private static void assertSame(Generation expected, Generation actual) {
        for (int i = 0; i < Math.min(expected.words().size(), actual.words().size()); i++) {
            GeneratedWord one = expected.words().get(i);
            GeneratedWord other = actual.words().get(i);
            assertEquals(one.word(), other.word(), "word " + i);
            if (one.logProb() != null) {
                assertEquals(one.logProb(), Objects.requireNonNull(other.logProb()), 1e-4, "word " + i);
            }
        }
        assertEquals(expected.words().size(), actual.words().size());
        assertEquals(expected.completion(), actual.completion());
        assertEquals(expected.finishReason(), actual.finishReason());
    }

    private static String text(Random random, int words) {
        List<String> known = List.of("cat", "dog", "rain", "twinkle", "hill", "xylophone", "boat");
        return random.ints(words, 0, known.size()).mapToObj(known::get).collect(Collectors.joining(" "));
    }

    @Test
    void aBatchSaysWhatEachRequestSaysAlone() {
        Random random = new Random(5);
        List<GenerationRequest> requests = new ArrayList<>();
        for (int length : new int[]{1, 2, 40, 255, 256, 257, 700, 1100}) {
            Sampling sampling = length % 2 == 0 ? Sampling.GREEDY : new Sampling(0.8, 0, 0.9, 0, length);
            GenerationRequest request = GenerationRequest.of(text(random, length), 5 + random.nextInt(12), sampling)
                    .withLogProbs(2);
            requests.add(length == 40 ? request.echoing() : request);
        }
        List<Generation> alone = requests.stream().map(generator::generate).toList();
        List<Generation> together = generator.generate(requests);
        for (int i = 0; i < requests.size(); i++) {
            assertSame(alone.get(i), together.get(i));
        }
        List<Sequence> running = new ArrayList<>(); // one joins at every second step
        List<Sequence> all = new ArrayList<>();
        for (int step = 0; step < 2 * requests.size() || !running.isEmpty(); step++) {
            if (step % 2 == 0 && step / 2 < requests.size()) {
                Sequence next = generator.start(requests.get(requests.size() - 1 - step / 2)).getFirst();
                running.add(next);
                all.add(next);
            }
            generator.step(running);
            running.removeIf(Sequence::isFinished);
        }
        for (int i = 0; i < requests.size(); i++) {
            assertSame(alone.get(i), all.reversed().get(i).result());
        }
    }

    @Test
    void samplesShareTheirPromptAndDifferInTheirSeeds() {
        GenerationRequest request = GenerationRequest.of(text(new Random(1), 300), 10, DRAWN).withLogProbs(1);
        List<Generation> samples = generator.generate(List.of(request.withSamples(3)));
        assertEquals(3, samples.size());
        for (int i = 0; i < 3; i++) {
            assertSame(generator.generate(GenerationRequest.of(request.prompt(), 10, DRAWN.ofSample(i))
                    .withLogProbs(1)), samples.get(i));
        }
        assertNotEquals(words(samples.get(0)), words(samples.get(1)));
        assertNotEquals(words(samples.get(1)), words(samples.get(2)));
    }

    @Test
    void aKnownBeginningIsNotReadAgainAndChangesNothing() {
        try (PrefixCache prefixes = new PrefixCache(2_000)) {
            Generator chatting = new Generator(model, lexicon, prefixes);
            String chat = text(new Random(2), 250);
            int read = 0;
            for (int turn = 0; turn < 6; turn++) {
                GenerationRequest request = GenerationRequest.of(chat, 9, DRAWN).withLogProbs(1);
                Generation expected = generator.generate(request);
                Generation answer = chatting.generate(request);
                assertSame(expected, answer);
                assertEquals(read, answer.usage().cachedWords(), "turn " + turn);
                assertEquals(expected.usage().promptWords(), answer.usage().promptWords());
                // The last word said was not read; what follows may be split in another way than it was said.
                chat = lexicon.join(List.of(chat, answer.completion())) + " " + text(new Random(turn), 3);
                List<String> said = new ArrayList<>(lexicon.encoder().encode(request.prompt()).words());
                answer.words().forEach(word -> said.add(word.word()));
                List<String> next = lexicon.encoder().encode(chat).words();
                read = 0;
                while (read < said.size() - 1 && said.get(read).equals(next.get(read))) {
                    read++;
                }
                assertTrue(read >= 250, "common words " + read);
            }
            PrefixCache.Statistics statistics = prefixes.statistics();
            assertEquals(6, statistics.lookups());
            assertEquals(5, statistics.hits());
            assertTrue(statistics.wordsReused() >= 5 * 250, statistics.toString());
            assertTrue(statistics.wordsHeld() <= 2_000 && statistics.wordsHeld() > 250, statistics.toString());
        }
    }

    @Test
    void theTextsUsedLongestAgoAreForgotten() {
        try (PrefixCache prefixes = new PrefixCache(100)) {
            Generator small = new Generator(model, lexicon, prefixes);
            GenerationRequest first = GenerationRequest.of("rain rain rain " + text(new Random(1), 30), 5, DRAWN);
            GenerationRequest second = GenerationRequest.of("hill hill hill " + text(new Random(2), 30), 5, DRAWN);
            GenerationRequest third = GenerationRequest.of("boat boat boat " + text(new Random(3), 30), 5, DRAWN);
            for (GenerationRequest request : List.of(first, second, first, third)) {
                assertSame(generator.generate(request), small.generate(request));
            }
            assertEquals(1, prefixes.statistics().evictions());
            int words = lexicon.encoder().encode(first.prompt()).size();
            assertEquals(words - 1, small.generate(first).usage().cachedWords());
            assertEquals(0, small.generate(second).usage().cachedWords());
            assertTrue(prefixes.statistics().wordsHeld() <= 100);
            assertEquals(0, small.generate(GenerationRequest.of(text(new Random(4), 200), 5, DRAWN)).usage()
                    .cachedWords());
        }
    }

    @Test
    void theTextTakenIsTheCompletion() {
        Random random = new Random(8);
        for (int seed = 0; seed < 30; seed++) {
            GenerationRequest request = GenerationRequest.of(text(random, 5), 40, new Sampling(2, 0, 1, 0, seed));
            request = seed % 2 == 0 ? request : request.echoing();
            request = seed % 3 == 0 ? request : request.with(Ending.at("t t", "e, ", "\n", "<|endoftext|>"));
            StringBuilder taken = new StringBuilder();
            Generation answer = generator.generate(request, so -> taken.append(so.takeText()));
            assertEquals(answer.completion(), taken.toString());
            if (answer.finishReason() != FinishReason.STOP) {
                assertEquals(lexicon.join(words(answer)), taken.toString());
            } else {
                assertTrue(lexicon.join(words(answer)).startsWith(taken.toString()));
            }
            assertFalse(seed % 3 != 0 && taken.toString().contains("<|endoftext|>"));
        }
    }

    @Test
    void aCancelledAnswerEndsAtTheNextStep() {
        GenerationRequest request = GenerationRequest.of("cat", 50, DRAWN).with(new Ending(List.of(), null, false));
        Generation answer = generator.generate(request, so -> {
            if (so.words().size() == 3) {
                so.cancel();
            }
        });
        assertEquals(FinishReason.CANCELLED, answer.finishReason());
        assertEquals(3, answer.words().size());
        assertEquals(words(generator.generate(request)).subList(0, 3), words(answer));

        List<Sequence> both = generator.start(request.withSamples(2));
        both.getFirst().cancel();
        generator.step(both);
        assertEquals(FinishReason.CANCELLED, both.getFirst().result().finishReason());
        assertEquals(1, both.getLast().words().size());
        assertThrows(IllegalStateException.class, both.getLast()::result);
        both.forEach(Sequence::close);
        assertEquals(FinishReason.CANCELLED, both.getLast().result().finishReason());
    }

    @Test
    void anAnswerThatCannotGoOnStopsNoOther() {
        Sequence failing = generator
                .start(GenerationRequest.of("cat", 5, DRAWN).with(WordFilter.startingWith("nobody"))).getFirst();
        Sequence other = generator.start(GenerationRequest.of("dog", 5, DRAWN)).getFirst();
        while (!other.isFinished()) {
            generator.step(List.of(failing, other));
        }
        assertEquals("expected a word that may be said but all words are forbidden",
                assertThrows(IllegalArgumentException.class, failing::result).getMessage());
        assertSame(generator.generate(GenerationRequest.of("dog", 5, DRAWN)), other.result());
    }

    @Test
    void aPromptAloneIsMeasuredTheSameInPieces() {
        String prompt = text(new Random(6), 1200); // more than a step reads
        GenerationRequest request = GenerationRequest.of(prompt, 0, DRAWN).echoing().withLogProbs(1);
        Generation whole = generator.generate(request);
        assertEquals(1200, whole.words().size());
        assertEquals(FinishReason.LENGTH, whole.finishReason());
        assertEquals(lexicon.join(words(whole)), whole.completion());
        assertEquals(new Usage(1200, 0, 0), whole.usage());
        String first = whole.words().getFirst().word();
        double[] sums = new MultipleChoice(model, lexicon).logLikelihoods(first,
                List.of(prompt.substring(first.length() + 1)));
        double sum = whole.words().stream().skip(1).mapToDouble(word -> Objects.requireNonNull(word.logProb())).sum();
        assertEquals(sums[0], sum, 1e-3 * Math.abs(sum));
    }
}
