package tfree.dictionary;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.file.CorruptFileException;
import tfree.file.FileVersionException;
import tfree.trigram.SlotTable;
import tfree.trigram.TokenizerConfig;

class PatternFileTest {
    private final SlotTable table = new SlotTable(TokenizerConfig.of(400, 10, 3));

    @TempDir
    private Path folder;

    @Test
    void givesBackADictionaryThatScoresTheSame() throws IOException {
        Path file = folder.resolve("words.patterns");
        Dictionary written = Dictionary.of(GoldenDictionary.words().top(700), table)
                .plus(List.of("Quetzalcoatl", "<|custom|>", "", "größer😀",
                        "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"));
        PatternFile.write(written, file);
        Dictionary read = PatternFile.read(file, new SlotTable(table.config()));
        assertEquals(written.wordList().words(), read.wordList().words());
        assertEquals(written.excluded(), read.excluded());
        assertEquals(2, read.excluded().size());
        float[] logits = new float[400];
        Random random = new Random(5);
        for (int slot = 0; slot < logits.length; slot++) {
            logits[slot] = (float) random.nextGaussian();
        }
        for (Scoring scoring : List.of(Scoring.contrast(0.7), Scoring.likelihood(5, 3))) {
            assertArrayEquals(new DictionaryScorer(written, scoring).scores(logits),
                    new DictionaryScorer(read, scoring).scores(logits), 1e-6);
        }
        for (int i = 0; i < read.size(); i++) {
            assertEquals(i, read.indexOf(read.word(i)));
            assertEquals(written.count(i), read.count(i));
        }
        assertEquals(read.size(), read.plus(List.of("neu")).indexOf("neu"));
    }

    @Test
    void holdsADictionaryWithoutWords() throws IOException {
        Path file = folder.resolve("none.patterns");
        PatternFile.write(Dictionary.of(WordList.inOrder(new WordCounts()), table), file);
        assertEquals(0, PatternFile.read(file, table).size());
    }

    @Test
    void refusesAModelOfAnotherConfigurationOrTable() throws IOException {
        Path file = folder.resolve("words.patterns");
        PatternFile.write(Dictionary.of(GoldenDictionary.words().top(50), table), file);
        String message = assertThrows(CorruptFileException.class,
                () -> PatternFile.read(file, new SlotTable(TokenizerConfig.of(400, 10, 2)))).toString();
        assertTrue(message.contains("make it anew for this model"), message);
        SlotTable stored = new SlotTable(table.config(), 1 << 24, _ -> new int[]{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
        message = assertThrows(CorruptFileException.class, () -> PatternFile.read(file, stored)).toString();
        assertTrue(message.contains("slots of the trigram"), message);
    }

    @Test
    void noticesAnyDamage() throws IOException {
        Path file = folder.resolve("words.patterns");
        PatternFile.write(Dictionary.of(GoldenDictionary.words().top(100), table), file);
        byte[] sound = Files.readAllBytes(file);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            Files.write(file, Damage.of(sound, random));
            assertThrows(CorruptFileException.class, () -> PatternFile.read(file, table), "seed " + seed);
        }
        byte[] newer = sound.clone();
        newer[8] = 2;
        Files.write(file, newer);
        assertThrows(FileVersionException.class, () -> PatternFile.read(file, table));
    }
}
