package tfree.pickle;

import java.util.AbstractMap;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A pickle's memo. Picklers number what they keep from 0 or 1 on, so an array does, and a number out of turn is an
 * error: a hash map would take sixty bytes for each byte of a hostile pickle.
 */
final class PickleMemo extends AbstractMap<Integer, @Nullable Object> {
    private static final Object NONE = new Object();

    private @Nullable Object[] kept = new Object[64];
    private int highest; // number + 1
    private int size;

    @Override
    public @Nullable Object put(Integer number, @Nullable Object value) {
        if (number < 0 || number > highest + 1) {
            throw new IllegalArgumentException(
                    "expected memo numbers in turn but was " + number + " after " + highest);
        }
        if (number >= kept.length) {
            kept = Arrays.copyOf(kept, 2 * kept.length);
        }
        size += kept[number] == null ? 1 : 0;
        kept[number] = value == null ? NONE : value;
        highest = Math.max(highest, number + 1);
        return null;
    }

    @Override
    public @Nullable Object get(@Nullable Object number) {
        Object value = containsKey(number) && number instanceof Integer i ? kept[i] : null;
        return value == NONE ? null : value;
    }

    @Override
    public boolean containsKey(@Nullable Object number) {
        return number instanceof Integer i && i >= 0 && i < highest && kept[i] != null;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void clear() {
        kept = new Object[64];
        highest = 0;
        size = 0;
    }

    @Override
    public Set<Entry<Integer, @Nullable Object>> entrySet() {
        throw new UnsupportedOperationException("a memo is asked for one number at a time");
    }
}
