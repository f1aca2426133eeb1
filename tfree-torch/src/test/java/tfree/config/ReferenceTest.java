package tfree.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The tables of fields in docs/train.md say what the program does: every field, its default, whether it has an effect. */
class ReferenceTest {
    private static final Path PAGE = Path.of("..", "docs", "train.md");
    private static final Pattern ROW = Pattern.compile("\\| `([a-z0-9_.]+)` \\| (.*?) \\| (.+?) \\|");
    private static final Pattern DEFAULT = Pattern.compile("(.*?)(?: \\[(.+)\\])?");
    private static final String REQUIRED = "–";
    private static final String NO_EFFECT = "no effect: ";

    /** A row: the default as it is written, and what the field does. */
    private record Row(String defaultValue, String meaning) {}

    @Test
    void namesEveryFieldInOrder() throws IOException {
        RunConfig any = RunConfigFile.parse(RunConfigFileTest.MINIMAL, List.of());
        assertEquals(List.copyOf(SectionReader.flat(any).keySet()), List.copyOf(rows().keySet()));
    }

    @Test
    void givesEveryDefault() throws IOException {
        Map<String, @Nullable Object> defaults = RunConfigFile.defaults();
        Map<String, @Nullable Object> trainers = RunConfigFile.trainerDefaults();
        rows().forEach((field, row) -> {
            Matcher given = DEFAULT.matcher(row.defaultValue());
            assertTrue(given.matches(), field);
            String value = Objects.requireNonNull(given.group(1));
            assertEquals(value.equals(REQUIRED), !defaults.containsKey(field), field);
            if (!value.equals(REQUIRED)) {
                assertEquals(defaults.get(field), RunConfigFile.value(value.replace("\\|", "|")), field);
            }
            String trainersValue = given.group(2);
            assertEquals(trainers.get(field), trainersValue == null ? null : RunConfigFile.value(trainersValue), field);
        });
    }

    @Test
    void saysWhichFieldsChangeNothingAndWhy() throws IOException {
        Map<String, Row> rows = rows();
        rows.forEach((field, row) -> {
            String reason = IgnoredFields.REASONS.get(field);
            if (reason != null) {
                assertEquals(NO_EFFECT + reason, row.meaning(), field);
            } else {
                assertTrue(!row.meaning().startsWith(NO_EFFECT), field + " has an effect");
            }
        });
        assertTrue(rows.keySet().containsAll(IgnoredFields.REASONS.keySet()));
    }

    private static Map<String, Row> rows() throws IOException {
        Map<String, Row> rows = new LinkedHashMap<>();
        List<String> sections = new ArrayList<>();
        for (String line : Files.readAllLines(PAGE)) {
            Matcher row = ROW.matcher(line);
            if (line.startsWith("### ")) {
                sections.add(line.substring(4));
            } else if (!sections.isEmpty() && row.matches()) {
                rows.put(sections.getLast() + "." + row.group(1),
                        new Row(Objects.requireNonNull(row.group(2)), Objects.requireNonNull(row.group(3))));
            }
        }
        return rows;
    }
}
