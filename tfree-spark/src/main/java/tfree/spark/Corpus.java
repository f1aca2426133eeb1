package tfree.spark;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.jspecify.annotations.Nullable;
import tfree.file.CorruptFileException;
import tfree.text.Utf8;

/**
 * A corpus wherever Spark can read it: files or folders of a format, with the documents in one column.
 *
 * @param paths   of files, folders or globs, on any file system that Spark reaches
 * @param format  any that Spark knows, such as {@code parquet}, {@code json} (one object a line) or {@code text}
 * @param column  with the texts; null for {@code text}, which the format {@code text} calls {@code value}
 * @param options of Spark's reader for that format
 */
record Corpus(List<String> paths, String format, @Nullable String column, Map<String, String> options) {
    /** The column of {@link #documents} with a document's UTF-8 bytes, null where the corpus has null. */
    static final int TEXT = 0;
    /** The column of {@link #documents} with the name of the file that holds the document; empty if it is in none. */
    static final int FILE = 1;

    private static final byte[] NO_TEXT = {};

    /**
     * The documents as rows of {@link #TEXT} and {@link #FILE}. Malformed records are an error unless an option says
     * otherwise: left out silently they would be missed by nobody.
     *
     * @throws IllegalArgumentException when the column is missing or holds no text
     */
    Dataset<Row> documents(SparkSession spark) {
        DataFrameReader reader = spark.read().format(format);
        if (!options.keySet().stream().map(key -> key.toLowerCase(Locale.ROOT)).toList().contains("mode")) {
            reader = reader.option("mode", "FAILFAST");
        }
        return documents(reader.options(options).load(paths.toArray(String[]::new)),
                column != null ? column : format.equals("text") ? "value" : "text");
    }

    /** The documents that stand in a column of a table. */
    static Dataset<Row> documents(Dataset<Row> table, String column) {
        DataType type = typeOf(table, column);
        if (!(type instanceof StringType || type instanceof BinaryType)) {
            throw new IllegalArgumentException(
                    "expected text in the column \"%s\" but was %s; choose another with --column"
                            .formatted(column, type.simpleString()));
        }
        return table.select(functions.col(column).cast("binary").as("text"), functions.input_file_name().as("file"));
    }

    /**
     * The UTF-8 of a row; none where the text is null.
     *
     * @throws CorruptFileException when its bytes are something else
     */
    static byte[] text(Row row) throws CorruptFileException {
        if (row.isNullAt(TEXT)) {
            return NO_TEXT;
        }
        byte[] utf8 = row.getAs(TEXT);
        int invalid = Utf8.firstInvalid(utf8, 0, utf8.length);
        if (invalid < utf8.length) {
            String file = row.getString(FILE);
            throw new CorruptFileException(file.isEmpty() ? "the corpus" : file,
                    "expected UTF-8 but was the byte 0x%02X at byte %d of a document; convert the text"
                            .formatted(utf8[invalid], invalid));
        }
        return utf8;
    }

    private static DataType typeOf(Dataset<Row> table, String column) {
        try {
            return table.select(column).schema().fields()[0].dataType();
        } catch (Exception e) { // Scala throws what it does not declare
            if (e instanceof AnalysisException) {
                throw new IllegalArgumentException("expected a column \"%s\" but was %s; choose one with --column"
                        .formatted(column, List.of(table.columns())), e);
            }
            throw e;
        }
    }
}
