package tfree.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** NumPy's integer types, as files hold them: little-endian. */
enum IntegerType {
    INT8(1), UINT8(1), INT16(2), UINT16(2), INT32(4), UINT32(4), INT64(8), UINT64(8);

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int width;

    IntegerType(int width) {
        this.width = width;
    }

    /** The type that NumPy calls so, or null. */
    static @Nullable IntegerType named(String name) {
        return Arrays.stream(values()).filter(type -> type.toString().equals(name)).findFirst().orElse(null);
    }

    /** The width of one integer in bytes. */
    int width() {
        return width;
    }

    /** Integer {@code i} of an array; of a {@code uint64} its 64 bits. */
    long get(MemorySegment array, long i) {
        return switch (this) {
            case INT8 -> array.get(ValueLayout.JAVA_BYTE, i);
            case UINT8 -> Byte.toUnsignedLong(array.get(ValueLayout.JAVA_BYTE, i));
            case INT16 -> array.get(SHORT, 2 * i);
            case UINT16 -> Short.toUnsignedLong(array.get(SHORT, 2 * i));
            case INT32 -> array.get(INT, 4 * i);
            case UINT32 -> Integer.toUnsignedLong(array.get(INT, 4 * i));
            case INT64, UINT64 -> array.get(LONG, 8 * i);
        };
    }

    /** An integer that {@link #get} gave, in digits. */
    String digits(long integer) {
        return this == UINT64 ? Long.toUnsignedString(integer) : Long.toString(integer);
    }

    /** NumPy's name. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
