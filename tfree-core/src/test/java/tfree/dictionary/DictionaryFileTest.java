package tfree.dictionary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.file.CorruptFileException;
import tfree.file.FileVersionException;

class DictionaryFileTest {
    @TempDir
    private Path folder;

    @Test
    void givesBackWhatWasWritten() throws IOException {
        Path file = folder.resolve("words.dict");
        for (WordList words : List.of(GoldenDictionary.words(), odd(), WordList.inOrder(new WordCounts()))) {
            DictionaryFile.write(words, file);
            assertSameWords(words, DictionaryFile.read(file));
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList(), "nothing else stays behind");
        }
    }

    @Test
    void givesBackTabsLineFeedsAndBackslashesThroughTsv() throws IOException {
        Path file = folder.resolve("words.tsv");
        DictionaryFile.writeTsv(odd(), file);
        assertSameWords(odd(), DictionaryFile.readTsv(file));
        assertTrue(Files.readString(file).startsWith("<|\\n|>\t7\n"));
    }

    @Test
    void readsAPlainListOfWords() throws IOException {
        Path file = folder.resolve("words.txt");
        Files.writeString(file, "\ufeffein\r\nzwei\n\nein\ndrei");
        assertEquals(List.of("ein", "zwei", "drei"), DictionaryFile.readWords(file).words());
    }

    @Test
    void namesTheLineOfBrokenTsv() throws IOException {
        Path file = folder.resolve("words.tsv");
        for (String broken : List.of("b", "b\tmany", "b\\x\t1", "\t1", "b\t-1")) {
            Files.writeString(file, "a\t1\n" + broken + "\n");
            CorruptFileException e = assertThrows(CorruptFileException.class, () -> DictionaryFile.readTsv(file));
            assertTrue(e.toString().endsWith("at line 2"), e.toString());
        }
    }

    @Test
    void tellsANewerFileFromADamagedOne() throws IOException {
        Path file = folder.resolve("words.dict");
        DictionaryFile.write(odd(), file);
        byte[] sound = Files.readAllBytes(file);
        byte[] newer = sound.clone();
        newer[8] = 2;
        Files.write(file, newer);
        assertThrows(FileVersionException.class, () -> DictionaryFile.read(file));
        Files.writeString(file, "these are no words at all, but long enough");
        assertThrows(CorruptFileException.class, () -> DictionaryFile.read(file));
    }

    @Test
    void noticesAnyDamageToTheWords() throws IOException {
        Path file = folder.resolve("words.dict");
        DictionaryFile.write(odd(), file);
        byte[] sound = Files.readAllBytes(file);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            Files.write(file, Damage.of(sound, random));
            assertThrows(CorruptFileException.class, () -> DictionaryFile.read(file), "seed " + seed);
        }
    }

    private static WordList odd() {
        WordCounts counts = new WordCounts();
        counts.add("<|\n|>", 7);
        counts.add("a\tb\\n\r", 1L << 40);
        counts.add("\\", 0);
        counts.add("größer😀", 128);
        return WordList.inOrder(counts);
    }

    private static void assertSameWords(WordList expected, WordList actual) {
        assertEquals(expected.words(), actual.words());
        IntStream.range(0, expected.size()).forEach(i -> assertEquals(expected.count(i), actual.count(i)));
    }
}
