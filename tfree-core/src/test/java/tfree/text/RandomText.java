package tfree.text;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Random texts, drawn so that the rules' corner cases meet often. */
public final class RandomText {
    private static final String[] PIECES = {" ", " ", " ", "  ", "    ", "\n", "\n\n", "a", "b", "the", "Word", "é",
            "ß", "日本",
            "한", "😀", "\u0301", "\u200d", "1", "42", "٣", "²", "½", "_", ".", ",", "(", ")", "[", "]", "{", "}", "<",
            ">", "|",
            "#", "$", "-", "'", "\"", "\\", "\t", "\r", "\u00a0", "\u0000", "!", "?", "`",
            "electroencephalographically"};
    private static final String[] MARKERS = {"<|", "|>", "<|x|>", "<|endoftext|>", "<|a\nb|>", "<|>", "<||>", "<| |>"};

    private RandomText() {}

    /** Runs the check with generators whose common seed is printed and, where a check fails, named. */
    static void forEach(int count, Consumer<RandomGenerator> check) {
        long seed = System.nanoTime();
        System.out.println("random texts from seed " + seed);
        for (int i = 0; i < count; i++) {
            try {
                check.accept(new SplittableRandom(seed + i));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("text " + i + " of seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    /** Pieces that the whitespace rule treats differently, without {@code <|}. */
    static String pieces(RandomGenerator random) {
        return pieces(random, 0).replace("<|", "<");
    }

    /** The same with special words and parts of them in between. */
    public static String piecesAndMarkers(RandomGenerator random) {
        return pieces(random, 4);
    }

    private static String pieces(RandomGenerator random, int oneMarkerIn) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(40); n > 0; n--) {
            boolean marker = oneMarkerIn > 0 && random.nextInt(oneMarkerIn) == 0;
            text.append(marker ? MARKERS[random.nextInt(MARKERS.length)] : PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    /** Code points from all of Unicode, assigned or not, without {@code <|}. */
    static String anyUnicode(RandomGenerator random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(60); n > 0; n--) {
            int c = random.nextInt(switch (random.nextInt(4)) {
                case 0 -> 0x80;
                case 1 -> 0x3000;
                case 2 -> 0x10000;
                default -> Character.MAX_CODE_POINT + 1;
            });
            text.appendCodePoint(c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? ' ' : c);
        }
        return text.toString().replace("<|", "<");
    }

    /** Letters, marks, joiners and digits of scripts that combine them, and a little of what stands between. */
    static String scripts(RandomGenerator random) {
        int[] blocks = {0x900, 0xe00, 0xe80, 0x1000, 0x1780, 0x3040, 0x30a0, 0x4e00, 0x600, 0x1f600};
        StringBuilder text = new StringBuilder();
        int block = blocks[0];
        for (int n = random.nextInt(60); n > 0; n--) {
            switch (random.nextInt(16)) {
                case 0 -> block = blocks[random.nextInt(blocks.length)];
                case 1 -> text.append(PIECES[random.nextInt(PIECES.length)]);
                case 2 -> text.append(random.nextBoolean() ? '\u200d' : '\u200c');
                default -> text.appendCodePoint(block + random.nextInt(0x60));
            }
        }
        return text.toString().replace("<|", "<");
    }
}
