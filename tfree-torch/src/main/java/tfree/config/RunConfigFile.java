package tfree.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;
import tfree.model.ArchitectureConfig;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads and writes {@link RunConfig}: YAML in, in the original's style too (flow style, comments, trailing commas,
 * {@code True}, {@code None}, {@code 375_010}, {@code 1.}), JSON out, which is YAML as well.
 *
 * <p>A field that its section lacks takes the class default, a section that is missing takes the trainer's.
 */
public final class RunConfigFile {
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final Map<String, Object> DEFAULTS = resource("defaults.yml");
    private static final Map<String, Object> TRAINER_DEFAULTS = resource("trainer-defaults.yml");
    private static final List<String> SECTIONS = List.of("logger", "optimizer", "learning_rate_scheduler",
            "architecture", "tokenizer", "data", "training", "tfree");

    private RunConfigFile() {}

    /**
     * Reads a file and lays overrides on top.
     *
     * @param overrides {@code section.field=value} each, values in YAML
     * @throws ConfigException that names the file or field, what was expected and what was found
     */
    public static RunConfig read(Path file, List<String> overrides) throws IOException {
        try {
            return parse(Files.readString(file), overrides);
        } catch (NoSuchFileException e) {
            throw new ConfigException("%s: expected a configuration file but there is none".formatted(file), e);
        } catch (ConfigException e) {
            throw new ConfigException(file + ": " + e.getMessage(), e);
        }
    }

    /** As {@link #read}, from the text itself. */
    public static RunConfig parse(String yaml, List<String> overrides) {
        Map<String, Object> values = load(yaml);
        overrides.forEach(override -> apply(override, values));
        return bind(values);
    }

    /** The configuration of a checkpoint, whose section {@code tfree} stands in a file of its own. */
    public static RunConfig parseWithTFree(String yaml, String tfree) {
        Map<String, Object> values = load(yaml);
        values.put("tfree", load(tfree));
        return bind(values);
    }

    /** The configuration whose sections are given one by one, those of a checkpoint without a context for example. */
    public static RunConfig parseSections(Map<String, String> sections) {
        Map<String, Object> values = new LinkedHashMap<>();
        sections.forEach((name, yaml) -> values.put(name, load(yaml)));
        return bind(values);
    }

    private static RunConfig bind(Map<String, Object> values) {
        for (String name : values.keySet()) {
            if (!SECTIONS.contains(name)) {
                throw SectionReader.unknown("", name, SECTIONS);
            }
        }
        return new RunConfig(section(ArchitectureConfig.class, "architecture", values),
                section(RunConfig.Tokenizer.class, "tokenizer", values),
                section(RunConfig.Data.class, "data", values),
                section(RunConfig.Training.class, "training", values),
                section(RunConfig.Optimizer.class, "optimizer", values),
                section(RunConfig.Schedule.class, "learning_rate_scheduler", values),
                section(RunConfig.Logger.class, "logger", values), section(RunConfig.TFree.class, "tfree", values));
    }

    /** One section on its own, as the files of a checkpoint hold it; {@code section} names it in messages. */
    public static <R extends Record> R parseSection(Class<R> type, String section, String yaml) {
        return section(type, section, Map.of(section, load(yaml)));
    }

    /** The whole configuration without the section {@code tfree}, as JSON text: the original reads it. */
    public static String toJson(RunConfig config) {
        Map<String, @Nullable Object> sections = SectionReader.write(config);
        sections.remove("tfree");
        return JSON.writeValueAsString(sections);
    }

    /** The whole configuration as JSON text: what {@link #read} reads back. */
    public static String toJsonWithTFree(RunConfig config) {
        return JSON.writeValueAsString(SectionReader.write(config));
    }

    /** One section as JSON text. */
    public static String sectionToJson(Record section) {
        return JSON.writeValueAsString(SectionReader.write(section));
    }

    private static <R extends Record> R section(Class<R> type, String name, Map<String, ?> values) {
        Map<String, Object> merged = new LinkedHashMap<>(section(DEFAULTS.get(name), name));
        if (values.get(name) == null) {
            merged.putAll(section(TRAINER_DEFAULTS.getOrDefault(name, Map.of()), name));
        } else {
            merged.putAll(section(values.get(name), name));
        }
        for (Map.Entry<String, Object> field : merged.entrySet()) {
            Object nested = DEFAULTS.get(name + "." + field.getKey());
            if (nested != null) {
                Map<String, Object> inner = new LinkedHashMap<>(section(nested, name));
                inner.putAll(section(field.getValue(), name + "." + field.getKey()));
                field.setValue(inner);
            }
        }
        return SectionReader.read(type, merged, name);
    }

    /** What a field is when its section is given without it; one that has to be given is absent. */
    static Map<String, @Nullable Object> defaults() {
        return byPath(DEFAULTS);
    }

    /** What a field is when its whole section is missing, where that differs from {@link #defaults}. */
    static Map<String, @Nullable Object> trainerDefaults() {
        return byPath(TRAINER_DEFAULTS);
    }

    private static Map<String, @Nullable Object> byPath(Map<String, Object> sections) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        sections.forEach((section, values) -> section(values, section)
                .forEach((field, value) -> fields.put(section + "." + field, value)));
        return fields;
    }

    /** The value as a map of names, or an error that says where a section was expected. */
    static Map<String, Object> section(@Nullable Object value, String place) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new ConfigException("%s: expected a section but was %s".formatted(place, value));
        }
        Map<String, Object> out = new LinkedHashMap<>();
        map.forEach((k, v) -> out.put(String.valueOf(k), v));
        return out;
    }

    private static void apply(String override, Map<String, Object> values) {
        int equals = override.indexOf('=');
        List<String> path = equals < 0 ? List.of() : List.of(override.substring(0, equals).split("\\.", -1));
        if (path.size() < 2) {
            throw new ConfigException(
                    "--set: expected section.field=value (such as training.iterations=100) but was " + override);
        }
        Map<String, Object> parent = values;
        for (String name : path.subList(0, path.size() - 1)) {
            Map<String, Object> child = parent.get(name) == null ? new LinkedHashMap<>()
                    : section(parent.get(name), name);
            parent.put(name, child);
            parent = child;
        }
        parent.put(path.getLast(), value(override.substring(equals + 1)));
    }

    static @Nullable Object value(String yaml) {
        try {
            return yaml().load(yaml);
        } catch (YAMLException e) {
            throw new ConfigException("--set: expected a YAML value but was " + yaml, e);
        }
    }

    private static Map<String, Object> load(String yaml) {
        Object root;
        try {
            root = yaml().load(yaml);
        } catch (YAMLException e) {
            throw new ConfigException("not YAML: " + String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " "), e);
        }
        return root == null ? new LinkedHashMap<>() : section(root, "configuration");
    }

    private static Yaml yaml() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        DumperOptions unused = new DumperOptions();
        return new Yaml(new SafeConstructor(options), new Representer(unused), unused, options, new PublishedStyle());
    }

    /** YAML 1.1, and as plain words what the published files have beside it: {@code None}, and {@code 1e-5} as a number. */
    private static final class PublishedStyle extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            super.addImplicitResolvers();
            addImplicitResolver(Tag.NULL, Pattern.compile("None"), "N");
            addImplicitResolver(Tag.FLOAT, Pattern.compile("[-+]?[0-9][0-9_]*(\\.[0-9_]*)?[eE][-+]?[0-9]+"),
                    "-+0123456789");
        }
    }

    private static Map<String, Object> resource(String name) {
        try (InputStream in = RunConfigFile.class.getResourceAsStream(name)) {
            return load(new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
