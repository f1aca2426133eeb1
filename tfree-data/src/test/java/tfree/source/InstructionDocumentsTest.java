package tfree.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import tfree.file.CorruptFileException;

class InstructionDocumentsTest {
    private static final String TURN = "[{\"has_loss\": true, \"type\": \"text\", \"content\": \"Grüße\"}]";

    @Test
    void keepsEveryLineThatIsNotBlank() throws IOException {
        assertEquals(List.of(TURN, "[]"), read("\n  " + TURN + "\r\n \t\n[]\u00a0"));
    }

    @Test
    void namesTheLineThatIsNoInstruction() {
        CorruptFileException e = assertThrows(CorruptFileException.class, () -> read(TURN + "\n\n{\"text\": \"a\"}\n"));
        assertEquals("a test: line 3: expected an array at character 0 but was {\"text\": \"a\"}", e.getMessage());
    }

    private static List<String> read(String lines) throws IOException {
        return Reading
                .all(StreamDocuments.of(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)), "a test",
                        SourceFormat.INSTRUCTIONS, SourceOptions.DEFAULT));
    }
}
