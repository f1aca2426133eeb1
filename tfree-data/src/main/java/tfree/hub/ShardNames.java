package tfree.hub;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names for the memory maps of files: the path below the folder that all are in, without {@code .parquet} and the like
 * at its end unless two would then be the same. Names depend on all files of a configuration, not on how many are asked
 * for.
 */
final class ShardNames {
    private static final Pattern ENDING = Pattern.compile("\\.(?:parquet|jsonl|ndjson|json)(?:\\.(?:gz|zst))?$");
    private static final Pattern SAFE = Pattern.compile("(?!\\.{1,2}$)[^\\\\:*?\"<>|\\p{Cntrl}/]+");

    private ShardNames() {}

    /** Path → name, in the order of the files. */
    static Map<String, String> of(List<HubFile> files) throws HubException {
        List<String> paths = files.stream().map(HubFile::path).toList();
        int skip = commonFolder(paths);
        Map<String, String> names = new LinkedHashMap<>();
        Set<String> used = new HashSet<>();
        for (String path : paths) {
            String name = ENDING.matcher(path.substring(skip)).replaceFirst("");
            name = used.add(name) ? name : path.substring(skip);
            names.put(path, name);
            for (String part : name.split("/", -1)) {
                requireSafe(part, path);
            }
        }
        return names;
    }

    /** Guards the folder that is written to against names such as {@code ..}, which would lead out of it. */
    static String requireSafe(String name, String place) throws HubException {
        if (!SAFE.matcher(name).matches()) {
            throw new HubException(place + ": expected a name that can be a file's but was \"" + name + "\"");
        }
        return name;
    }

    /** The length of the folder that all paths are in, with its slash. */
    private static int commonFolder(List<String> paths) {
        String folder = paths.getFirst().substring(0, paths.getFirst().lastIndexOf('/') + 1);
        for (String path : paths) {
            while (!path.startsWith(folder)) {
                folder = folder.substring(0, folder.lastIndexOf('/', folder.length() - 2) + 1);
            }
        }
        return folder.length();
    }
}
