package tfree.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StopStringsTest {

    @Test
    void endsWhereTheFirstOfTheStringsIsWholeWhateverThePieces() {
        long seed = System.nanoTime();
        System.out.println("texts from seed " + seed);
        Random random = new Random(seed);
        int stopped = 0;
        for (int round = 0; round < 5_000; round++) {
            List<String> stops = IntStream.range(0, random.nextInt(4)).mapToObj(_ -> letters(random, 1, 5)).toList();
            String text = letters(random, 0, 30);
            StopStrings growing = new StopStrings(stops);
            StringBuilder taken = new StringBuilder();
            for (int from = 0; from < text.length();) {
                int to = Math.min(text.length(), from + 1 + random.nextInt(6));
                growing.add(text.substring(from, to));
                from = to;
                taken.append(growing.take());
                String so = text.substring(0, from);
                String where = "seed " + seed + " round " + round + ": " + stops + " in " + so;
                String expected = cut(so, stops);
                assertEquals(expected.length() < so.length(), growing.isStopped(), where);
                String certain = growing.isStopped() ? expected : so.substring(0, so.length() - held(so, stops));
                assertEquals(certain, taken.toString(), where);
            }
            taken.append(growing.takeAll());
            assertEquals(cut(text, stops), taken.toString(), "seed " + seed + " round " + round + ": " + stops);
            assertEquals(growing.text(), taken.toString());
            stopped += growing.isStopped() ? 1 : 0;
        }
        assertTrue(stopped > 500 && stopped < 4_500, "stopped " + stopped);
    }

    @Test
    void looksForNothingInWhatWasThereBefore() {
        StopStrings growing = new StopStrings(List.of("ab"));
        growing.addGiven("aba");
        growing.add("b");
        assertEquals("abab", growing.take());
        growing.add("ab");
        assertTrue(growing.isStopped());
        assertEquals("abab", growing.text());
    }

    private static String letters(Random random, int least, int most) {
        return random.ints(random.nextInt(least, most + 1), 'a', 'c')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    /** The text before the string that is whole first, of several the longest. */
    private static String cut(String text, List<String> stops) {
        for (int end = 1; end <= text.length(); end++) {
            String so = text.substring(0, end);
            int longest = stops.stream().filter(so::endsWith).mapToInt(String::length).max().orElse(0);
            if (longest > 0) {
                return so.substring(0, end - longest);
            }
        }
        return text;
    }

    /** How many characters at the end one of the strings begins with. */
    private static int held(String text, List<String> stops) {
        return IntStream.rangeClosed(1, text.length())
                .filter(n -> stops.stream().anyMatch(stop -> stop.startsWith(text.substring(text.length() - n)))).max()
                .orElse(0);
    }
}
