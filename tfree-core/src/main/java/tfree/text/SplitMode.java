package tfree.text;

/** What counts as one word between spaces. A model's configuration names its mode: words of one are not words of the other. */
public enum SplitMode {
    /** The rule that published checkpoints were trained with: runs of letters are words, every other code point stands alone. */
    REFERENCE,
    /**
     * As {@link #REFERENCE}, but combining marks and joiners stay with their word, and runs in scripts that write no
     * spaces between words (Thai, Lao, Khmer, Burmese, Chinese, Japanese) are cut into words by ICU's dictionaries.
     */
    UNICODE;

    /** The mode of that name in configuration files and commands: {@code reference} or {@code unicode}. */
    public static SplitMode ofName(String name) {
        for (SplitMode mode : values()) {
            if (mode.configName().equals(name)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("expected a splitting mode, reference or unicode, but was \"" + name + "\"");
    }

    /** The name that configuration files and commands use. */
    public String configName() {
        return this == REFERENCE ? "reference" : "unicode";
    }
}
