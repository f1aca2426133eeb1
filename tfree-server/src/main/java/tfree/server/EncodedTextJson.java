package tfree.server;

import org.jspecify.annotations.Nullable;
import tfree.trigram.ActivationPattern;
import tfree.trigram.EncodedText;
import tfree.trigram.Trigrams;
import tools.jackson.core.JsonGenerator;

/**
 * A text's words and patterns as JSON:
 * {@code {"words": [..], "patterns": [[{"trigram": "206865", "slots": [..]}, …], …]}}, where {@code trigram} is the hex of
 * its three bytes, in order of first occurrence, and null for a word hashed as a whole.
 */
public final class EncodedTextJson {
    private EncodedTextJson() {}

    /** Writes an object. */
    public static void write(EncodedText text, JsonGenerator out) {
        out.writeStartObject();
        writeWords(text, out);
        out.writeName("patterns");
        out.writeStartArray();
        for (int i = 0; i < text.size(); i++) {
            write(text.pattern(i), out);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    static void writeWords(EncodedText text, JsonGenerator out) {
        out.writeName("words");
        out.writeStartArray();
        for (int i = 0; i < text.size(); i++) {
            out.writeString(text.word(i));
        }
        out.writeEndArray();
    }

    /** Writes an array of the pattern's trigrams with their slots. */
    public static void write(ActivationPattern pattern, JsonGenerator out) {
        int rows = pattern.trigramCount();
        int m = pattern.slots().length / rows;
        out.writeStartArray();
        for (int row = 0; row < rows; row++) {
            out.writeStartObject();
            out.writeStringProperty("trigram", trigram(pattern, row));
            out.writeName("slots");
            out.writeArray(pattern.slots(), row * m, m);
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    /** The hex of a trigram's bytes; null for a word hashed as a whole. */
    public static @Nullable String trigram(ActivationPattern pattern, int row) {
        return pattern.wholeWord() ? null : Trigrams.hex(pattern.trigrams()[row]);
    }
}
