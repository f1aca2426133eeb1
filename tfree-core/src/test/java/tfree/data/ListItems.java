package tfree.data;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Items of a test, each a list of texts. */
public record ListItems(List<List<String>> items) implements TextItems {
    /** Items of one text each. */
    public static ListItems of(String... texts) {
        return new ListItems(java.util.Arrays.stream(texts).map(List::of).toList());
    }

    @Override
    public long size() {
        return items.size();
    }

    @Override
    public void read(long item, ItemText into) {
        into.clear();
        items.get((int) item).forEach(text -> into.add(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public String name(long item) {
        return "item " + item;
    }

    @Override
    public void close() {}
}
