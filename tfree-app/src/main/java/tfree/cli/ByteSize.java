package tfree.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes as an option has it: {@code 500000}, {@code 800k}, {@code 64m}, {@code 2g}, as with {@code java -Xmx}. */
record ByteSize(long bytes) {
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,9})([kmgKMG]?)");

    static ByteSize of(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "expected a number of bytes such as 500000, 800k, 64m or 2g but was \"" + text + "\"");
        }
        long number = Long.parseLong(matcher.group(1));
        return new ByteSize(switch (matcher.group(2)) {
            case "k", "K" -> number << 10;
            case "m", "M" -> number << 20;
            case "g", "G" -> number << 30;
            default -> number;
        });
    }
}
