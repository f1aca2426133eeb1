package tfree.spark;

import java.util.Iterator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import tfree.dictionary.TopWords;
import tfree.dictionary.WordList;
import tfree.text.SpecialWords;

/**
 * The dictionary of a corpus: what {@code tfree dictionary build} makes of the same documents, to the byte, however
 * they are spread over partitions. Spark adds up, spills and sorts; the driver holds the words that are kept.
 */
final class CorpusWords {
    private CorpusWords() {}

    /**
     * Counts words, special ones first, then by falling count and, where these are equal, by their UTF-8.
     *
     * @param documents as {@link Corpus#documents} has them; nulls are passed over
     * @param top       how many words to keep at most, special ones aside, which all stay
     * @throws IllegalArgumentException when there is no word
     */
    static WordList count(Dataset<Row> documents, PartialCounts counting, int top) {
        Column word = functions.col(PartialCounts.WORD);
        Column special = word.startsWith(SpecialWords.OPEN).and(word.endsWith(SpecialWords.CLOSE));
        Iterator<Row> ranked = documents.mapPartitions(counting, Encoders.row(PartialCounts.SCHEMA))
                .groupBy(word).agg(functions.sum(PartialCounts.COUNT).as(PartialCounts.COUNT))
                .orderBy(special.desc(), functions.col(PartialCounts.COUNT).desc(), word.asc()).toLocalIterator();
        if (!ranked.hasNext()) {
            throw new IllegalArgumentException("expected text to count but was none");
        }
        TopWords kept = new TopWords(top);
        int others = 0;
        while (ranked.hasNext()) {
            Row row = ranked.next();
            if (!SpecialWords.isSpecial(row.getString(0)) && others++ == top) {
                break; // all that could be kept has come
            }
            kept.add(row.getString(0), row.getLong(1));
        }
        return kept.list();
    }
}
