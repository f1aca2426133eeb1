package tfree.spark;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import tfree.dictionary.WordTally;
import tfree.file.CorruptFileException;
import tfree.text.SplitMode;

/**
 * Documents to counts of their words. A task counts in a table of bounded size and passes it on whenever it is full, so
 * that a word comes out about once a table instead of once an occurrence; adding these up is Spark's part.
 *
 * @param mode       what counts as a word
 * @param lowercase  whether texts are lower-cased first
 * @param tableBytes when a table is full; the document that is counted then makes it larger
 */
record PartialCounts(SplitMode mode, boolean lowercase, long tableBytes) implements MapPartitionsFunction<Row, Row> {
    static final String WORD = "word";
    static final String COUNT = "count";
    static final StructType SCHEMA = new StructType().add(WORD, DataTypes.StringType, false) //
            .add(COUNT, DataTypes.LongType, false);

    private static final long TABLE_BYTES = 64 << 20; // some 300,000 words

    PartialCounts(SplitMode mode, boolean lowercase) {
        this(mode, lowercase, TABLE_BYTES);
    }

    @Override
    public Iterator<Row> call(Iterator<Row> documents) {
        return new Tables(documents);
    }

    private final class Tables implements Iterator<Row> {
        private final Iterator<Row> documents;
        private final WordTally tally = new WordTally(mode, lowercase);
        private Iterator<Row> full = Collections.emptyIterator();

        Tables(Iterator<Row> documents) {
            this.documents = documents;
        }

        @Override
        public boolean hasNext() {
            while (!full.hasNext() && documents.hasNext()) {
                full = fill();
            }
            return full.hasNext();
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return full.next();
        }

        private Iterator<Row> fill() {
            tally.clear();
            try {
                do {
                    tally.count(Corpus.text(documents.next()));
                } while (documents.hasNext() && tally.memory() < tableBytes);
            } catch (CorruptFileException e) {
                throw new UncheckedIOException(e);
            }
            List<Row> counts = new ArrayList<>();
            tally.forEach((word, count) -> counts.add(RowFactory.create(word, count)));
            return counts.iterator();
        }
    }
}
