package tfree.data;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tfree.file.JsonText;
import tfree.text.Utf8;

/**
 * A line of instruction data: a JSON array of what is said in turn, of which only the pieces that have a loss are to be
 * learned. The speakers' markers are special words within the content.
 *
 * <pre>{@code
 * [{"has_loss": false, "type": "text", "content": "<|start_header_id|>user<|end_header_id|>Who are you?<|eot_id|>"},
 *  {"has_loss": true, "type": "text", "content": "A model.<|eot_id|><|endoftext|>"}]
 * }</pre>
 */
public final class Instruction {
    private Instruction() {}

    /**
     * The pieces of a line, of weight 1 or, where there is no loss, 0. Other fields of a piece are passed over.
     *
     * @throws IllegalArgumentException saying what is wrong at which character
     */
    public static List<TextPiece> parse(String line) {
        JsonText json = new JsonText(line);
        List<TextPiece> pieces = new ArrayList<>();
        json.array(() -> pieces.add(new Fields(json).piece()));
        json.end();
        return pieces;
    }

    /** The fields of one piece. */
    private static final class Fields {
        private final JsonText json;
        private @Nullable Boolean hasLoss;
        private @Nullable String type;
        private @Nullable String content;

        Fields(JsonText json) {
            this.json = json;
        }

        TextPiece piece() {
            json.object(this::read);
            if (hasLoss == null || type == null || content == null) {
                throw new IllegalArgumentException("expected a piece with has_loss, type and content before character "
                        + json.position() + " but was has_loss " + hasLoss + ", type " + type
                        + (content == null ? " and no content" : ""));
            }
            return new TextPiece(content, hasLoss ? 1 : 0);
        }

        private void read(String name) {
            switch (name) {
                case "has_loss" -> hasLoss = json.bool();
                case "type" -> type = text(json.string());
                case "content" -> content = whole(json.string());
                default -> json.skip();
            }
        }

        private String text(String found) {
            if (!found.equals("text")) {
                throw new IllegalArgumentException("expected the type \"text\" before character " + json.position()
                        + " but was \"" + found + "\"");
            }
            return found;
        }

        /** Escapes may spell a surrogate without its other half, which has no UTF-8. */
        private static String whole(String found) {
            Utf8.requireWholeCharacters(found);
            return found;
        }
    }
}
