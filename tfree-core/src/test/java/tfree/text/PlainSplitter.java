package tfree.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splitting in mode reference, written straight from the rule's text with no thought for speed: what the scanner is
 * compared with.
 */
final class PlainSplitter {
    private static final Pattern SPECIAL = Pattern.compile("<\\|[^\\n]*?\\|>");
    private static final String NONE_AFTER = "#$=-+*/'\"\\(<[]~^&@%_\n ";
    private static final String NONE_BEFORE = ".,:;?!=-+*/'\"\\)>]~^&@%_\n 0123456789";

    private PlainSplitter() {}

    static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        Matcher special = SPECIAL.matcher(text);
        int start = 0;
        while (special.find()) {
            splitStretch(text.substring(start, special.start()), words);
            words.add(special.group());
            start = special.end();
        }
        splitStretch(text.substring(start), words);
        return words;
    }

    private static void splitStretch(String stretch, List<String> words) {
        if (stretch.startsWith("<|") && stretch.endsWith("|>")) {
            words.add(stretch);
        } else {
            words.addAll(foldRuns(applyWhitespaceRule(atoms(stretch))));
        }
    }

    private static List<String> atoms(String stretch) {
        List<String> atoms = new ArrayList<>();
        StringBuilder run = new StringBuilder();
        stretch.codePoints().forEach(c -> {
            if (WordCharacters.contains(c)) {
                run.appendCodePoint(c);
            } else {
                flush(run, atoms);
                atoms.add(Character.toString(c));
            }
        });
        flush(run, atoms);
        return atoms;
    }

    private static void flush(StringBuilder run, List<String> atoms) {
        if (!run.isEmpty()) {
            atoms.add(run.toString());
            run.setLength(0);
        }
    }

    private static List<String> applyWhitespaceRule(List<String> atoms) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < atoms.size(); i++) {
            String atom = atoms.get(i);
            String before = i > 0 ? atoms.get(i - 1) : null;
            String after = i + 1 < atoms.size() ? atoms.get(i + 1) : null;
            if (atom.equals(" ")) {
                if (before == null || after == null || !isSpaceExpected(before, after)) {
                    words.add("<|ws|>");
                }
            } else {
                if (before != null && !before.equals(" ") && isSpaceExpected(before, atom)) {
                    words.add("<|no_ws|>");
                }
                words.add(atom.equals("\n") ? "<|\n|>" : atom);
            }
        }
        return words;
    }

    private static boolean isSpaceExpected(String left, String right) {
        return NONE_AFTER.indexOf(left.charAt(left.length() - 1)) < 0 && NONE_BEFORE.indexOf(right.charAt(0)) < 0;
    }

    private static List<String> foldRuns(List<String> words) {
        List<String> folded = new ArrayList<>();
        for (int i = 0; i < words.size();) {
            String word = words.get(i);
            int end = i + 1;
            while (end < words.size() && words.get(end).equals(word)) {
                end++;
            }
            if (word.equals("<|ws|>") || word.equals("<|\n|>")) {
                String inner = word.equals("<|ws|>") ? "ws" : "\n";
                int pairs = (end - i) / 2;
                for (; pairs > 2; pairs -= 2) {
                    folded.add("<|4<-" + inner + "->|>");
                }
                if (pairs > 0) {
                    folded.add("<|" + 2 * pairs + "<-" + inner + "->|>");
                }
                if ((end - i) % 2 == 1) {
                    folded.add(word);
                }
            } else {
                folded.addAll(words.subList(i, end));
            }
            i = end;
        }
        return folded;
    }
}
