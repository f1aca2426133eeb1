package tfree.golden;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Golden cases among the test resources: {@code golden/<path>}, where a large file may be stored as {@code <path>.gz}
 * and is still asked for by its plain name.
 */
public final class Golden {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Golden() {}

    /** The file's bytes, unpacked. */
    public static byte[] bytes(String path) {
        try (InputStream in = open(path)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One JSON document. */
    public static JsonNode json(String path) {
        return JSON.readTree(bytes(path));
    }

    /** One JSON value a line. */
    public static List<JsonNode> jsonLines(String path) {
        return new String(bytes(path), StandardCharsets.UTF_8).lines().map(JSON::readTree).toList();
    }

    /** One NumPy array. */
    public static NpyArray npy(String path) {
        return NpyArray.parse(bytes(path));
    }

    /** The arrays of a NumPy archive by name, in the file's order. */
    public static Map<String, NpyArray> npz(String path) {
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes(path)))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                String name = entry.getName().replaceFirst("\\.npy$", "");
                arrays.put(name, NpyArray.parse(zip.readAllBytes()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return arrays;
    }

    private static InputStream open(String path) throws IOException {
        InputStream plain = Golden.class.getResourceAsStream("/golden/" + path);
        if (plain != null) {
            return new BufferedInputStream(plain);
        }
        InputStream packed = Golden.class.getResourceAsStream("/golden/" + path + ".gz");
        if (packed == null) {
            throw new FileNotFoundException("no golden case /golden/" + path + "[.gz] among the test resources");
        }
        return new GZIPInputStream(packed, 1 << 16);
    }
}
