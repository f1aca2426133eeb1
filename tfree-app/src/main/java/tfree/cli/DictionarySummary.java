package tfree.cli;

import java.io.IOException;
import java.io.Writer;
import java.util.Locale;
import tfree.dictionary.WordList;
import tfree.file.Escapes;
import tfree.text.SpecialWords;

/** What {@code dictionary show} tells of a dictionary: its size, and how much of the counted text its first words cover. */
record DictionarySummary(int words, int specialWords, long counted) {

    static DictionarySummary of(WordList list) {
        int special = 0;
        long counted = 0;
        for (int i = 0; i < list.size(); i++) {
            special += SpecialWords.isSpecial(list.word(i)) ? 1 : 0;
            counted += list.count(i);
        }
        return new DictionarySummary(list.size(), special, counted);
    }

    /** One line: {@code 5,000 words, 16 of them special, seen 1,234,567 times}. */
    void writeSize(Writer out) throws IOException {
        out.write(String.format(Locale.ROOT, "%,d words, %,d of them special, seen %,d times\n", words, specialWords,
                counted));
    }

    /** The size, the coverage of the first 10, 100, 1 000 … words, and the first {@code top} words with their counts. */
    void write(WordList list, int top, Writer out) throws IOException {
        writeSize(out);
        long covered = 0;
        int border = 10;
        for (int i = 0; i < words && counted > 0; i++) {
            covered += list.count(i);
            if (i + 1 == border || i + 1 == words) {
                out.write(String.format(Locale.ROOT, "the first %,9d cover %6.2f %%\n", i + 1,
                        100.0 * covered / counted));
                border *= 10;
            }
        }
        for (int i = 0; i < Math.min(top, words); i++) {
            out.write(String.format(Locale.ROOT, "%9d  %,12d  %s\n", i, list.count(i), Escapes.escape(list.word(i))));
        }
    }
}
