package tfree.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.file.CorruptFileException;

class JsonLinesDocumentsTest {
    private static final SourceOptions OPTIONS = SourceOptions.DEFAULT;

    @TempDir
    private Path folder;

    @Test
    void takesAFieldOfEveryLine() throws IOException {
        assertEquals(List.of("one\ntwo", "東京 𝄞", "\t é"), read("""
                {"id": 1, "text": "one\\ntwo", "meta": {"text": "not this", "list": [1, {"text": 2}]}}

                {"text": "東京 \\ud834\\udd1e"}\r
                  {"text":"\\t é"}"""));
    }

    @Test
    void theLastOfTwoFieldsOfThatNameCounts() throws IOException {
        assertEquals(List.of("second"), read("{\"text\": \"first\", \"text\": \"second\"}"));
    }

    @Test
    void passesOverNullAndNothingAndCountsThem() throws IOException {
        try (SourceDocuments documents = open("{\"text\": null}\n{\"text\": \"\"}\n \n{\"text\": \" \"}\n", "text")) {
            assertEquals(" ", documents.next());
            assertEquals(2, documents.passedOver());
        }
    }

    @Test
    void readsTheFieldThatIsAskedFor() throws IOException {
        assertEquals(List.of("b"), Reading.all(open("{\"a\": 1, \"body.text\": \"b\"}", "body.text")));
    }

    @Test
    void saysWhatALineIsInsteadOfAnObjectWithTheField() {
        assertEquals("a test: line 2: expected a JSON object but was an array", error("{\"text\":\"a\"}\n[1]\n"));
        assertEquals("a test: line 1: expected a JSON object but was a string", error("\"text\""));
        assertEquals("a test: line 1: expected a string in field \"text\" but was a number", error("{\"text\": 1.5}"));
        assertEquals("a test: line 1: expected a string in field \"text\" but was an object", error("{\"text\": {}}"));
        assertEquals("a test: line 1: expected a field \"text\" but the object has: id, url; name one with --field",
                error("{\"id\": 1, \"url\": \"text\"}"));
        assertEquals("a test: line 1: expected a field \"text\" but the object has: none; name one with --field",
                error("{}"));
        assertEquals("a test: line 1: expected one JSON object but was more",
                error("{\"text\":\"a\"}{\"text\":\"b\"}"));
    }

    @Test
    void aLoneSurrogateIsNoText() {
        assertEquals("a test: line 1: expected whole characters in field \"text\" but was the lone surrogate \\ud834",
                error("{\"text\":\"a\\ud834b\"}"));
        assertEquals("a test: line 1: expected whole characters in field \"text\" but was the lone surrogate \\udd1e",
                error("{\"text\":\"\\udd1e\"}"));
    }

    @Test
    void bytesThatAreNoUtf8AreFound() {
        byte[] bytes = "{\"text\":\"a\"}\n{\"text\":\"_\"}\n".getBytes(StandardCharsets.UTF_8);
        bytes[22] = (byte) 0xe9;
        CorruptFileException e = assertThrows(CorruptFileException.class,
                () -> Reading
                        .all(DocumentFiles.of(new ByteArrayInputStream(bytes), "a test", SourceFormat.JSONL, OPTIONS)));
        assertEquals("a test: expected UTF-8 but was the byte 0xE9 at byte offset 22 (line 2)", e.getMessage());
    }

    @Test
    void cutShortAnywhereItGivesTheWholeLinesBeforeOrAnError() throws IOException {
        byte[] whole = "{\"text\":\"one\"}\n{\"text\":\"zw\u00f6lf\", \"n\": 1}\n{\"text\":\"three\"}"
                .getBytes(StandardCharsets.UTF_8);
        List<String> texts = List.of("one", "zw\u00f6lf", "three");
        Path file = folder.resolve("cut.jsonl");
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            int lines = (int) new String(whole, 0, length, StandardCharsets.ISO_8859_1).chars().filter(c -> c == '\n')
                    .count();
            boolean atLineEnd = length == 0 || whole[length - 1] == '\n' || whole[length] == '\n';
            if (atLineEnd) {
                int complete = length > 0 && whole[length] == '\n' ? lines + 1 : lines;
                assertEquals(texts.subList(0, complete), Reading.all(file), "cut to " + length);
            } else {
                assertThrows(CorruptFileException.class, () -> Reading.all(file), "cut to " + length);
            }
        }
    }

    private static List<String> read(String lines) throws IOException {
        return Reading.all(open(lines, "text"));
    }

    private static String error(String lines) {
        return String.valueOf(assertThrows(CorruptFileException.class, () -> read(lines)).getMessage());
    }

    private static SourceDocuments open(String lines, String field) throws IOException {
        return DocumentFiles.of(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)), "a test",
                SourceFormat.JSONL, new SourceOptions(null, field, "text"));
    }
}
