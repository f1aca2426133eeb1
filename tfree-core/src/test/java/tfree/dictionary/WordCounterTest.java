package tfree.dictionary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.text.PythonText;
import tfree.text.SpecialWords;
import tfree.text.SplitMode;
import tfree.text.Utf8;
import tfree.text.WordSplitter;

class WordCounterTest {
    @TempDir
    private Path folder;

    @Test
    void countsAsAHashMapDoesWhateverTheMemoryAndTheThreads() throws IOException {
        long seed = System.nanoTime();
        System.out.println("corpora from seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 40; round++) {
            SplitMode mode = random.nextInt(4) == 0 ? SplitMode.UNICODE : SplitMode.REFERENCE;
            boolean lowercase = random.nextInt(4) == 0;
            long memory = random.nextBoolean() ? 1 : 1L << random.nextInt(12, 22);
            List<String> texts = corpus(random);
            Map<String, Long> expected = counted(texts, mode, lowercase);
            try (WordCounter counter = new WordCounter(mode, lowercase, 1 + random.nextInt(3), memory, folder)) {
                counter.count(each(texts));
                Map<String, Long> actual = new TreeMap<>(Utf8::compare);
                List<String> order = new ArrayList<>();
                counter.forEach((word, count) -> {
                    order.add(word);
                    actual.put(word, count);
                });
                String place = "round " + round + " of seed " + seed + ", " + counter.runs() + " runs";
                assertEquals(expected, actual, place);
                assertEquals(List.copyOf(actual.keySet()), order, place);
                assertEquals(expected.values().stream().mapToLong(Long::longValue).sum(), counter.total(), place);
                assertTopWords(expected, counter, random.nextInt(2 * expected.size() + 2), place);
            }
        }
        assertEmpty(folder);
    }

    @Test
    void setsRunsAsideInMemoryThatIsTooSmall() throws IOException {
        List<String> texts = corpus(new Random(1));
        try (WordCounter counter = new WordCounter(SplitMode.REFERENCE, false, 2, 1, folder)) {
            counter.count(each(texts));
            assertTrue(counter.runs() > 2, counter.runs() + " runs");
            assertEmpty(folder); // the file is open and has no name: a process that is killed leaves nothing
        }
        try (WordCounter counter = new WordCounter(SplitMode.REFERENCE, false)) {
            counter.count(each(texts));
            assertEquals(0, counter.runs());
        }
    }

    @Test
    void setsRunsAsideInTheMiddleOfALongText() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 50_000; i++) {
            text.append("w").append((char) (0x4e00 + i % 20_000)).append(" the ");
        }
        try (WordCounter counter = new WordCounter(SplitMode.REFERENCE, false, 1, 1 << 20, folder)) {
            counter.count(each(List.of(text.toString())));
            assertTrue(counter.runs() > 1, counter.runs() + " runs");
            WordList top = counter.top(20_017);
            assertEquals(SpecialWords.ALWAYS_KNOWN.size() + 20_001, top.size());
            assertEquals("the", top.word(16));
            assertEquals(50_000, top.count(16));
            assertEquals(List.of("w\u4e00", "w\u4e01"), top.words().subList(17, 19));
        }
    }

    @Test
    void goesOnCountingAfterItWasAsked() throws IOException {
        try (WordCounter counter = new WordCounter(SplitMode.REFERENCE, false, 2, 1, folder)) {
            counter.count(each(List.of("a b", "a")));
            counter.add(SpecialWords.END_OF_TEXT, 2);
            assertEquals(2, counter.top(17).count(16));
            counter.count(each(List.of("b b b")));
            WordList top = counter.top(17);
            assertEquals("b", top.word(16));
            assertEquals(4, top.count(16));
            assertEquals(2, top.count(1), "the ends of text");
            assertEquals(8, counter.total());
        }
    }

    @Test
    void saysWhichTextIsBroken() throws IOException {
        for (int threads = 1; threads <= 2; threads++) {
            try (WordCounter counter = new WordCounter(SplitMode.REFERENCE, false, threads, 1 << 20, folder)) {
                IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                        () -> counter.count(each(List.of("sound", "broken \ud800", "sound"))));
                assertTrue(e.toString().contains("text 2: expected whole characters"), e.toString());
            }
        }
    }

    @Test
    void passesOnWhatASourceCannotRead() throws IOException {
        try (WordCounter counter = new WordCounter(SplitMode.REFERENCE, false)) {
            IOException e = assertThrows(IOException.class, () -> counter.count(() -> {
                throw new IOException("the disk is gone");
            }));
            assertEquals("the disk is gone", e.getMessage());
        }
    }

    @Test
    void saysWhereRunsCannotBeSetAside() throws IOException {
        Path missing = folder.resolve("missing");
        try (WordCounter counter = new WordCounter(SplitMode.REFERENCE, false, 2, 1, missing)) {
            IOException e = assertThrows(IOException.class, () -> counter.count(each(List.of("a", "b"))));
            assertTrue(e.toString().contains(missing.toString()), e.toString());
        }
    }

    private static void assertTopWords(Map<String, Long> counted, WordCounter counter, int n, String place)
            throws IOException {
        List<String> words = new ArrayList<>(counted.keySet());
        Collections.shuffle(words, new Random(n));
        WordCounts counts = new WordCounts();
        words.forEach(word -> counts.add(word, counted.getOrDefault(word, 0L)));
        WordList expected = WordList.ranked(counts).specialWordsFirst().top(n);
        WordList actual = counter.top(n);
        assertEquals(expected.words(), actual.words(), place);
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.count(i), actual.count(i), place);
        }
    }

    private static Map<String, Long> counted(List<String> texts, SplitMode mode, boolean lowercase) {
        Map<String, Long> counts = new HashMap<>();
        for (String text : texts) {
            WordSplitter.of(mode).split(lowercase ? PythonText.lower(text) : text)
                    .forEach(word -> counts.merge(word, 1L, Long::sum));
        }
        return counts;
    }

    private static WordCounter.Texts each(List<String> texts) {
        Iterator<String> iterator = texts.iterator();
        return () -> iterator.hasNext() ? iterator.next() : null;
    }

    /** Texts whose words repeat, tie, share long beginnings, and are longer than sixteen bytes at times. */
    private static List<String> corpus(Random random) {
        String[] pieces = {"a", "b", "the", "The", "größer", "électroencéphalogramme", "électroencéphalographe", "日本",
                "日本語の長い文章は一つの単語", "😀", "～", "\n", "\n\n", "    ", ".", "\0", "<|x|>", "<|endoftext|>", "ΟΔΟΣ",
                "क्षत्रिय"};
        List<String> texts = new ArrayList<>();
        for (int n = random.nextInt(3000); n > 0; n--) {
            StringBuilder text = new StringBuilder();
            for (int words = random.nextInt(12); words > 0; words--) {
                text.append(switch (random.nextInt(6)) {
                    case 0 -> "w" + (char) ('a' + random.nextInt(26)) + (char) (0xe0 + random.nextInt(20));
                    case 1 -> "long".repeat(random.nextInt(20)) + (char) ('a' + random.nextInt(26));
                    default -> pieces[random.nextInt(pieces.length)];
                });
                text.append(random.nextInt(5) > 0 ? " " : "");
            }
            texts.add(text.toString());
        }
        return texts;
    }

    private static void assertEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(), files.toList());
        }
    }
}
