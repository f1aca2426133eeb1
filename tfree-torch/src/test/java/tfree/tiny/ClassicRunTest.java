package tfree.tiny;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import tfree.checkpoint.Checkpoint;
import tfree.config.ConfigException;
import tfree.config.RunConfig;
import tfree.generate.BitsPerByte;
import tfree.generate.GenerationRequest;
import tfree.generate.Generator;
import tfree.generate.Lexicon;
import tfree.generate.MultipleChoice;
import tfree.generate.Sampling;
import tfree.generate.TokenLexicon;
import tfree.model.Tensors;
import tfree.model.Transformer;
import tfree.token.SmallTokenizer;
import tfree.train.RunUnits;
import tfree.train.StepMetrics;
import tfree.train.Trainer;

/** The baseline with a tokenizer: the same trainer, checkpoints, generation and measures. */
@TestInstance(Lifecycle.PER_CLASS)
class ClassicRunTest {
    private Path folder = Path.of("");
    private final List<StepMetrics> steps = new ArrayList<>();

    @BeforeAll
    void train(@TempDir Path temporary) throws IOException {
        folder = temporary;
        RunConfig config = classic(SmallTokenizer.BYTE_BPE, "training.iterations=250");
        try (Trainer trainer = new Trainer(config, RunUnits.begin(config, null), null)) {
            trainer.addListener(steps::add);
            trainer.run();
        }
    }

    private RunConfig classic(SmallTokenizer tokenizer, String... overrides) throws IOException {
        return TinyRun.config(folder, Stream.concat(
                Stream.of("tokenizer.do_classic_tokenization=true",
                        "tokenizer.prefix_path_tokenizer_file=" + tokenizer.file(), "tokenizer.vocab_size=384",
                        "architecture.vocab_size=384", "tokenizer.vocab_population=1", "training.loss_scale=1",
                        "tokenizer.end_of_text=" + (tokenizer == SmallTokenizer.UNIGRAM ? "</s>" : "<|endoftext|>")),
                Stream.of(overrides)).toArray(String[]::new));
    }

    private Checkpoint checkpoint() throws IOException {
        return Checkpoint.open(folder.resolve("checkpoints"));
    }

    private Lexicon lexicon() throws IOException {
        return Lexicon.of(checkpoint().units(), checkpoint().config(), checkpoint().config().scoring());
    }

    @Test
    void startsAtAUniformGuessAndLearns() {
        assertEquals(Math.log(384), steps.getFirst().loss(), 0.3);
        assertTrue(steps.getLast().loss() < 0.3, steps.getLast().toString());
        assertTrue(Objects.requireNonNull(steps.getLast().validationLoss()) < 0.5, steps.getLast().toString());
    }

    @Test
    void keepsItsTokenizerInTheCheckpoint() throws IOException {
        Path saved = checkpoint().folder().resolve("tokenizer/tokenizer.json");
        assertArrayEquals(Files.readAllBytes(SmallTokenizer.BYTE_BPE.file()), Files.readAllBytes(saved));
        assertTrue(!Files.exists(checkpoint().folder().resolve("tokenizer/dictionary.tfree")));
        assertTrue(String.valueOf(assertThrows(ConfigException.class, () -> checkpoint().dictionary()).getMessage())
                .endsWith("expected a model that says words but it says the tokens of its tokenizer"));
    }

    @Test
    void saysWhatItHasLearned() throws IOException {
        try (Transformer model = checkpoint().transformer()) {
            Generator generator = new Generator(model, lexicon());
            assertEquals(" up the hill.<|endoftext|>", generator
                    .generate(GenerationRequest.of("Jack and Jill went", 20, Sampling.GREEDY)).completion());
            var echoed = generator.generate(
                    GenerationRequest.of("Row, row", 4, Sampling.GREEDY).echoing().withLogProbs(3));
            assertTrue(echoed.completion().startsWith("Row, row, row"), echoed.completion());
            double best = Objects.requireNonNull(echoed.words().getLast().logProb());
            assertEquals(best, echoed.words().getLast().best().getFirst().logProb());
            assertTrue(best > Math.log(0.5) && best <= 0, echoed.toString());
        }
    }

    @Test
    void measuresBitsForTheSameBytesAsWords() throws IOException {
        try (Transformer model = checkpoint().transformer()) {
            BitsPerByte.Result result = new BitsPerByte(model, null).measure(TinyRun.RHYMES, List.of(lexicon()))
                    .getFirst();
            int bytes = TinyRun.RHYMES.stream().mapToInt(rhyme -> rhyme.getBytes(StandardCharsets.UTF_8).length).sum();
            long firstTokens = bytes - result.bytes();
            assertTrue(firstTokens >= 6 && firstTokens < 30, result.toString());
            assertTrue(result.bitsPerByte() < 0.5 && result.accuracy() > 0.9, result.toString());
            assertEquals(0, result.unknown());
            BitsPerByte.Result wide = new BitsPerByte(model, null).measure(List.of("a ö 😀 本"), List.of(lexicon()))
                    .getFirst();
            assertEquals(" ö 😀 本".getBytes(StandardCharsets.UTF_8).length, wide.bytes());
            MultipleChoice choose = new MultipleChoice(model, lexicon());
            assertEquals(1, choose.answer(new MultipleChoice.Question("Jack and Jill",
                    List.of("came again", "went up the hill"), 1)).correct());
        }
    }

    /** Text that no token covers costs its bytes, so a tokenizer that knows little does not look good. */
    @Test
    void paysForUnknownText() throws IOException {
        RunConfig config = classic(SmallTokenizer.UNIGRAM, "training.iterations=2", "training.save_dir=null");
        try (Trainer trainer = new Trainer(config, RunUnits.begin(config, null), null)) {
            trainer.run();
            Lexicon lexicon = Lexicon.of(trainer.units(), config, config.scoring());
            BitsPerByte measure = new BitsPerByte(trainer.model(), null);
            BitsPerByte.Result known = measure.measure(List.of("the cat"), List.of(lexicon)).getFirst();
            BitsPerByte.Result unknown = measure.measure(List.of("the 日本"), List.of(lexicon)).getFirst();
            assertEquals(0, known.unknown());
            assertEquals(1, unknown.unknown());
            assertTrue(unknown.bits() > 48 && known.bits() < 24, known + " " + unknown);
        }
    }

    @Test
    void resumesWithTheSameBits() throws IOException {
        RunConfig whole = classic(SmallTokenizer.BYTE_BPE, "training.save_dir=" + folder.resolve("whole"));
        RunConfig cut = classic(SmallTokenizer.BYTE_BPE, "training.save_dir=" + folder.resolve("cut"));
        try (Trainer one = new Trainer(whole, RunUnits.begin(whole, null), null);
                Trainer other = new Trainer(cut, RunUnits.begin(cut, null), null)) {
            other.addListener(step -> {
                if (step.step() == 8) {
                    other.stop();
                }
            });
            one.run();
            other.run();
            Checkpoint own = Checkpoint.open(folder.resolve("cut"));
            try (Trainer resumed = Trainer.resume(cut, RunUnits.resume(cut, own), own)) {
                resumed.run();
                one.model().parameters().forEach((name, tensor) -> assertArrayEquals(Tensors.floats(tensor),
                        Tensors.floats(Objects.requireNonNull(resumed.model().parameters().get(name))), name));
            }
        }
    }

    @Test
    void saysWhatDoesNotFit() throws IOException {
        assertRefused("tokenizer.prefix_path_tokenizer_file: expected a tokenizer.json",
                classic(SmallTokenizer.BYTE_BPE, "tokenizer.prefix_path_tokenizer_file=nowhere.json"), null);
        assertRefused("tokenizer.vocab_size: expected at least 377", classic(SmallTokenizer.BYTE_BPE,
                "tokenizer.vocab_size=376", "architecture.vocab_size=376"), null);
        assertRefused("tokenizer.prefix_path_tokenizer_file: expected the tokenizer of the checkpoint",
                classic(SmallTokenizer.UNIGRAM), checkpoint());
        RunConfig words = TinyRun.config(folder, "tokenizer.vocab_size=384", "architecture.vocab_size=384");
        String kind = String.valueOf(assertThrows(ConfigException.class,
                () -> new Trainer(words, TinyRun.units(words), checkpoint())).getMessage());
        assertTrue(kind.startsWith("tokenizer.do_classic_tokenization: expected true as in the checkpoint"), kind);
        RunConfig end = classic(SmallTokenizer.BYTE_BPE, "tokenizer.end_of_text=</s>");
        assertTrue(String.valueOf(assertThrows(IllegalArgumentException.class,
                () -> new Trainer(end, RunUnits.begin(end, null), null)).getMessage())
                .startsWith("tokenizer.end_of_text: expected a token of the tokenizer"));
    }

    private static void assertRefused(String message, RunConfig config,
            @org.jspecify.annotations.Nullable Checkpoint loaded) {
        String actual = String
                .valueOf(assertThrows(ConfigException.class, () -> RunUnits.begin(config, loaded)).getMessage());
        assertTrue(actual.startsWith(message), actual);
    }

    @Test
    void givesTheTokensProbabilitiesThatAddUpToOne() throws IOException {
        float[] logits = new float[384];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) Math.sin(i) * 20;
        }
        logits[380] = 1000; // a row that no token has
        TokenLexicon tokens = (TokenLexicon) lexicon();
        double[] logProbs = tokens.scorer().logProbs(logits);
        assertEquals(377, logProbs.length);
        double sum = 0;
        for (double logProb : logProbs) {
            sum += Math.exp(logProb);
        }
        assertEquals(1, sum, 1e-12);
        assertEquals(logits[5] - logits[7], logProbs[5] - logProbs[7], 1e-6);
        assertEquals(logProbs[tokens.scorer().top(logits, 3).get(1).index()],
                tokens.scorer().top(logits, 2).get(1).logProb());
    }
}
