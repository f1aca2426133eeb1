package tfree.hub;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * What a data set's {@code README.md} says about its files, in the YAML between {@code ---} lines at its top:
 *
 * <pre>
 * configs:
 * - config_name: CC-MAIN-2019-04
 *   data_files:
 *   - split: train
 *     path: data/CC-MAIN-2019-04/*
 * </pre>
 *
 * {@code data_files} may also be a pattern, a list of patterns, or patterns by split; {@code data_dir} is a folder that
 * they are relative to.
 */
final class DatasetCard {
    private static final Pattern FRONT_MATTER = Pattern.compile("\\s*---[ \\t]*\\R(.*?)\\R---[ \\t]*(?:\\R.*)?",
            Pattern.DOTALL);
    private static final int LARGEST = 64 << 20;

    private DatasetCard() {}

    /**
     * A configuration ("subset") of a data set.
     *
     * @param folder   where its files are, empty for the root
     * @param patterns by split, from the root; empty when the files follow the conventions of {@link SplitNames}
     */
    record Config(String name, boolean isDefault, String folder, Map<String, List<String>> patterns) {}

    /**
     * The configurations that the card lists, in its order; none when it lists none.
     *
     * @param source what the card is called in errors
     */
    static List<Config> configs(String readme, String source) throws HubException {
        Matcher frontMatter = FRONT_MATTER.matcher(readme);
        if (!frontMatter.matches()) {
            return List.of();
        }
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(LARGEST);
        Object yaml;
        try {
            yaml = new Yaml(new SafeConstructor(options)).load(frontMatter.group(1));
        } catch (YAMLException e) {
            throw new HubException(source + ": expected YAML at its top but " + e.getMessage(), e);
        }
        List<Config> configs = new ArrayList<>();
        if (yaml instanceof Map<?, ?> card && card.get("configs") instanceof List<?> list) {
            for (Object entry : list) {
                if (entry instanceof Map<?, ?> config && config.get("config_name") != null) {
                    configs.add(config(config, source));
                }
            }
        }
        return configs;
    }

    private static Config config(Map<?, ?> config, String source) throws HubException {
        String name = String.valueOf(config.get("config_name"));
        String folder = Objects.toString(config.get("data_dir"), "").replaceAll("^(\\./|/)+|/+$", "");
        Map<String, List<String>> patterns = new LinkedHashMap<>();
        if (config.get("data_files") != null) {
            splits(config.get("data_files"), source + ": config " + name).forEach((split, paths) -> patterns.put(split,
                    paths.stream().map(path -> inside(folder, path)).toList()));
        }
        return new Config(name, Boolean.TRUE.equals(config.get("default")), folder, patterns);
    }

    private static Map<String, List<String>> splits(@Nullable Object dataFiles, String place) throws HubException {
        Map<String, List<String>> splits = new LinkedHashMap<>();
        if (dataFiles instanceof Map<?, ?> bySplit) {
            for (Map.Entry<?, ?> split : bySplit.entrySet()) {
                splits.put(String.valueOf(split.getKey()), paths(split.getValue(), place));
            }
        } else if (dataFiles instanceof List<?> list && list.stream().allMatch(Map.class::isInstance)) {
            for (Object entry : list) {
                Map<?, ?> split = (Map<?, ?>) entry;
                splits.put(Objects.toString(split.get("split"), "train"), paths(split.get("path"), place));
            }
        } else {
            splits.put("train", paths(dataFiles, place));
        }
        return splits;
    }

    private static List<String> paths(@Nullable Object paths, String place) throws HubException {
        List<?> list = paths instanceof List<?> several ? several : paths == null ? List.of() : List.of(paths);
        if (list.isEmpty() || !list.stream().allMatch(String.class::isInstance)) {
            throw new HubException(place + ": expected paths in data_files but was " + paths);
        }
        return list.stream().map(String.class::cast).toList();
    }

    private static String inside(String folder, String path) {
        String relative = path.replaceFirst("^(\\./)+", "");
        return folder.isEmpty() ? relative : folder + "/" + relative;
    }
}
