package tfree.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tfree.data.Documents;

/** Reads sources whole. */
final class Reading {
    private Reading() {}

    static List<String> all(Path file) throws IOException {
        return all(DocumentFiles.open(file, SourceOptions.DEFAULT));
    }

    static List<String> all(Documents documents) throws IOException {
        List<String> all = new ArrayList<>();
        try (documents) {
            for (String document = documents.next(); document != null; document = documents.next()) {
                all.add(document);
            }
        }
        return all;
    }

    /** A test resource as a file of its own. */
    static Path resource(String name, Path folder) throws IOException {
        return Files.write(folder.resolve(name), resource(name));
    }

    static byte[] resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(Reading.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        }
    }
}
