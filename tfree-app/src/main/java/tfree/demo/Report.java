package tfree.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import tfree.file.AtomicFile;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a training run came to, as one HTML page that needs nothing but itself: the charts' library, the style and the
 * data are inside.
 *
 * @param figures what stands out: value and label
 * @param steps   the steps of the curves' points; {@code loss}, {@code validation} and {@code learningRate} lie beside
 *                them, with null where nothing was measured
 * @param scores  how good the model is: name and value
 * @param card    the model card: name and value
 */
record Report(String title, String subtitle, List<List<String>> figures, List<Integer> steps,
        List<@Nullable Double> loss, List<@Nullable Double> validation, List<@Nullable Double> learningRate,
        List<Sample> samples, List<List<String>> scores, WordPicture word, List<List<String>> card) {

    private static final String WEBJARS = "/META-INF/resources/webjars/uplot/";
    private static final String UPLOT_POM = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.LOWER_CAMEL_CASE).build();

    /** One generated text. */
    record Sample(String prompt, String continuation, String settings) {}

    /** Words whose trigrams and slots are drawn above one another. */
    record WordPicture(int vocabSize, String text, List<Word> words) {}

    /** A word's trigrams in order of first occurrence. */
    record Word(String word, List<Trigram> trigrams) {}

    /** A trigram as text, and its row of slots. */
    record Trigram(String text, int[] slots) {}

    /** Writes the page; it appears whole or not at all. */
    void write(Path file) throws IOException {
        String uplot = WEBJARS + version() + "/dist/uPlot";
        // "</" would end the script element that holds the data.
        String data = JSON.writeValueAsString(this).replace("</", "<\\/");
        String page = resource("report.html").replace("{{title}}", escape(title))
                .replace("{{uplot.css}}", resource(uplot + ".min.css"))
                .replace("{{uplot.js}}", resource(uplot + ".iife.min.js"))
                .replace("{{data}}", data);
        AtomicFile.write(file, page.getBytes(StandardCharsets.UTF_8));
    }

    /** The charts' library stands in its jar under its version. */
    private static String version() throws IOException {
        Properties pom = new Properties();
        pom.load(new StringReader(resource(UPLOT_POM)));
        return Objects.requireNonNull(pom.getProperty("version"), UPLOT_POM);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Report.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
