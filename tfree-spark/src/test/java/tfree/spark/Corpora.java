package tfree.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Random corpora: few words, so that many counts tie, in many scripts, with special words, nulls and empty documents. */
final class Corpora {
    private static final List<String> PIECES = List.of("the", "a", "house", "Haus", "é", "été", "\u00df", "中", "日本語",
            "\uff5e", "😀", "𝒳", "1", ".", ",", "  ", "\n\n", "\t", "<|endoftext|>", "<|mine|>", "<|>", "<|", "|>",
            "antidisestablishmentarianism");

    private Corpora() {}

    static List<@Nullable String> random(Random random, int documents) {
        List<@Nullable String> texts = new ArrayList<>();
        for (int i = 0; i < documents; i++) {
            texts.add(switch (random.nextInt(12)) {
                case 0 -> null;
                case 1 -> "";
                default -> text(random);
            });
        }
        return texts;
    }

    /** A table with the texts in its second column. */
    static Dataset<Row> table(SparkSession spark, List<@Nullable String> texts, String column) {
        List<Row> rows = new ArrayList<>();
        for (String text : texts) {
            rows.add(RowFactory.create((long) rows.size(), text));
        }
        return spark.createDataFrame(rows, new StructType().add("id", DataTypes.LongType).add(column,
                DataTypes.StringType));
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(60); n >= 0; n--) {
            text.append(random.nextInt(5) == 0
                    ? Integer.toString(random.nextInt(500), 36).replaceAll("\\d", "x")
                    : PIECES.get(random.nextInt(PIECES.size()))).append(random.nextBoolean() ? " " : "");
        }
        return text.toString();
    }
}
