package tfree.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class InstructionTest {

    @Test
    void readsPiecesWithTheirWeights() {
        assertEquals(List.of(new TextPiece("<|start_header_id|>user<|end_header_id|>\n\nWho?<|eot_id|>", 0),
                new TextPiece("\u00c4 \"model\".", 1)),
                Instruction.parse("""
                        [{"has_loss": false, "type": "text",
                          "content": "<|start_header_id|>user<|end_header_id|>\\n\\nWho?<|eot_id|>"},
                         {"content": "\\u00c4 \\"model\\".", "id": [1, {"a": null}], "type": "text", "has_loss": true}]
                        """));
        assertEquals(List.of(), Instruction.parse("[]"));
    }

    @Test
    void saysWhatIsWrong() {
        assertEquals("expected an array at character 0 but was {}", error("{}"));
        assertEquals("expected a piece with has_loss, type and content before character 35 but was"
                + " has_loss true, type text and no content",
                error("[{\"has_loss\": true, \"type\": \"text\"}]"));
        assertEquals("expected the type \"text\" before character 17 but was \"image\"",
                error("[{\"type\": \"image\"}]"));
        assertEquals("expected true or false at character 14 but was 1}]", error("[{\"has_loss\": 1}]"));
        assertTrue(error("[{\"content\": \"a\\ud83d\"}]").startsWith("expected whole characters but was the lone"));
        assertTrue(error("[] x").startsWith("expected the end"));
        assertTrue(error("").startsWith("expected an array at character 0 but was the end"));
    }

    private static String error(String line) {
        return String
                .valueOf(assertThrows(IllegalArgumentException.class, () -> Instruction.parse(line)).getMessage());
    }
}
