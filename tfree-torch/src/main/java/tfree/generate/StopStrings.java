package tfree.generate;

import java.util.List;

/**
 * Text that grows until one of some strings stands in it. What may be the beginning of one is held back until it is
 * clear. The string that is whole first ends the text, of several at that character the longest; so it does not matter in
 * which pieces the text comes.
 */
final class StopStrings {
    private final List<String> stops;
    private final StringBuilder text = new StringBuilder();
    private int begin;
    private int taken;
    private boolean stopped;

    StopStrings(List<String> stops) {
        this.stops = stops;
    }

    /** Adds text in which nothing is looked for: what was there before the answer. */
    void addGiven(String more) {
        text.append(more);
        begin = text.length();
    }

    /** Adds text; behind the end none is added. */
    void add(String more) {
        for (int i = 0; i < more.length() && !stopped; i++) {
            text.append(more.charAt(i));
            int longest = longestAtEnd();
            if (longest > 0) {
                stopped = true;
                text.setLength(text.length() - longest);
            }
        }
    }

    private int longestAtEnd() {
        int longest = 0;
        for (String stop : stops) {
            if (stop.length() > longest && endsWith(stop, stop.length())) {
                longest = stop.length();
            }
        }
        return longest;
    }

    /** Whether the text ends with the first characters of a string. */
    private boolean endsWith(String stop, int characters) {
        int from = text.length() - characters;
        if (from < begin) {
            return false;
        }
        for (int i = characters - 1; i >= 0; i--) {
            if (text.charAt(from + i) != stop.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether one of the strings has come. */
    boolean isStopped() {
        return stopped;
    }

    /** What has come since the last call and is certain to stay. */
    String take() {
        return take(stopped ? 0 : held());
    }

    /** The rest: no more text follows. */
    String takeAll() {
        return take(0);
    }

    private String take(int held) {
        int to = Math.max(taken, text.length() - held);
        String some = text.substring(taken, to);
        taken = to;
        return some;
    }

    /** How many characters at the end may be the beginning of a string. */
    private int held() {
        int held = 0;
        for (String stop : stops) {
            for (int characters = stop.length() - 1; characters > held; characters--) {
                if (endsWith(stop, characters)) {
                    held = characters;
                }
            }
        }
        return held;
    }

    /** All of it. */
    String text() {
        return text.toString();
    }
}
