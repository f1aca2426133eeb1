package tfree.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import tfree.golden.Golden;
import tools.jackson.databind.JsonNode;

class PythonTextTest {
    @Test
    void lowersAndStripsAsPython() {
        for (JsonNode c : Golden.jsonLines("A_wordsplit/lower_strip.jsonl")) {
            String text = c.get("text").asString();
            assertEquals(c.get("lower").asString(), PythonText.lower(text), () -> "case " + c.get("id"));
            assertEquals(c.get("strip").asString(), PythonText.strip(text), () -> "case " + c.get("id"));
        }
    }

    @Test
    void stripsOnlyTheBeginningWhenAskedTo() {
        assertEquals("a \u00a0", PythonText.stripLeading("\u0085 a \u00a0"));
    }

    @Test
    void knowsPythonsSpaces() {
        BitSet spaces = codePoints(Golden.json("A_wordsplit/unicode_classes.json").get("isspace_used_by_strip"));
        for (char c = 0; c < Character.MAX_VALUE; c++) {
            assertEquals(spaces.get(c), PythonText.isSpace(c), Integer.toHexString(c));
        }
    }

    @Test
    void knowsTheOriginalsWordCharacters() {
        BitSet wordCharacters = codePoints(Golden.json("A_wordsplit/unicode_classes.json").get("word_run_char"));
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            assertEquals(wordCharacters.get(c), WordCharacters.contains(c), Integer.toHexString(c));
        }
    }

    private static BitSet codePoints(JsonNode ranges) {
        BitSet set = new BitSet();
        ranges.forEach(range -> set.set(range.get(0).asInt(), range.get(1).asInt() + 1));
        return set;
    }
}
