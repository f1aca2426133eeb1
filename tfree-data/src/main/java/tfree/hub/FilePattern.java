package tfree.hub;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A pattern for files as data set cards have them: {@code *} and {@code ?} within a name, {@code **} across folders,
 * {@code [0-9]} and {@code [!0-9]}. Names that begin with a dot, and folders that begin with two underscores, are passed
 * over unless the pattern names them.
 */
final class FilePattern {
    private final String pattern;
    private final Pattern regex;

    FilePattern(String pattern) {
        this.pattern = pattern;
        this.regex = Pattern.compile(regex(pattern));
    }

    boolean matches(String path) {
        return regex.matcher(path).matches() && hidden(path) == hidden(pattern);
    }

    /** The longest folder that all matches are in; empty for the root. */
    String folder() {
        int wild = 0;
        while (wild < pattern.length() && "*?[".indexOf(pattern.charAt(wild)) < 0) {
            wild++;
        }
        return pattern.substring(0, Math.max(0, pattern.lastIndexOf('/', wild == pattern.length() ? wild : wild - 1)));
    }

    @Override
    public String toString() {
        return pattern;
    }

    private static long hidden(String path) {
        return List.of(path.split("/")).stream().filter(part -> part.startsWith(".") || part.startsWith("__")).count();
    }

    private static String regex(String pattern) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            int close = c == '[' ? pattern.indexOf(']', i + 2) : -1;
            if (pattern.startsWith("**/", i)) {
                regex.append("(?:.*/)?");
                i += 2;
            } else if (pattern.startsWith("**", i)) {
                regex.append(".*");
                i++;
            } else if (c == '*') {
                regex.append("[^/]*");
            } else if (c == '?') {
                regex.append("[^/]");
            } else if (close > 0) {
                boolean not = pattern.charAt(i + 1) == '!' || pattern.charAt(i + 1) == '^';
                String set = pattern.substring(i + (not ? 2 : 1), close).replaceAll("([\\\\\\[&^])", "\\\\$1");
                regex.append(not ? "[^/" : "[").append(set).append(']');
                i = close;
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return regex.toString();
    }
}
