package tfree.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadmeExampleTest {
    @Test
    void runs() {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            ReadmeExample.main();
        } finally {
            System.setOut(before);
        }
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertTrue(lines.getFirst().startsWith("[Hello, World, !] ["), lines.toString());
        assertTrue(lines.size() >= 2, lines.toString());
    }

    @Test
    void standsInTheReadmeAsItIsCompiled() throws IOException {
        String source = Files.readString(Path.of("src/test/java/tfree/example/ReadmeExample.java"));
        String code = source.substring(source.indexOf("// README: begin\n") + "// README: begin\n".length(),
                source.indexOf("        // README: end")).stripTrailing().stripIndent().strip();
        String readme = Files.readString(Path.of("..", "README.md"));
        int java = readme.indexOf("```java\n") + "```java\n".length();
        assertEquals(code, readme.substring(java, readme.indexOf("\n```", java)));
    }
}
