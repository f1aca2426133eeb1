package tfree.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.file.CorruptFileException;

class TextDocumentsTest {
    @TempDir
    private Path folder;

    @Test
    void splitsAtBlankLinesAndKeepsTheLineBreaksInside() throws IOException {
        assertEquals(List.of("one\n still one", "two"),
                stream("\n\none\n still one\n \t\n\n\ntwo\n\n", TextDocuments.BLANK_LINES));
        assertEquals(List.of("one\r\nmore", "two"), stream("one\r\nmore\r\n\r\ntwo\r\n", TextDocuments.BLANK_LINES));
        assertEquals(List.of(), stream("", TextDocuments.BLANK_LINES));
        assertEquals(List.of("end"), stream("end", TextDocuments.BLANK_LINES));
    }

    @Test
    void splitsAtAChosenLineAndNowhereElse() throws IOException {
        assertEquals(List.of("a\n\nb", "c --- d"), stream("a\n\nb\n---\n---\nc --- d\n", "---"));
        assertEquals(List.of("a\n\nb\n---\nc"), stream("\na\n\nb\n---\nc\n\n", null));
    }

    @Test
    void readsFilesAndFoldersInOrder() throws IOException {
        Files.createDirectories(folder.resolve("texts/b"));
        Files.writeString(folder.resolve("texts/b/z.txt"), "third");
        Files.writeString(folder.resolve("texts/a.txt"), "first\n\nsecond");
        Files.writeString(folder.resolve("texts/.hidden"), "not this");
        Files.writeString(folder.resolve("last"), "\ufefffourth");
        assertEquals(List.of("first", "second", "third", "fourth"), all(TextDocuments
                .of(List.of(folder.resolve("texts"), folder.resolve("last")), TextDocuments.BLANK_LINES)));
    }

    @Test
    void namesTheFileAndTheByteThatIsNoText() throws IOException {
        Path file = folder.resolve("broken.txt");
        Files.write(file, "gut\nschön".getBytes(StandardCharsets.ISO_8859_1));
        CorruptFileException e = assertThrows(CorruptFileException.class,
                () -> all(TextDocuments.of(List.of(file), TextDocuments.BLANK_LINES)));
        assertEquals(file + ": expected UTF-8 but was the byte 0xF6 at byte offset 7 (line 2)", e.getMessage());
    }

    @Test
    void noticesACharacterThatTheEndCutsOff() {
        CorruptFileException e = assertThrows(CorruptFileException.class, () -> all(TextDocuments.of(
                new ByteArrayInputStream(new byte[]{'a', (byte) 0xc3}), "standard input", null)));
        assertTrue(e.toString().contains("standard input: expected UTF-8 but was the byte 0xC3 at byte offset 1"));
    }

    @Test
    void namesAPathThatIsMissing() {
        NoSuchFileException e = assertThrows(NoSuchFileException.class,
                () -> TextDocuments.of(List.of(folder.resolve("absent")), TextDocuments.BLANK_LINES));
        assertTrue(e.toString().contains("absent"));
    }

    private static List<String> stream(String text, @Nullable String separator) throws IOException {
        return all(TextDocuments.of(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "a test",
                separator));
    }

    private static List<String> all(TextDocuments documents) throws IOException {
        List<String> all = new ArrayList<>();
        try (documents) {
            for (String document = documents.next(); document != null; document = documents.next()) {
                all.add(document);
            }
        }
        return all;
    }
}
