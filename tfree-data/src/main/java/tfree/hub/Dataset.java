package tfree.hub;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tfree.hub.DatasetCard.Config;
import tfree.source.SourceFormat;

/**
 * A data set at one commit: its configurations ("subsets") and the files of each, as its card lists them, or by the
 * hub's conventions when the card lists none. Then {@code default} is everything, and each folder is a configuration of
 * its name. Not thread-safe.
 */
public final class Dataset {
    private static final Pattern NO_DATA = Pattern
            .compile("(?:.*/)?(?:config|dataset_infos?|dataset_dict|dummy_data)\\.json|(?:.*/)?[.].*|(?:.*/)?__.*");
    private static final int NAMES_SHOWN = 12;

    private final Repository repository;
    private final Map<String, Config> configs;
    private final Map<String, List<HubFile>> listings = new HashMap<>();

    private Dataset(Repository repository, List<Config> configs) {
        this.repository = repository;
        this.configs = new LinkedHashMap<>();
        configs.forEach(config -> this.configs.putIfAbsent(config.name(), config));
    }

    static Dataset open(Repository repository) throws IOException, InterruptedException {
        String readme = repository.text("README.md");
        List<Config> configs = readme == null
                ? List.of()
                : DatasetCard.configs(readme, repository.name() + "/README.md");
        return configs.isEmpty() ? ofFolders(repository) : new Dataset(repository, configs);
    }

    private static Dataset ofFolders(Repository repository) throws IOException, InterruptedException {
        List<HubFile> files = repository.files("");
        Map<String, Config> configs = new TreeMap<>();
        for (HubFile file : files) {
            if (isData(file.path())) {
                String[] parts = file.path().split("/");
                int depth = parts[0].equals("data") ? 2 : 1;
                if (parts.length > depth) {
                    String folder = String.join("/", List.of(parts).subList(0, depth));
                    configs.putIfAbsent(parts[depth - 1], new Config(parts[depth - 1], false, folder, Map.of()));
                }
            }
        }
        List<Config> all = new ArrayList<>(List.of(new Config("default", true, "", Map.of())));
        all.addAll(configs.values());
        Dataset dataset = new Dataset(repository, all);
        dataset.listings.put("", files);
        return dataset;
    }

    /** Owner and name. */
    public String name() {
        return repository.name();
    }

    /** The commit that everything is read at. */
    public String commit() {
        return repository.commit();
    }

    /** The names of the configurations. */
    public List<String> configs() {
        return List.copyOf(configs.keySet());
    }

    /**
     * The configuration to take when none is named.
     *
     * @throws IllegalArgumentException when there are several and none is the default
     */
    public String defaultConfig() {
        List<String> defaults = configs.values().stream()
                .filter(config -> configs.size() == 1 || config.isDefault() || config.name().equals("default"))
                .map(Config::name).toList();
        if (defaults.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected --config for " + name() + ", one of " + shown(configs(), "") + ", but was none");
        }
        return defaults.getFirst();
    }

    /**
     * The Parquet and JSON Lines files of a split of a configuration, in the order of their paths.
     *
     * @throws IllegalArgumentException when there is no such configuration or split, or it has no such files
     */
    List<HubFile> files(String config, String split) throws IOException, InterruptedException {
        Config chosen = configs.get(config);
        if (chosen == null) {
            throw new IllegalArgumentException("expected a config of " + name() + ", one of "
                    + shown(configs(), config) + ", but was " + config);
        }
        Map<String, List<HubFile>> splits = chosen.patterns().isEmpty() ? byConvention(chosen) : byPattern(chosen);
        List<HubFile> files = splits.get(split);
        if (files == null) {
            throw new IllegalArgumentException("expected a split of " + name() + ", config " + config + ", one of "
                    + shown(List.copyOf(splits.keySet()), split) + ", but was " + split);
        }
        List<HubFile> data = files.stream().filter(file -> isData(file.path())).toList();
        if (files.isEmpty()) {
            throw new IllegalArgumentException("expected files of " + name() + ", config " + config + ", split " + split
                    + ", at " + chosen.patterns().get(split) + " but there are none");
        }
        if (data.isEmpty()) {
            throw new IllegalArgumentException("expected Parquet or JSON Lines in " + name() + ", config " + config
                    + ", but was " + files.getFirst().path()
                    + "; the hub may have it as Parquet: --revision refs/convert/parquet");
        }
        return data;
    }

    Repository repository() {
        return repository;
    }

    private Map<String, List<HubFile>> byPattern(Config config) throws IOException, InterruptedException {
        Map<String, List<HubFile>> splits = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> split : config.patterns().entrySet()) {
            Map<String, HubFile> matching = new TreeMap<>();
            for (String pattern : split.getValue()) {
                FilePattern wanted = new FilePattern(pattern);
                for (HubFile file : listing(wanted.folder())) {
                    if (wanted.matches(file.path())) {
                        matching.put(file.path(), file);
                    }
                }
            }
            splits.put(split.getKey(), List.copyOf(matching.values()));
        }
        return splits;
    }

    private Map<String, List<HubFile>> byConvention(Config config) throws IOException, InterruptedException {
        String folder = config.folder();
        int skip = folder.isEmpty() ? 0 : folder.length() + 1;
        Map<String, HubFile> byName = new LinkedHashMap<>();
        oneFormat(listing(folder)).forEach(file -> byName.put(file.path().substring(skip), file));
        Map<String, List<HubFile>> splits = new LinkedHashMap<>();
        SplitNames.of(List.copyOf(byName.keySet()))
                .forEach((split, paths) -> splits.put(split, paths.stream().map(byName::get).toList()));
        return splits;
    }

    /** The files of the format that most are of: the same data may be there in two. */
    private static List<HubFile> oneFormat(List<HubFile> files) {
        Map<SourceFormat, List<HubFile>> formats = files.stream().filter(file -> isData(file.path()))
                .collect(Collectors.groupingBy(file -> SourceFormat.of(Path.of(file.path()))));
        return formats.entrySet().stream()
                .max(Comparator
                        .comparingInt((Map.Entry<SourceFormat, List<HubFile>> format) -> format.getValue().size())
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getValue).orElse(List.of());
    }

    private List<HubFile> listing(String folder) throws IOException, InterruptedException {
        List<HubFile> files = listings.get(folder);
        if (files == null) {
            files = repository.files(folder);
            listings.put(folder, files);
        }
        return files;
    }

    private static boolean isData(String path) {
        return SourceFormat.of(Path.of(path)) != SourceFormat.TEXT && !NO_DATA.matcher(path).matches();
    }

    /** Some of the names, those first that begin like the one asked for. */
    private static String shown(List<String> names, String like) {
        List<String> sorted = names.stream()
                .sorted(Comparator.comparingInt((String name) -> -commonPrefix(name, like))).toList();
        int rest = sorted.size() - NAMES_SHOWN;
        return String.join(", ", sorted.subList(0, Math.min(sorted.size(), NAMES_SHOWN)))
                + (rest > 0 ? " (and " + rest + " more)" : "");
    }

    private static int commonPrefix(String a, String b) {
        int length = 0;
        while (length < Math.min(a.length(), b.length()) && a.charAt(length) == b.charAt(length)) {
            length++;
        }
        return length;
    }
}
