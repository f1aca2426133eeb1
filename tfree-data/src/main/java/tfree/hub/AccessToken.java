package tfree.hub;

import java.util.regex.Pattern;

/**
 * The token that opens gated and private repositories. It is sent to the hub alone and never printed:
 * {@link #toString} says only where it came from.
 *
 * @param source where it was found, for messages: a variable's name or a file
 */
public record AccessToken(String secret, String source) {
    private static final Pattern ONE_WORD = Pattern.compile("[!-~]+");

    public AccessToken {
        if (!ONE_WORD.matcher(secret).matches()) {
            throw new IllegalArgumentException(source + ": expected a token, one word of visible ASCII characters such "
                    + "as hf_…, but was something else of " + secret.length() + " characters");
        }
    }

    @Override
    public String toString() {
        return "the token of " + source;
    }
}
