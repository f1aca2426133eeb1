package tfree.hub;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The splits of a data set whose card names no files, by the hub's conventions. The first that fits holds:
 * {@code data/<split>-00000-of-00003…}, a folder that is called after a split, a file that is; else all is
 * {@code train}.
 */
final class SplitNames {
    private static final Pattern SHARDED = Pattern.compile("data/([^/]*)-\\d{5}-of-\\d{5}[^/]*\\.[^/]*");
    private static final Map<String, Pattern> KEYWORDS = new LinkedHashMap<>();

    static {
        KEYWORDS.put("train", word("train|training"));
        KEYWORDS.put("validation", word("validation|valid|dev|val"));
        KEYWORDS.put("test", word("test|testing|eval|evaluation"));
    }

    private SplitNames() {}

    /** Paths by split. */
    static Map<String, List<String>> of(List<String> paths) {
        Map<String, List<String>> sharded = new TreeMap<>();
        for (String path : paths) {
            Matcher matcher = SHARDED.matcher(path);
            if (matcher.matches()) {
                sharded.computeIfAbsent(matcher.group(1), _ -> new ArrayList<>()).add(path);
            }
        }
        if (!sharded.isEmpty()) {
            return sharded;
        }
        Map<String, List<String>> byFolder = byKeyword(paths, SplitNames::aFolderMatches);
        if (!byFolder.isEmpty()) {
            return byFolder;
        }
        Map<String, List<String>> byName = byKeyword(paths,
                (path, word) -> word.matcher(path.substring(path.lastIndexOf('/') + 1)).matches());
        return byName.isEmpty() ? Map.of("train", paths) : byName;
    }

    private static Map<String, List<String>> byKeyword(List<String> paths, BiPredicate<String, Pattern> is) {
        Map<String, List<String>> splits = new LinkedHashMap<>();
        KEYWORDS.forEach((split, word) -> {
            List<String> files = paths.stream().filter(path -> is.test(path, word)).toList();
            if (!files.isEmpty()) {
                splits.put(split, files);
            }
        });
        return splits;
    }

    private static boolean aFolderMatches(String path, Pattern word) {
        String[] parts = path.split("/");
        for (int i = 0; i < parts.length - 1; i++) {
            if (word.matcher(parts[i]).matches()) {
                return true;
            }
        }
        return false;
    }

    /** One of the words, alone or parted from the rest by {@code - . _}, a space or a digit. */
    private static Pattern word(String words) {
        return Pattern.compile("(?:.*[-._ 0-9])?(?:" + words + ")(?:[-._ 0-9].*)?");
    }
}
