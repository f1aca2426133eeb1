package tfree.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Parquet files as a data set's publisher makes them, written by DuckDB: an id, a column of texts, a score. */
public final class ParquetShards {
    private static final String[] WORDS = {"the", "net", "naïve", "Straße", "𝄞", "日本", "of", "and", "\n", "it."};

    private ParquetShards() {}

    /** So many documents of random words. */
    public static List<String> texts(Random random, int documents) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < documents; i++) {
            StringBuilder text = new StringBuilder("document " + i);
            for (int words = random.nextInt(60); words > 0; words--) {
                text.append(' ').append(WORDS[random.nextInt(WORDS.length)]);
            }
            texts.add(text.toString());
        }
        return texts;
    }

    /** A file of rows with these texts in that column, several row groups if there are many. */
    public static byte[] parquet(String column, List<String> texts) throws IOException {
        Path file = Files.createTempFile("shard", ".parquet");
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:"); Statement sql = duck.createStatement()) {
            sql.execute("CREATE TABLE rows (id BIGINT, \"" + column + "\" VARCHAR, score DOUBLE)");
            try (PreparedStatement insert = duck.prepareStatement("INSERT INTO rows VALUES (?, ?, 0.5)")) {
                for (int i = 0; i < texts.size(); i++) {
                    insert.setLong(1, i);
                    insert.setString(2, texts.get(i));
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            sql.execute("COPY rows TO '" + file + "' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 2048)");
            return Files.readAllBytes(file);
        } catch (SQLException e) {
            throw new IOException(e);
        } finally {
            Files.delete(file);
        }
    }
}
