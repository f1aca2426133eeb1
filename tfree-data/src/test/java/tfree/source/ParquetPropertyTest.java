package tfree.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random tables that DuckDB writes, with every codec, old and new encodings, small and large row groups. */
class ParquetPropertyTest {
    private static final String[] CODECS = {"uncompressed", "snappy", "gzip", "zstd"};

    @TempDir
    private Path folder;

    @Test
    void readsWhatDuckDbWrote() throws SQLException, IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 24; round++) {
            List<@Nullable String> texts = texts(random);
            Path file = folder.resolve("it's table " + round + ".parquet");
            String options = "FORMAT parquet, COMPRESSION %s, ROW_GROUP_SIZE %d, PARQUET_VERSION %s".formatted(
                    CODECS[round % CODECS.length], random.nextBoolean() ? 2048 : 100_000,
                    random.nextBoolean() ? "V1" : "V2");
            write(file, texts, options);
            String place = options + ", seed " + seed;
            try (SourceDocuments documents = DocumentFiles.open(file, SourceOptions.DEFAULT)) {
                for (String text : texts) {
                    if (text != null && !text.isEmpty()) {
                        assertEquals(text, documents.next(), place);
                    }
                }
                assertEquals(null, documents.next(), place);
                assertEquals(texts.stream().filter(text -> text == null || text.isEmpty()).count(),
                        documents.passedOver(), place);
            }
        }
    }

    /** Few or many, alike or not, some null, some long. */
    private static List<@Nullable String> texts(Random random) {
        int rows = random.nextInt(random.nextBoolean() ? 10 : 10_000);
        int kinds = random.nextBoolean() ? 5 : Integer.MAX_VALUE; // few kinds become a dictionary
        double nulls = random.nextBoolean() ? 0 : random.nextDouble();
        List<@Nullable String> texts = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            int kind = random.nextInt(kinds);
            int length = random.nextInt(200) == 0 ? 50_000 : random.nextInt(40);
            texts.add(random.nextDouble() < nulls
                    ? null
                    : kinds == 5 ? "kind é " + kind : "𝄞 " + kind + " ä".repeat(length).substring(length));
        }
        return texts;
    }

    private static void write(Path file, List<@Nullable String> texts, String options) throws SQLException {
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:"); Statement sql = duck.createStatement()) {
            sql.execute("CREATE TABLE rows (id BIGINT, text VARCHAR)");
            try (PreparedStatement insert = duck.prepareStatement("INSERT INTO rows VALUES (?, ?)")) {
                for (int i = 0; i < texts.size(); i++) {
                    insert.setLong(1, i);
                    insert.setString(2, texts.get(i));
                    insert.addBatch();
                }
                if (!texts.isEmpty()) {
                    insert.executeBatch();
                }
            }
            sql.execute("COPY rows TO '" + Objects.requireNonNull(file.toString()).replace("'", "''") + "' (" + options
                    + ")");
        }
    }
}
