package tfree.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.checkpoint.Checkpoint;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DemoTest {
    private static final Pattern DATA = Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>",
            Pattern.DOTALL);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void doesTheMainJobFromTextToPage() throws IOException {
        Path output = folder.resolve("a demo's folder");
        Files.createDirectories(output);
        Files.writeString(output.resolve("report.html"), "an earlier demo's");
        Files.writeString(output.resolve("notes.txt"), "the person's own");
        StringWriter out = new StringWriter();
        new Demo("sl", 0.05, output, new PrintWriter(out, true)).run();

        assertTrue(out.toString().contains("Slovenian: "), out.toString());
        assertTrue(out.toString().contains("report      " + output.resolve("report.html")), out.toString());
        assertEquals("the person's own", Files.readString(output.resolve("notes.txt")));
        int steps = Files.readAllLines(output.resolve("metrics.jsonl")).size();
        assertEquals(steps, Checkpoint.open(output.resolve("checkpoints")).state().iterations());

        String page = Files.readString(output.resolve("report.html"));
        assertFalse(page.contains("{{"), "a place that was not filled");
        assertFalse(Pattern.compile("(src|href)=\"?http").matcher(page).find(), "the page needs the network");
        JsonNode data = data(page);
        assertTrue(data.get("title").asString().startsWith("T-Free learned Slovenian in "));
        assertEquals(3, data.get("samples").size());
        assertEquals(data.get("steps").size(), data.get("validation").size());
        assertTrue(Double.parseDouble(data.get("figures").get(0).get(0).asString()) > 0);
        assertEquals(10, data.get("word").get("words").get(0).get("trigrams").get(0).get("slots").size());
    }

    private static JsonNode data(String page) {
        Matcher matcher = DATA.matcher(page);
        assertTrue(matcher.find());
        return JsonMapper.builder().build().readTree(matcher.group(1));
    }
}
