package tfree.source;

import static tfree.source.ParquetColumn.required;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/** The columns of a Parquet file: the leaves of its schema, in the order in which row groups list them. */
final class ParquetSchema {
    private static final int NAMED_COLUMNS = 30;
    private static final int DEEPEST = 100;

    private final List<SchemaElement> elements;
    private final List<Leaf> leaves = new ArrayList<>();
    private int next = 1; // 0 is the root

    /** @param elements the tree, each element before its children */
    ParquetSchema(List<SchemaElement> elements) throws IOException {
        this.elements = elements;
        addLeaves(elements.getFirst().getNum_children(), List.of(), 0, false);
    }

    private record Leaf(List<String> path, Type type, int definitionLevel, boolean repeated) {
        String name() {
            return String.join(".", path);
        }
    }

    private void addLeaves(int children, List<String> path, int definitionLevel, boolean repeated)
            throws IOException {
        if (path.size() > DEEPEST) {
            throw new IOException("expected columns within " + DEEPEST + " groups but they lie deeper");
        }
        for (int i = 0; i < children; i++) {
            SchemaElement element = elements.get(next++);
            List<String> names = new ArrayList<>(path);
            names.add(required(element.getName(), "name of column " + leaves.size()));
            FieldRepetitionType repetition = required(element.getRepetition_type(), "repetition of a column");
            int definition = definitionLevel + (repetition == FieldRepetitionType.REQUIRED ? 0 : 1);
            boolean list = repeated || repetition == FieldRepetitionType.REPEATED;
            if (element.getNum_children() > 0) {
                addLeaves(element.getNum_children(), names, definition, list);
            } else {
                leaves.add(new Leaf(names, required(element.getType(), "type of a column"), definition, list));
            }
        }
    }

    /** @throws IOException when there is no such column, or it holds no texts */
    int indexOf(String column) throws IOException {
        for (int i = 0; i < leaves.size(); i++) {
            Leaf leaf = leaves.get(i);
            if (leaf.name().equals(column)) {
                if (leaf.repeated() || leaf.type() != Type.BYTE_ARRAY) {
                    throw new IOException("expected one text a row in column \"" + column + "\" but it holds "
                            + (leaf.repeated() ? "lists" : leaf.type()) + "; name another with --column");
                }
                return i;
            }
        }
        List<String> names = leaves.stream().limit(NAMED_COLUMNS).map(Leaf::name).toList();
        throw new IOException("expected a column \"" + column + "\" but the file has: " + String.join(", ", names)
                + (leaves.size() > NAMED_COLUMNS ? ", …" : "") + "; name one with --column");
    }

    ColumnDescriptor descriptor(int index) {
        Leaf leaf = leaves.get(index);
        return new ColumnDescriptor(leaf.path().toArray(String[]::new),
                Types.optional(PrimitiveTypeName.BINARY).named(leaf.name()), 0, leaf.definitionLevel());
    }
}
