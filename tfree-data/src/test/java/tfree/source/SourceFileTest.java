package tfree.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceFileTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void writeFiles() throws IOException {
        for (String name : List.of("b.txt", "a file.jsonl", "ü/東京.parquet", "ü/x/deep.parquet", "top.parquet",
                ".hidden/in.txt", "ü/.dot", "[odd]*.txt")) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }
    }

    @Test
    void aFolderStandsForAllFilesBelowIt() throws IOException {
        assertEquals(List.of("[odd]*.txt", "a file.jsonl", "b.txt", "top.parquet", "ü/x/deep.parquet", "ü/東京.parquet"),
                names(folder.toString()));
    }

    @Test
    void aFileStandsForItselfAlsoAHiddenOne() throws IOException {
        assertEquals(List.of("b.txt", "in.txt", "b.txt"),
                names(folder + "/b.txt", folder + "/.hidden/in.txt", folder + "/b.txt"));
    }

    @Test
    void aGlobStandsForWhatItMatches() throws IOException {
        assertEquals(List.of("top.parquet"), names(folder + "/*.parquet"));
        assertEquals(List.of("top.parquet", "ü/x/deep.parquet", "ü/東京.parquet"), names(folder + "/**/*.parquet"));
        assertEquals(List.of("x/deep.parquet", "東京.parquet"), names(folder + "/ü/**"));
        assertEquals(List.of("ü/東京.parquet"), names(folder + "/*/??.parquet"));
        assertEquals(List.of("a file.jsonl", "b.txt"), names(folder + "/[ab]*.{txt,jsonl}"));
    }

    @Test
    void aFileWhoseNameLooksLikeAGlobIsTakenAsItIs() throws IOException {
        assertEquals(List.of("[odd]*.txt"), names(folder + "/[odd]*.txt"));
    }

    @Test
    void aNameThatStandsForNothingIsAnError() throws IOException {
        assertThrows(NoSuchFileException.class, () -> names(folder + "/absent"));
        assertThrows(NoSuchFileException.class, () -> names(folder + "/*.absent"));
        assertThrows(NoSuchFileException.class, () -> names(folder + "/absent/*.txt"));
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThrows(NoSuchFileException.class, () -> names(empty.toString()));
    }

    @Test
    void followsLinksAndNoticesACircle() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.createSymbolicLink(other.resolve("link"), folder.resolve("ü/x"));
        assertEquals(List.of("link/deep.parquet"), names(other.toString()));
        Files.createSymbolicLink(other.resolve("round"), other);
        FileSystemException e = assertThrows(FileSystemException.class, () -> names(other.toString()));
        assertTrue(String.valueOf(e.getMessage()).endsWith("expected folders but this link leads round in a circle"),
                e.getMessage());
    }

    private static List<String> names(String... names) throws IOException {
        return SourceFile.named(Arrays.asList(names)).stream().map(file -> file.name().toString()).toList();
    }
}
