package tfree.pickle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.dictionary.WordCounts;
import tfree.dictionary.WordList;
import tfree.file.CorruptFileException;
import tfree.golden.Golden;
import tools.jackson.databind.JsonNode;

class CounterPickleTest {
    @TempDir
    private Path folder;

    @Test
    void readsTheOriginalsCounterInTheOrderThatItLoadsItIn() throws IOException {
        Path file = Files.write(folder.resolve("counter"), Golden.bytes("G_generate/dictionary_counter.pckl"));
        WordList words = WordList.mostCommon(CounterPickle.read(file)).specialWordsAdded();
        JsonNode golden = Golden.json("G_generate/dictionary_after_load.json");
        assertEquals(golden.get("words").size(), words.size());
        for (int i = 0; i < words.size(); i++) {
            assertEquals(golden.get("words").get(i).asString(), words.word(i));
            assertEquals(golden.get("counts").get(i).asLong(), words.count(i), words.word(i));
        }
    }

    @Test
    void readsBackWhatItWrote() throws IOException {
        WordList words = manyWords();
        Path file = Files.write(folder.resolve("counter"), pickle(words));
        WordList read = WordList.inOrder(CounterPickle.read(file));
        assertEquals(words.words(), read.words());
        IntStream.range(0, words.size()).forEach(i -> assertEquals(words.count(i), read.count(i)));
    }

    @Test
    void writesWhatPythonReads() throws IOException, InterruptedException {
        Path file = Files.write(folder.resolve("counter"), pickle(manyWords()));
        String program = """
                import collections, pickle, sys
                counter = pickle.load(open(sys.argv[1], 'rb'))
                assert type(counter) is collections.Counter
                for word, count in counter.items():
                    print(ascii(word), count)
                """;
        Process python;
        try {
            python = new ProcessBuilder("python3", "-c", program, file.toString()).redirectErrorStream(true).start();
        } catch (IOException e) {
            assumeTrue(false, "there is no python3: " + e.getMessage());
            return;
        }
        List<String> lines = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
                .toList();
        assertTrue(python.waitFor(1, TimeUnit.MINUTES));
        WordList words = manyWords();
        assertEquals(words.size(), lines.size(), () -> String.join("\n", lines.subList(0, Math.min(20, lines.size()))));
        assertEquals("'<|\\n|>' 0", lines.get(0));
        assertEquals("'gr\\xf6\\xdfer' 255", lines.get(1));
        assertEquals("'\\U0001f600\\\\u' 1099511627776", lines.get(2));
        assertEquals("'w2999' 2999", lines.getLast());
    }

    @Test
    void saysWhatIsNoCounter() throws IOException {
        assertRefused(".]", "expected a pickle");
        assertRefused("].", "expected a Counter of words but was a list");
        assertRefused("}I1\nI2\ns.", "expected words with counts but was an int with 2 after 0 words");
        assertRefused("}Vx\nI2\nsVy\nI-2\ns.", "was a str with -2 after 1 words");
        assertRefused("}Vx\nF2.5\ns.", "was a str with 2.5");
        assertRefused("}Vx\nNs.", "was a str with None");
        assertRefused("cnumpy\nndarray\n.", "was numpy.ndarray");
    }

    private void assertRefused(String pickle, String why) throws IOException {
        Path file = Files.writeString(folder.resolve("bad"), pickle);
        CorruptFileException e = assertThrows(CorruptFileException.class, () -> CounterPickle.read(file));
        assertTrue(e.toString().contains(file + ": ") && e.toString().contains(why), e.toString());
    }

    private static byte[] pickle(WordList words) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CounterPickle.write(words, out);
        return out.toByteArray();
    }

    private static WordList manyWords() {
        WordCounts counts = new WordCounts();
        counts.add("<|\n|>", 0);
        counts.add("größer", 255);
        counts.add("\ud83d\ude00\\u", 1L << 40);
        for (int i = 0; i < 3000; i++) {
            counts.add("w" + i, i * (i % 7 == 0 ? 100L : 1));
        }
        counts.add("w2999", 0);
        return WordList.inOrder(counts);
    }
}
